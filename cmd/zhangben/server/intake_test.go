package server

import (
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"zhangben/ledger"
	"zhangben/ledger/ingest"
)

func TestStorageFailureEndsTheProgram(t *testing.T) {
	failed := fmt.Errorf("%w: input/output error", ledger.ErrStorage)
	in := &intake{broken: make(chan error, 1)}
	in.end(failed, slog.New(slog.DiscardHandler))
	if err := <-in.broken; !errors.Is(err, ledger.ErrStorage) {
		t.Error(err)
	}
	in.end(ingest.ErrRolledBack, slog.New(slog.DiscardHandler))
	if len(in.broken) != 0 {
		t.Error("a wrong stream ends the program")
	}
}
