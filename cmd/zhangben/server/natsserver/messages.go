package natsserver

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

// Messages writes what NATS says: a message of each form at once, and of those that follow soon how many they were.
// Any client may bring the server to say things, as fast as it publishes.
type Messages struct {
	logger *slog.Logger
	forms  *burst.Counter[form]
}

// form is what messages have in common that differ in clients, subjects and numbers only.
type form struct {
	level slog.Level
	text  string
}

func NewMessages(logger *slog.Logger) *Messages {
	m := &Messages{logger: logger}
	m.forms = burst.New(m.report)
	return m
}

// variable matches what is quoted, and words with digits in them.
var variable = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|\S*\d\S*`)

func (m *Messages) Add(level slog.Level, text string) {
	text = "nats: " + strings.TrimPrefix(text, "nats: ")
	if m.forms.Add(form{level, variable.ReplaceAllString(text, "…")}, 1) == 1 {
		m.logger.Log(context.Background(), level, text)
	}
}

// Flush writes how many messages are not written yet.
func (m *Messages) Flush() { m.forms.Flush() }

// report says how many messages of each form came after the one that was written.
func (m *Messages) report(counts map[form]int) {
	forms := slices.SortedFunc(maps.Keys(counts), func(a, b form) int { return cmp.Compare(a.text, b.text) })
	for _, form := range forms {
		if n := counts[form] - 1; n > 0 {
			text := cmp.Or(form.text, "nats: messages of many other forms")
			m.logger.Log(context.Background(), max(form.level, slog.LevelWarn), text, "more", n)
		}
	}
}
