package render

import (
	"cmp"
	"os"
	"strings"

	"zhangben/cmd/zhangben/exit"
)

// Language says in which languages rules are printed.
type Language struct{ Chosen string }

// Languages are what --lang may be.
var Languages = []string{"zh", "en", "both"}

// Check fills in the user's own language where none was chosen.
func (l *Language) Check() error {
	switch l.Chosen {
	case "zh", "en", "both":
		return nil
	case "":
		l.Chosen = "en"
		if strings.HasPrefix(cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG")), "zh") {
			l.Chosen = "zh"
		}
		return nil
	}
	return exit.Usagef("--lang is zh, en or both, not %q", l.Chosen)
}

// of returns the texts to print, Chinese first.
func (l *Language) of(zh, en string) []string {
	switch l.Chosen {
	case "zh":
		return []string{zh}
	case "en":
		return []string{en}
	}
	return []string{zh, en}
}
