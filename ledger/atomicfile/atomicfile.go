// Package atomicfile writes small files that are whole on the disk, or not there at all.
package atomicfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Create makes a file that only its owner may read, and that is on the disk with all it holds when Create returns. It
// never replaces a file: fs.ErrExist says that there was one.
func Create(path string, content []byte) error { return write(path, content, os.Link) }

// Replace does the same, and replaces the file that was there.
func Replace(path string, content []byte) error { return write(path, content, os.Rename) }

// write writes a file under another name, and names it when it is on the disk.
func write(path string, content []byte, name func(from, to string) error) error {
	dir := filepath.Dir(path)
	file, err := os.CreateTemp(dir, ".new-") // readable by its owner only
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	_, err = file.Write(content)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := name(file.Name(), path); err != nil {
		return err
	}
	return Sync(dir)
}

// Sync brings a file, or the names in a folder, to the disk.
func Sync(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}
