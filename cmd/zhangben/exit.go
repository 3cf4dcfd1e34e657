// Package exit has the exit codes of zhangben, and the errors that lead to them.
package main

import "fmt"

// The exit codes.
const (
	exitDone     = 0
	exitFailed   = 1
	exitUsage    = 2 // the command line, or a file that it names, is not what is wanted
	exitRejected = 3 // something was rejected, or did not verify
	exitStorage  = 4 // the log, or the disk beneath it, cannot be used
)

// exitError is an error with the exit code it leads to. Err is nil where everything was printed already.
type exitError struct {
	code int
	err  error
}

// Error implements error.
func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

// Unwrap returns the error without its exit code.
func (e *exitError) Unwrap() error { return e.err }

// usage marks an error, if there is one, as the user's mistake.
func usage(err error) error {
	if err == nil {
		return nil
	}
	return &exitError{exitUsage, err}
}

// usagef formats an error that is the user's mistake.
func usagef(format string, args ...any) error { return usage(fmt.Errorf(format, args...)) }
