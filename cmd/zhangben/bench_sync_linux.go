package main

import (
	"os"
	"syscall"
)

// dataSync makes what was written durable, without the times of the file.
func dataSync(file *os.File) error { return syscall.Fdatasync(int(file.Fd())) }
