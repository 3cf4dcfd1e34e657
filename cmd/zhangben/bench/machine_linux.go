package bench

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"syscall"
)

// dataSync makes what was written durable, without the times of the file.
func dataSync(file *os.File) error { return syscall.Fdatasync(int(file.Fd())) }

// anonymousMemory is how many bytes a process has that are no file's.
func anonymousMemory(pid int) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	_, rest, found := bytes.Cut(status, []byte("RssAnon:"))
	fields := bytes.Fields(rest)
	if !found || len(fields) < 2 {
		return 0, nil // a process that has ended, and was not waited for yet
	}
	kilobytes, err := strconv.ParseInt(string(fields[0]), 10, 64)
	return kilobytes << 10, err
}
