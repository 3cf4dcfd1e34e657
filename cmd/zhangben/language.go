package main

import (
	"cmp"
	"os"
	"strings"

	"zhangben/cmd/zhangben/exit"
)

// language says in which languages rules are printed.
type language struct{ chosen string }

// check fills in the user's own language where none was chosen.
func (l *language) check() error {
	switch l.chosen {
	case "zh", "en", "both":
		return nil
	case "":
		l.chosen = "en"
		if strings.HasPrefix(cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG")), "zh") {
			l.chosen = "zh"
		}
		return nil
	}
	return exit.Usagef("--lang is zh, en or both, not %q", l.chosen)
}

// of gives the texts to print, Chinese first.
func (l *language) of(t bilingual) []string {
	switch l.chosen {
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
