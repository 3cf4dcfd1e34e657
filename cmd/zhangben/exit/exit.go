// Package exit has the exit codes of zhangben, and the errors that lead to them.
package exit

import "fmt"

// The exit codes.
const (
	Done     = 0
	Failed   = 1
	BadUsage = 2 // the command line, or a file that it names, is not what is wanted
	Rejected = 3 // something was rejected, or did not verify
	Storage  = 4 // the log, or the disk beneath it, cannot be used
)

// Error is an error with the exit code it leads to. Err is nil where everything was printed already.
type Error struct {
	Code int
	Err  error
}

// Error implements error.
func (e *Error) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit code %d", e.Code)
	}
	return e.Err.Error()
}

// Unwrap returns the error without its exit code.
func (e *Error) Unwrap() error { return e.Err }

// With returns err with an exit code. It is nil where everything was printed already.
func With(code int, err error) error { return &Error{code, err} }

// Usage marks an error, if there is one, as the user's mistake.
func Usage(err error) error {
	if err == nil {
		return nil
	}
	return With(BadUsage, err)
}

// Usagef formats an error that is the user's mistake.
func Usagef(format string, args ...any) error { return Usage(fmt.Errorf(format, args...)) }
