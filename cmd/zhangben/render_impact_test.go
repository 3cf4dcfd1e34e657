package main

import (
	"bytes"
	"testing"
)

// An answer without its last row is no answer.
func TestImpactThatBreaksOff(t *testing.T) {
	printer := newShadowPrinter(new(bytes.Buffer), new(bytes.Buffer), false)
	if err := printer.take([]byte(`{"progress":{"done":1,"of":2}}`)); err != nil || printer.whole {
		t.Errorf("%v, whole: %v", err, printer.whole)
	}
	if err := printer.take([]byte(`{"progress":`)); err == nil {
		t.Error("half a row was taken")
	}
}
