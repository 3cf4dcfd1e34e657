package main

import (
	"errors"
	"fmt"
	"io"
	"regexp"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/render"
	"zhangben/cmd/zhangben/usage"
	"zhangben/ledger"
)

// report prints err, if any, and returns its exit code.
func report(w io.Writer, err error) int {
	if err == nil {
		return exit.Done
	}
	w = render.NewPrinter(w)
	code, silent := exitCode(err)
	if !silent {
		fmt.Fprintf(w, "zhangben: %s\n", usage.Reworded(err))
	}
	switch {
	case code == exit.BadUsage:
		fmt.Fprintln(w, "Run zhangben --help, or zhangben <command> --help.")
	case exit.IsDamage(err):
		fmt.Fprintf(w, "zhangben verify says what is wrong and where; %s.\n", damageRemedy)
	}
	return code
}

// damageRemedy is what to do then.
const damageRemedy = "zhangben verify --repair rebuilds what follows from the records; " +
	"where it cannot, restore a backup, and the stream brings the rest"

// cobraUsage matches cobra's own errors about the command line, which have no type.
var cobraUsage = regexp.MustCompile(`^(unknown command|required flag|if any flags in the group)`)

// exitCode finds the exit code of an error, and reports whether all was said before.
func exitCode(err error) (code int, silent bool) {
	var coded *exit.Error
	switch {
	case errors.As(err, &coded):
		return coded.Code, coded.Err == nil
	case errors.Is(err, ledger.ErrStorage), exit.IsDamage(err):
		return exit.Storage, false
	case cobraUsage.MatchString(err.Error()):
		return exit.BadUsage, false
	}
	return exit.Failed, false
}
