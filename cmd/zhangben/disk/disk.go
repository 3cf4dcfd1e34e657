// Package disk measures the disk beneath a data folder.
package disk

import (
	"fmt"
	"syscall"
)

// maxFloor is in bytes: the default floor is this, or a twentieth of the disk where that is less.
const maxFloor = 1 << 30

// Space returns the bytes of a folder's file system that are free to this program, and all it has.
func Space(dir string) (free, total int64, err error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return 0, 0, fmt.Errorf("free space of %s: %w", dir, err)
	}
	return int64(fs.Bavail) * int64(fs.Bsize), int64(fs.Blocks) * int64(fs.Bsize), nil
}

// Floor is the floor asked for, or the default where that is below 0.
func Floor(asked, total int64) int64 {
	if asked >= 0 {
		return asked
	}
	return min(maxFloor, total/20)
}

// Size spells a size: 1.5 GiB, 300 MiB, 12 KiB.
func Size(n int64) string {
	for _, unit := range []struct {
		size int64
		name string
	}{{1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}} {
		if n >= unit.size {
			return fmt.Sprintf("%d.%d %s", n/unit.size, n%unit.size*10/unit.size, unit.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}
