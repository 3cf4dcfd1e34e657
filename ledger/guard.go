package ledger

import (
	"fmt"
	"runtime/debug"
)

// guarded runs fn, which reads the file through bbolt. A rotten page can point anywhere: beyond the end of the file, where
// reading would kill the process, or into what bbolt refuses to take for a page. Both become ErrDamaged.
func guarded(fn func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: reading a page: %v", ErrDamaged, r)
		}
	}()
	return fn()
}
