package main

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"regexp"
	"slices"
	"strings"

	"zhangben/ledger/burst"
)

// natsMessages writes what NATS says: a message of each form at once, and of those that follow soon how many they were.
// Any client may bring the server to say things, as fast as it publishes.
type natsMessages struct {
	logger *slog.Logger
	forms  *burst.Counter[natsForm]
}

// natsForm is what messages have in common that differ in clients, subjects and numbers only.
type natsForm struct {
	level slog.Level
	text  string
}

func newNATSMessages(logger *slog.Logger) *natsMessages {
	m := &natsMessages{logger: logger}
	m.forms = burst.New(m.report)
	return m
}

// variable matches what is quoted, and words with digits in them.
var variable = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|\S*\d\S*`)

func (m *natsMessages) say(level slog.Level, text string) {
	text = "nats: " + strings.TrimPrefix(text, "nats: ")
	if m.forms.Add(natsForm{level, variable.ReplaceAllString(text, "…")}, 1) == 1 {
		m.logger.Log(context.Background(), level, text)
	}
}

// flush writes how many messages are not written yet.
func (m *natsMessages) flush() { m.forms.Flush() }

// report says how many messages of each form came after the one that was written.
func (m *natsMessages) report(counts map[natsForm]int) {
	forms := slices.SortedFunc(maps.Keys(counts), func(a, b natsForm) int { return cmp.Compare(a.text, b.text) })
	for _, form := range forms {
		if n := counts[form] - 1; n > 0 {
			text := cmp.Or(form.text, "nats: messages of many other forms")
			m.logger.Log(context.Background(), max(form.level, slog.LevelWarn), text, "more", n)
		}
	}
}
