package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/server"
	"zhangben/ledger"
)

// termsFile writes a file for --terms.
func termsFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "terms.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const lowerFee = `{"version": "2025-01", "params": {"late_fee_rate": "0.001"}}`

func TestNewLedgerBeginsWithTheTermsOfAFile(t *testing.T) {
	dir := t.TempDir()
	file := termsFile(t, lowerFee)
	s := startServing(t, dir, func(o *server.Config) { o.Terms = file })
	_, log := s.get(t, "/v1/events")
	for _, want := range []string{`"seq":1,`, `"time":"2000-01-01T00:00:00+08:00"`,
		`"data":{"account_id":"all","version":"2025-01","params":{"late_fee_rate":"0.001"}}`, server.FirstTermsID.String()} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %s: %s", want, log)
		}
	}
	s.post(t, topUp("acct-1", "10.00"))
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}

	// The same terms spelled otherwise are the same; the ledger goes on.
	again := termsFile(t, `{"params":{"late_fee_rate":"0.001"},"time":"1999-12-31T16:00:00Z","version":"2025-01"}`)
	s = startServing(t, dir, func(o *server.Config) { o.Terms = again })
	if _, log := s.get(t, "/v1/events"); strings.Count(log, `"seq":`) != 2 {
		t.Errorf("after the second start: %s", log)
	}
	if _, refused := s.get(t, "/v1/rejected"); !strings.Contains(refused, `"rejected":[]`) {
		t.Errorf("after the second start: %s", refused)
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}

	other := termsFile(t, strings.Replace(lowerFee, "0.001", "0.002", 1))
	if _, messages, code := runCommand("", "serve", "--data", dir, "--http", "127.0.0.1:0", "--nats-listen", "127.0.0.1:0",
		"--terms", other); code != exit.BadUsage || !strings.Contains(messages, "began with other terms (record 1)") {
		t.Errorf("with other terms: %d %s", code, messages)
	}
}

func TestTermsFileComesTooLateForALedgerThatHasBegun(t *testing.T) {
	dir := t.TempDir()
	s := startServing(t, dir, nil)
	s.post(t, topUp("acct-1", "10.00"))
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if _, messages, code := runCommand("", "serve", "--data", dir, "--http", "127.0.0.1:0", "--nats-listen", "127.0.0.1:0",
		"--terms", termsFile(t, lowerFee)); code != exit.BadUsage ||
		!strings.Contains(messages, "publish terms.published instead") {
		t.Errorf("%d %s", code, messages)
	}
}

// The log can be rebuilt from the stream; the terms are in the stream.
func TestTermsAreFoundAgainWhereTheLogWasLost(t *testing.T) {
	dir := t.TempDir()
	file := termsFile(t, lowerFee)
	with := func(o *server.Config) { o.Terms = file }
	if err := startServing(t, dir, with).stop(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, ledger.FileName)); err != nil {
		t.Fatal(err)
	}
	s := startServing(t, dir, with)
	if _, log := s.get(t, "/v1/events"); strings.Count(log, `"seq":`) != 1 {
		t.Errorf("the log rebuilt: %s", log)
	}
}

func TestTermsFilesThatAreRefused(t *testing.T) {
	for text, says := range map[string]string{
		"":                                  "not one JSON object",
		"terms":                             "not one JSON object",
		"[]":                                "not one JSON object",
		`{"version":"1","params":{}} {}`:    "not one JSON object",
		`{"version":"1","params":{},"x":1}`: `"x" is none of`,
		`{"Version":"1","params":{}}`:       `"Version" is none of`,
		`{"version":"1","params":{},"version":"2"}`: "/version: given twice",
		`{"version":"1","params":{},"time":null}`:   "at /time",
		`{"params":{}}`:                                   "missing at /version",
		`{"version":"1"}`:                                 "missing at /params",
		`{"version":"1","params":{"rate":1}}`:             "/params/rate",
		`{"version":"1","params":{"late_fee_rate":"3%"}}`: "/params/late_fee_rate",
		`{"version":"1","params":{},"time":"soon"}`:       "invalid at /time",
	} {
		dir := filepath.Join(t.TempDir(), "none")
		_, messages, code := runCommand("", "serve", "--data", dir, "--terms", termsFile(t, text))
		if code != exit.BadUsage || !strings.Contains(messages, "--terms") || !strings.Contains(messages, says) {
			t.Errorf("%q: %d %s", text, code, messages)
		}
		if _, err := os.Stat(dir); !os.IsNotExist(err) {
			t.Errorf("%q: a ledger was made all the same", text)
		}
	}
	if _, messages, code := runCommand("", "serve", "--data", t.TempDir(), "--terms",
		filepath.Join(t.TempDir(), "none")); code != exit.BadUsage {
		t.Errorf("no file: %d %s", code, messages)
	}
}
