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

// of gives the texts to print, Chinese first.
func (l *Language) of(t bilingual) []string {
	switch l.Chosen {
	case "zh":
		return []string{t.ZH}
	case "en":
		return []string{t.EN}
	}
	return []string{t.ZH, t.EN}
}

// bilingual is a text in both languages.
type bilingual struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}
