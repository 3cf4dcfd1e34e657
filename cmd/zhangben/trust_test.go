package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/server"
)

// A server whose certificate no authority of the system has signed is asked with --ca.
func TestReadingFromAServerWithAPrivateAuthority(t *testing.T) {
	certificate, key := selfSigned(t, t.TempDir())
	s := startServing(t, t.TempDir(), func(o *server.Config) { o.HTTP.TLSCert, o.HTTP.TLSKey = certificate, key })
	for _, command := range [][]string{{"health"}, {"exceptions"}, {"stream", "status"}, {"verify"}} {
		command = append(command, "--server", s.HTTP)
		if _, messages, code := runCommand("", command...); code != exit.Failed ||
			!strings.Contains(messages, "certificate") {
			t.Errorf("%v: %d %s", command, code, messages)
		}
		if _, messages, code := runCommand("", append(command, "--ca", certificate)...); code != exit.Done {
			t.Errorf("%v with --ca: %d %s", command, code, messages)
		}
	}
	none := filepath.Join(t.TempDir(), "none.pem")
	if err := os.WriteFile(none, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{none, none + ".missing"} {
		if _, messages, code := runCommand("", "health", "--server", s.HTTP, "--ca", file); code != exit.BadUsage ||
			!strings.Contains(messages, "--ca") {
			t.Errorf("%s: %d %s", file, code, messages)
		}
	}
}
