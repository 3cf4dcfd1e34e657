package ledger

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// longLog keeps a ledger of some chunks of records.
func longLog(t *testing.T, dir string) *Log {
	t.Helper()
	l := keeping(t, dir)
	payments(t, l, 1, 10*chunkRecords)
	return l
}

// TestLongWorkEndsWithItsContext has each of them begin when the context is done already.
func TestLongWorkEndsWithItsContext(t *testing.T) {
	dir := t.TempDir()
	l := longLog(t, dir)
	defer l.Close()
	done, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Verify(done); !errors.Is(err, context.Canceled) {
		t.Errorf("verifying: %v", err)
	}
	folder := t.TempDir()
	if _, err := l.Backup(done, filepath.Join(folder, "b")); !errors.Is(err, context.Canceled) {
		t.Errorf("backing up: %v", err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("the backup left %v, %v", left, err)
	}
}

// soonDone is a context that ends after some looks at it.
type soonDone struct {
	context.Context
	looks int
}

func (c *soonDone) Err() error {
	if c.looks--; c.looks < 0 {
		return context.Canceled
	}
	return nil
}

// TestVerifyingEndsInTheMiddle cancels while the records are walked.
func TestVerifyingEndsInTheMiddle(t *testing.T) {
	l := longLog(t, t.TempDir())
	defer l.Close()
	report, err := l.Verify(&soonDone{Context: t.Context(), looks: 3})
	if !errors.Is(err, context.Canceled) || report.Records == l.Last() {
		t.Errorf("%d of %d records were verified, %v", report.Records, l.Last(), err)
	}
}

// TestOpeningEndsWithItsContext opens a folder without an index cache, which can be opened afterwards.
func TestOpeningEndsWithItsContext(t *testing.T) {
	dir := t.TempDir()
	closed(t, longLog(t, dir), dir)
	if err := os.Remove(filepath.Join(dir, CacheName)); err != nil {
		t.Fatal(err)
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(dir, Options{Context: done}); !errors.Is(err, context.Canceled) {
		t.Errorf("opening: %v", err)
	}
	l := keeping(t, dir)
	defer l.Close()
	if l.Last() == 0 {
		t.Error("the ledger is empty")
	}
}
