package api

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"zhangben/ledger"
	"zhangben/ledger/ingest"
)

// Operations are what an operator may have a running ledger do. Those that are nil are answered with 503.
type Operations struct {
	// Backup makes a verified copy of the log in a file of its own folder, which the caller removes with the folder.
	Backup func(ctx context.Context) (file string, report ledger.Report, err error)
	// BackedUp is told of a backup that a client has received.
	BackedUp func(report *ledger.Report)

	// Cosign has the newest checkpoint cosigned by witnesses and returns it.
	Cosign func(ctx context.Context) ([]byte, error)

	Stream func(ctx context.Context) (ingest.Status, error)
	Adopt  func(ctx context.Context) (ingest.Status, error)
	Purge  func(ctx context.Context, held ingest.Held) (ingest.Purged, error)
}

// ErrPaused says that ingest is stopped for now; the reason is wrapped beside it.
var ErrPaused = errors.New("ingest is stopped")

// ErrNoRoom says that the disk has no room for what was asked.
var ErrNoRoom = errors.New("the disk has not enough room")

// errBackingUp says that a backup is under way already.
var errBackingUp = errors.New("a backup is being made already: wait for the end of it")

// The headers of a backup.
const (
	headerRecords = "Zhangben-Records"
	headerRoot    = "Zhangben-Root"
)

// backupBlock is what is sent of a backup at a time, within patience.
const backupBlock = 1 << 20

// backup sends a copy of the log. Copying waits for no client: a slow one reads a finished file.
func (s *server) backup(q *request) (any, error) {
	if s.Operations.Backup == nil {
		return nil, errReadOnly
	}
	if !s.backingUp.TryLock() {
		return nil, errBackingUp
	}
	defer s.backingUp.Unlock()
	ctx, controller, cancel := s.unhurried(q)
	defer cancel()
	file, report, err := s.Operations.Backup(ctx)
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(filepath.Dir(file))
	if err := sendBackup(q.w, controller, file, &report); err != nil {
		return nil, err
	}
	s.Operations.BackedUp(&report)
	return nil, nil
}

func sendBackup(w http.ResponseWriter, controller *http.ResponseController, file string, report *ledger.Report) error {
	copied, err := os.Open(file)
	if err != nil {
		return err
	}
	defer copied.Close()
	info, err := copied.Stat()
	if err != nil {
		return err
	}
	header := w.Header()
	header.Set("Content-Type", "application/octet-stream")
	header.Set("Content-Length", strconv.FormatInt(info.Size(), 10))
	header.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="ledger-%d.db"`, report.Records))
	header.Set("Cache-Control", "no-store")
	header.Set(headerRecords, strconv.FormatUint(uint64(report.Records), 10))
	header.Set(headerRoot, report.Root.String())
	for left := info.Size(); left > 0; left -= backupBlock {
		controller.SetWriteDeadline(time.Now().Add(patience))
		if _, err := io.CopyN(w, copied, min(left, backupBlock)); err != nil {
			return err
		}
	}
	return controller.Flush()
}

func (s *server) streamStatus(q *request) (any, error) { return operate(q, s.Operations.Stream) }

func (s *server) adoptStream(q *request) (any, error) { return operate(q, s.Operations.Adopt) }

// operate answers what an operation returns.
func operate[T any](q *request, operation func(context.Context) (T, error)) (any, error) {
	if operation == nil {
		return nil, errReadOnly
	}
	return operation(q.Context())
}

func (s *server) purgeStream(q *request) (any, error) {
	var held ingest.Held
	if err := q.readJSON(&held); err != nil {
		return nil, err
	}
	if s.Operations.Purge == nil {
		return nil, errReadOnly
	}
	return s.Operations.Purge(q.Context(), held)
}
