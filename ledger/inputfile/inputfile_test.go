package inputfile

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Nothing but a regular file is read, and nothing is waited for.
func TestOnlyRegularFilesAreRead(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir) // the path of a socket must be short
	listener, err := net.Listen("unix", "socket")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	link := filepath.Join(dir, "link")
	if err := os.Symlink("/dev/zero", link); err != nil {
		t.Fatal(err)
	}
	for path, kind := range map[string]string{
		pipe: "a pipe", "socket": "a socket", "/dev/zero": "a device", link: "a device", dir: "a folder",
		"/proc/self/mounts": "waited for",
	} {
		begun := time.Now()
		_, err := Read(path, 1<<20)
		if !errors.Is(err, ErrNotRegular) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), kind) {
			t.Errorf("%s: %v", path, err)
		}
		if took := time.Since(begun); took > time.Second {
			t.Errorf("%s: took %v", path, took)
		}
	}
	if _, err := Read(filepath.Join(dir, "none"), 1); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

// A file holds at most what one of its kind can, whatever its size is said to be.
func TestReadIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("12345678"), 0o600); err != nil {
		t.Fatal(err)
	}
	if content, err := Read(path, 8); err != nil || string(content) != "12345678" {
		t.Errorf("a file of just the size: %q, %v", content, err)
	}
	if _, err := Read(path, 7); !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), "7 bytes") {
		t.Errorf("a larger file: %v", err)
	}
	if err := os.Truncate(path, 1<<40); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path, 1<<20); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a huge sparse file: %v", err)
	}
	if _, err := Read("/proc/self/maps", 10); !errors.Is(err, ErrTooLarge) { // its size is said to be 0
		t.Errorf("a file that says it is empty: %v", err)
	}
}
