package ledger

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// writeOnce makes a file that only its owner may read, and that is on the disk with all it holds when this returns. It
// never replaces a file: fs.ErrExist says that one was there.
func writeOnce(path string, content []byte) error { return writeWhole(path, content, os.Link) }

// replaceFile does the same, and replaces the file that was there.
func replaceFile(path string, content []byte) error { return writeWhole(path, content, os.Rename) }

// writeWhole writes a file under another name, and gives it its own when it is on the disk.
func writeWhole(path string, content []byte, name func(from, to string) error) error {
	dir := filepath.Dir(path)
	fresh, err := os.CreateTemp(dir, ".new-") // readable by its owner only
	if err != nil {
		return err
	}
	defer os.Remove(fresh.Name())
	_, err = fresh.Write(content)
	if err := errors.Join(err, fresh.Sync(), fresh.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := name(fresh.Name(), path); err != nil {
		return err
	}
	return syncFile(dir)
}
