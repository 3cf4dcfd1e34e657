package ledger

import (
	"testing"
)

func TestReopeningKeepsEverything(t *testing.T) {
	dir := t.TempDir()
	l := keeping(t, dir)
	for from := 1; from <= 1000; from += 100 {
		payments(t, l, from, from+99)
	}
	appended(t, l, malformed(1001), stated(1002, paid(5, "acct-5", "HT-5", 5)), stated(1003, paid(6, "acct-5", "HT-5", 7)))
	closed(t, l, dir)

	again := keeping(t, dir)
	if got, want := again.Position(), l.Position(); got != want {
		t.Errorf("position %v, was %v", got, want)
	}
	if again.current() != l.current() {
		t.Errorf("state %v, was %v", again.current(), l.current())
	}
}
