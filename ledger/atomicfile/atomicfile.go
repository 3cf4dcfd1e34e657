// Package atomicfile writes files that are whole on the disk, or not there at all.
package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Create makes a file that only its owner may read, and that is on the disk with all it holds when Create returns. It
// never replaces a file: fs.ErrExist says that there was one.
func Create(path string, content []byte) error { return Make(path, writing(content)) }

// Replace does the same, and replaces the file that was there.
func Replace(path string, content []byte) error { return makeFile(path, os.Rename, writing(content)) }

// Make has write make a file under another name in the same file system, and names it when it is on the disk, as
// Create does.
func Make(path string, write func(fresh string) error) error { return makeFile(path, link, write) }

func writing(content []byte) func(string) error {
	return func(fresh string) error { return os.WriteFile(fresh, content, 0o600) }
}

func makeFile(path string, name func(from, to string) error, write func(fresh string) error) error {
	dir := filepath.Dir(path)
	made, err := os.MkdirTemp(dir, ".new-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(made)
	fresh := filepath.Join(made, filepath.Base(path))
	if err := write(fresh); err != nil {
		return err
	}
	if err := Sync(fresh); err != nil {
		return err
	}
	if err := name(fresh, path); err != nil {
		return err
	}
	return Sync(dir)
}

// link moves a file without replacing another. Where the file system has no links, what came to be there in the last
// moment would be replaced.
func link(from, to string) error {
	err := os.Link(from, to)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := os.Lstat(to); err == nil {
		return fs.ErrExist
	}
	return os.Rename(from, to)
}

// Sync brings a file, or the names in a folder, to the disk.
func Sync(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}
