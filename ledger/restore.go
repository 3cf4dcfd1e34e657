package ledger

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrExists says that there is something where a ledger was to be placed.
var ErrExists = errors.New("there is a file already, and none is replaced")

// Restore places a backup as the ledger of a folder, once a copy of it was verified there. ErrExists says that the folder
// has a ledger, ErrDamaged or ErrFormat that the backup is none. What came after the backup is read from the stream when
// the ledger is opened for appending again, for the position in the stream is in the backup.
func Restore(ctx context.Context, file, dir string) (Report, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Report{}, fmt.Errorf("make the ledger's folder: %w", err)
	}
	return Place(ctx, filepath.Join(dir, FileName), func(fresh string) error { return copyFile(file, fresh) })
}

// Place has a ledger written under another name, verifies it, and gives it the name path: whoever finds a file of that
// name finds all of a sound ledger on the disk.
func Place(ctx context.Context, path string, write func(fresh string) error) (report Report, err error) {
	fail := func(err error) (Report, error) { return report, fmt.Errorf("place the ledger %s: %w", path, err) }
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return fail(errors.Join(err, ErrExists))
	}
	made, err := os.MkdirTemp(filepath.Dir(path), ".new-")
	if err != nil {
		return fail(err)
	}
	defer os.RemoveAll(made)
	fresh := filepath.Join(made, FileName)
	if err := write(fresh); err != nil {
		return fail(err)
	}
	if err := syncFile(fresh); err != nil {
		return fail(err)
	}
	if report, err = verified(ctx, made); err != nil {
		return fail(err)
	}
	if err := rename(fresh, path); err != nil {
		return fail(err)
	}
	return report, syncFile(filepath.Dir(path))
}

// rename moves a file without replacing another. Where the file system has no links, what came to be there in the last
// moment would be replaced.
func rename(from, to string) error {
	err := os.Link(from, to)
	switch {
	case errors.Is(err, fs.ErrExist):
		return ErrExists
	case err == nil:
		return nil
	}
	if _, err := os.Lstat(to); err == nil {
		return ErrExists
	}
	return os.Rename(from, to)
}

func copyFile(from, to string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Close())
}
