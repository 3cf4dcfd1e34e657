package client

import (
	"os"
	"strings"

	"zhangben/cmd/zhangben/exit"
	"zhangben/ledger/inputfile"
)

// Token is the bearer token that a command sends to a server.
type Token struct{ Text, File string }

// read finds the token: in the flag, in the file, or in the environment. It is "" where there is none.
func (t *Token) read() (string, error) {
	switch {
	case t.Text != "":
		return t.Text, nil
	case t.File == "":
		return os.Getenv("ZHANGBEN_TOKEN"), nil
	}
	text, err := inputfile.ReadSecret(t.File)
	if err != nil {
		return "", exit.Usagef("--token-file: %w", err)
	}
	token := strings.TrimSpace(string(text))
	if token == "" || strings.ContainsAny(token, " \t\r\n") {
		return "", exit.Usagef("--token-file %s: one token is wanted in it, and nothing else", t.File)
	}
	return token, nil
}
