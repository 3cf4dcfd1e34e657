package server

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAReloadThatFailsIsLoud(t *testing.T) {
	dir := t.TempDir()
	firstToken := strings.Repeat("r", 32)
	write := func(text string) {
		if err := os.WriteFile(filepath.Join(dir, "tokens"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("read " + firstToken + "\n")
	o := HTTPConfig{Tokens: filepath.Join(dir, "tokens")}
	tokens, err := o.readTokens()
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&said, nil))
	reload(o.reloads(tokens, nil, logger), logger)
	if !strings.Contains(said.String(), "read again") || strings.Contains(said.String(), "ERROR") {
		t.Errorf("a good file: %s", &said)
	}
	for name, spoil := range map[string]func() error{
		"a word that is no role": func() error { return os.WriteFile(o.Tokens, []byte("root "+firstToken), 0o600) },
		"others may read it":     func() error { return os.Chmod(o.Tokens, 0o644) },
		"it is gone":             func() error { return os.Remove(o.Tokens) },
	} {
		said.Reset()
		write("read " + firstToken + "\n")
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		reload(o.reloads(tokens, nil, logger), logger)
		if !strings.Contains(said.String(), "level=ERROR") || !strings.Contains(said.String(), "stays in force") ||
			strings.Contains(said.String(), firstToken) {
			t.Errorf("%s: %s", name, &said)
		}
		_ = os.Remove(o.Tokens)
	}
}
