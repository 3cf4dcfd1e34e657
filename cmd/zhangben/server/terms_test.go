package server

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"zhangben/ledger"
)

func TestTermsArePassedOverWhereNothingIsTakenIn(t *testing.T) {
	terms, err := parseFirstTerms([]byte(`{"version":"2025-1","params":{"late_fee_rate":"0.0002"}}`))
	if err != nil {
		t.Fatal(err)
	}
	log, err := ledger.Open(t.TempDir(), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	var said bytes.Buffer
	in := &intake{log: log, behind: 1, halted: ledger.ErrStreamChanged}
	if err := terms.settle(t.Context(), nil, log, in, slog.New(slog.NewTextHandler(&said, nil))); err != nil ||
		!strings.Contains(said.String(), "skipped") {
		t.Errorf("%v, %s", err, said.String())
	}
}
