package render

import (
	"bytes"
	"testing"
)

// An answer without its last row is no answer.
func TestImpactThatBreaksOff(t *testing.T) {
	printer := NewImpact(new(bytes.Buffer), new(bytes.Buffer), false)
	if err := printer.Add([]byte(`{"progress":{"done":1,"of":2}}`)); err != nil || printer.whole {
		t.Errorf("%v, whole: %v", err, printer.whole)
	}
	if err := printer.Add([]byte(`{"progress":`)); err == nil {
		t.Error("half a row was taken")
	}
}
