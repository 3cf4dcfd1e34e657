package main

import (
	"strings"
	"testing"

	"zhangben/cmd/zhangben/exit"
)

// A flag of a question that is given and empty is refused before anything is asked.
func TestEmptyFlagsOfQuestionsAreRefused(t *testing.T) {
	for _, args := range [][]string{
		{"contract", "HT-1", "--as-of", ""}, {"contract", "HT-1", "--known-at="}, {"contract", "HT-1", "--account", ""},
		{"account", "acct-1", "--as-of="}, {"explain", "HT-1", "--why-not="}, {"explain", "HT-1", "--figure", ""},
		{"explain", "HT-1", "--wallet="},
		{"timeline", "HT-1", "--as-of="}, {"replay", "--as-of="}, {"replay", "--known-at="},
		{"rejected", "list", "--known-at="},
		{"rejected", "export", "--as-of="}, {"exceptions", "--after="}, {"exceptions", "--limit="}, {"events", "--kind="},
		{"events", "--after="},
		{"preview", "--with", "-", "--as-of="}, {"preview", "--with", "-", "--contract="},
	} {
		_, messages, code := runCommand("", append(args, "--data", t.TempDir())...)
		if code != exit.BadUsage || !strings.Contains(messages, "--") || !strings.Contains(messages, "empty") &&
			!strings.Contains(messages, "invalid argument") {
			t.Errorf("%v: %d %s", args, code, messages)
		}
	}
}
