package main

import (
	"os"
	"strings"

	"zhangben/cmd/zhangben/exit"
	"zhangben/ledger/inputfile"
)

// clientToken is the bearer token that a command sends to a server.
type clientToken struct{ text, file string }

// read finds the token: in the flag, in the file, or in the environment. It is "" where there is none.
func (t *clientToken) read() (string, error) {
	switch {
	case t.text != "":
		return t.text, nil
	case t.file == "":
		return os.Getenv("ZHANGBEN_TOKEN"), nil
	}
	text, err := inputfile.ReadSecret(t.file)
	if err != nil {
		return "", exit.Usagef("--token-file: %w", err)
	}
	token := strings.TrimSpace(string(text))
	if token == "" || strings.ContainsAny(token, " \t\r\n") {
		return "", exit.Usagef("--token-file %s: one token is wanted in it, and nothing else", t.file)
	}
	return token, nil
}
