package boltcheck

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// Guard runs fn, which reads the file through bbolt. A corrupted page can point anywhere: beyond the end of the file,
// where reading would kill the process, or to what bbolt refuses to take for a page. Guard returns ErrDamaged for
// both, and for panics with ErrDamaged. Any other panic is a bug of this program, and goes on.
func Guard(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			if !isDamage(r) {
				panic(r)
			}
			err = fmt.Errorf("%w: reading a page: %v", ErrDamaged, r)
		}
	}()
	return fn()
}

// isDamage reports whether a panic comes of what is in the file: our own ErrDamaged, memory that is not there, or
// whatever happens within bbolt itself. It is for deferred functions.
func isDamage(r any) bool {
	err, _ := r.(error)
	return errors.Is(err, ErrDamaged) || isAddress(err) || !isNilPointer(err) && raisedInBolt()
}

// isAddress reports whether an error is a fault of memory at an address. The use of a nil pointer has none, and no
// code has others without unsafe pointers: the bytes come from bbolt, out of the mapped file or, in a small bucket
// that is not aligned there, from behind a copy on the heap.
func isAddress(err error) bool {
	var fault interface {
		runtime.Error
		Addr() uintptr
	}
	return errors.As(err, &fault)
}

// isNilPointer reports whether an error is the use of a nil pointer.
func isNilPointer(err error) bool {
	var fault runtime.Error
	return errors.As(err, &fault) && strings.Contains(err.Error(), "nil pointer")
}

// raisedInBolt reports whether the panic that is being recovered began in bbolt, or in what it called of the standard
// library, rather than in code of ours.
func raisedInBolt() bool {
	var callers [64]uintptr
	frames := runtime.CallersFrames(callers[:runtime.Callers(0, callers[:])])
	panicked := false
	for frame, more := frames.Next(); more; frame, more = frames.Next() {
		switch {
		case frame.Function == "runtime.gopanic":
			panicked = true
		case panicked && strings.HasPrefix(frame.Function, "go.etcd.io/bbolt"):
			return true
		case panicked && strings.HasPrefix(frame.Function, "zhangben/"):
			return false
		}
	}
	return false
}
