package server

import (
	"log/slog"
	"testing"
	"time"

	"zhangben/ledger"
)

func TestScrubKeepsToItsRate(t *testing.T) {
	dir := t.TempDir()
	url, stop := startLedger(t, dir)
	for range 300 {
		postTopUp(t, url)
	}
	stop()
	log, err := ledger.Open(dir, ledger.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	slow := scrub{log: log, rate: 40_000, logger: slog.New(slog.DiscardHandler)}
	begun := time.Now()
	if err := slow.walk(t.Context()); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took < 200*time.Millisecond {
		t.Errorf("%d bytes in %v", slow.bytes, took)
	}
}
