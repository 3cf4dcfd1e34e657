package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"syscall"

	"zhangben/ledger/atomicfile"
	"zhangben/ledger/boltcheck"
	"zhangben/ledger/inputfile"
)

// ErrExists says that there is a file where a ledger was to be placed.
var ErrExists = errors.New("there is a file already, and none is replaced")

// Restore places a backup as the ledger of a folder, once a copy of it was verified there. ErrExists says that the
// folder has a ledger, ErrDamaged or ErrFormat that the backup is none. What came after the backup is read from the
// stream when the ledger is opened for appending again, for the position in the stream is in the backup.
func Restore(ctx context.Context, file, dir string) (Report, error) {
	source, info, err := inputfile.Open(file)
	if err != nil {
		return Report{}, fmt.Errorf("restore %s: %w", file, err)
	}
	defer source.Close()
	if _, err := boltcheck.ReadMeta(source, info.Size()); err != nil {
		return Report{}, fmt.Errorf("restore %s: %w", file, err)
	}
	_, absent := os.Lstat(dir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Report{}, fmt.Errorf("make the ledger's folder: %w", err)
	}
	if absent != nil {
		defer os.Remove(dir) // unless the ledger is in it
	}
	return Receive(ctx, source, info.Size(), filepath.Join(dir, FileName))
}

// Receive places a backup that comes from elsewhere as the file of a name, once it has verified. No more is read, or
// written to the disk, than the backup says it is long, whatever follows. length is what was announced; below 0 where
// nothing was.
func Receive(ctx context.Context, source io.Reader, length int64, path string) (Report, error) {
	return place(ctx, path, func(fresh string) error {
		first := make([]byte, leastSize)
		if _, err := io.ReadFull(source, first); err != nil {
			return fmt.Errorf("the backup broke off: %w", err)
		}
		if length < 0 {
			length = math.MaxInt64
		}
		meta, err := boltcheck.ReadMeta(bytes.NewReader(first), length)
		if err != nil {
			return err
		}
		return copyFile(ctx, io.MultiReader(bytes.NewReader(first), source), int64(meta.End)*pageSize, fresh)
	})
}

// place has write make a ledger under another name, verifies it, and names it path: a file of that name is always a
// whole and sound ledger on the disk.
func place(ctx context.Context, path string, write func(fresh string) error) (report Report, err error) {
	if _, err = os.Lstat(path); err == nil {
		err = fs.ErrExist
	} else if errors.Is(err, fs.ErrNotExist) {
		err = atomicfile.Make(path, func(fresh string) (err error) {
			if err = write(fresh); err == nil {
				report, err = verified(ctx, fresh)
			}
			return err
		})
	}
	if errors.Is(err, fs.ErrExist) {
		err = ErrExists
	}
	if err != nil {
		return report, fmt.Errorf("place the ledger %s: %w", path, err)
	}
	return report, nil
}

// copyStep is how many bytes are copied before the context is looked at again.
const copyStep = 16 << 20

// copyFile copies the first size bytes of a source, unless the disk has no room for them.
func copyFile(ctx context.Context, source io.Reader, size int64, to string) error {
	if err := checkFree(filepath.Dir(to), size); err != nil {
		return err
	}
	target, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	for rest := size; rest > 0 && err == nil; rest -= copyStep {
		if err = ctx.Err(); err == nil {
			_, err = io.CopyN(target, source, min(rest, copyStep))
		}
	}
	if errors.Is(err, io.EOF) {
		err = fmt.Errorf("the backup broke off: %w", io.ErrUnexpectedEOF)
	}
	return errors.Join(err, target.Close())
}

// checkFree returns ENOSPC where the disk of a folder has fewer bytes free.
func checkFree(dir string, bytes int64) error {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(dir, &disk); err != nil {
		return fmt.Errorf("free space of %s: %w", dir, err)
	}
	if free := int64(disk.Bavail) * int64(disk.Bsize); free < bytes {
		return fmt.Errorf("%w: %d bytes are needed in %s, %d are free", syscall.ENOSPC, bytes, dir, free)
	}
	return nil
}
