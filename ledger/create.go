package ledger

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"

	"zhangben/ledger/atomicfile"
)

// FileName is the name of the ledger in its folder.
const FileName = "ledger.db"

// pageSize is bbolt's page in bytes. Two chunks share a leaf, which wastes half a page: 4 KiB lose about 2 KiB of 16,
// where 16 KiB lose half the file once events are longer than 120 bytes.
const pageSize = 4 << 10

// create makes an empty ledger in dir unless there is one. bbolt's first writes are not crash-safe, so the file is made
// under another name, which never replaces a ledger that another process made meanwhile. It returns ErrStorage where
// that cannot be written.
func create(dir string) error {
	path := filepath.Join(dir, FileName)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the ledger's folder: %w: %w", ErrStorage, err)
	}
	if err := atomicfile.Make(path, writeFresh); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make the ledger: %w: %w", ErrStorage, err)
	}
	return nil
}

// writeFresh writes an empty ledger to a file.
func writeFresh(path string) error {
	db, err := bolt.Open(path, 0o600, &bolt.Options{PageSize: pageSize, FreelistType: bolt.FreelistMapType})
	if err != nil {
		return err
	}
	return errors.Join(db.Update(writeEmpty), db.Close())
}
