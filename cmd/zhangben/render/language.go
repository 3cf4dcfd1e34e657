package render

import (
	"cmp"
	"os"
	"strings"
)

// Language is that of texts: zh, en or both.
type Language string

// Languages are what --lang may be.
var Languages = []Language{"zh", "en", "both"}

// UsersLanguage is that of the environment: zh or en.
func UsersLanguage() Language {
	if strings.HasPrefix(cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_MESSAGES"), os.Getenv("LANG")), "zh") {
		return "zh"
	}
	return "en"
}

// of returns the texts to print, Chinese first.
func (l Language) of(zh, en string) []string {
	switch l {
	case "zh":
		return []string{zh}
	case "en":
		return []string{en}
	}
	return []string{zh, en}
}
