package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"zhangben/ledger"
)

// backupNote is what is remembered of the last backup, in a file of the data folder.
type backupNote struct {
	At        time.Time  `json:"at"`
	Records   ledger.Seq `json:"records"`
	StreamSeq uint64     `json:"stream_seq"`
	Root      string     `json:"root"` // in base64
}

const backupNoteName = "backup.json"

// NoteBackup remembers a backup. A note that cannot be written only makes the last backup look older.
func NoteBackup(data string, report *ledger.Report, logger *slog.Logger) {
	note := backupNote{time.Now().UTC().Truncate(time.Second), report.Records, report.Position.StreamSeq,
		report.Root.String()}
	text, err := json.Marshal(note)
	path := filepath.Join(data, backupNoteName)
	if err == nil {
		err = os.WriteFile(path+".new", append(text, '\n'), 0o600)
	}
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		logger.Warn("the backup is made, but not noted", "error", err)
		return
	}
	logger.Info("backed up", "records", note.Records, "stream_seq", note.StreamSeq, "root", note.Root)
}

// LastBackup reads the note; nil where there is none.
func LastBackup(data string) (*backupNote, error) {
	text, err := os.ReadFile(filepath.Join(data, backupNoteName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var note backupNote
	if err == nil {
		err = json.Unmarshal(text, &note)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", backupNoteName, err)
	}
	return &note, nil
}
