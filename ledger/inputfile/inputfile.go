// Package inputfile reads the files that users name: keys, tokens, terms, certificates, backups. It opens regular files
// only, never waits for a writer, and reads no more than a file of that kind can hold.
package inputfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// ErrNotRegular says that a path names something other than a regular file.
var ErrNotRegular = errors.New("not a regular file")

// ErrTooLarge says that a file is larger than one of its kind can be.
var ErrTooLarge = errors.New("too large")

// Open opens a regular file for reading. It does not open pipes, devices or sockets: opening one may block, or have an
// effect.
func Open(path string) (*os.File, fs.FileInfo, error) {
	info, err := os.Stat(path)
	if err == nil {
		err = regular(path, info)
	}
	if err != nil {
		return nil, nil, err
	}
	// The name may lead elsewhere by now: O_NONBLOCK keeps a pipe from being waited for.
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, err
	}
	if info, err = file.Stat(); err == nil {
		err = regular(path, info)
	}
	if err == nil && file.SetReadDeadline(time.Time{}) == nil {
		// Only what may have to be waited for has deadlines, such as the kernel's messages in /proc.
		err = &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("%w but one that can be waited for", ErrNotRegular)}
	}
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	return file, info, nil
}

func regular(path string, info fs.FileInfo) error {
	if info.Mode().IsRegular() {
		return nil
	}
	return &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("%w but %s", ErrNotRegular, Kind(info.Mode()))}
}

// Kind returns what a file is, in words.
func Kind(mode fs.FileMode) string {
	switch {
	case mode.IsRegular():
		return "a regular file"
	case mode.IsDir():
		return "a folder"
	case mode&fs.ModeNamedPipe != 0:
		return "a pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "of an unknown kind"
}

// Read returns what a regular file holds. A file of more than most bytes is ErrTooLarge, even while it grows.
func Read(path string, most int64) ([]byte, error) {
	file, info, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info.Size() > most {
		return nil, tooLarge(path, most)
	}
	return ReadAll(file, path, most)
}

// ReadAll reads a source, called name in errors, to its end. One of more than most bytes is ErrTooLarge.
func ReadAll(source io.Reader, name string, most int64) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(source, most+1))
	if err == nil && int64(len(content)) > most {
		return nil, tooLarge(name, most)
	}
	return content, err
}

func tooLarge(name string, most int64) error {
	err := fmt.Errorf("%w: more than %d bytes, which no such file has", ErrTooLarge, most)
	return &fs.PathError{Op: "read", Path: name, Err: err}
}
