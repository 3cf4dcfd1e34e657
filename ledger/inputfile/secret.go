package inputfile

import (
	"fmt"
	"io/fs"
	"syscall"
)

// MaxSecret is how large a file of tokens, users or passwords may be, in bytes.
const MaxSecret = 1 << 20

// ReadSecret reads a file that holds secrets. It refuses one that others may read: the mode must be 600 or less, or 640
// or less where the file belongs to root, who then lets the group of whoever runs zhangben read it.
func ReadSecret(path string) ([]byte, error) {
	file, info, err := Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if err := checkSecret(info); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return ReadAll(file, path, MaxSecret)
}

// checkSecret returns an error where others than it should may read a file, or change it.
func checkSecret(info fs.FileInfo) error {
	allowed := fs.FileMode(0o600)
	if belongsToRoot(info) {
		allowed = 0o640
	}
	if mode := info.Mode().Perm(); mode&0o077&^allowed != 0 {
		return fmt.Errorf("others may read or change it (mode %04o): chmod %o", mode, allowed)
	}
	return nil
}

func belongsToRoot(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && stat.Uid == 0
}
