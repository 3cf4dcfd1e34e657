//go:build !linux

package bench

import (
	"errors"
	"os"
)

// dataSync makes what was written durable.
func dataSync(file *os.File) error { return file.Sync() }

func anonymousMemory(int) (int64, error) { return 0, errors.ErrUnsupported }
