package render

import (
	"io"
	"strings"
	"testing"
)

// An answer without its last row is no answer.
func TestImpactThatBreaksOff(t *testing.T) {
	for _, answer := range []string{`{"progress":{"done":1,"of":2}}`, `{"progress":`, ``} {
		if err := Impact(io.Discard, io.Discard, strings.NewReader(answer), false); err == nil {
			t.Errorf("%s was taken for an answer", answer)
		}
	}
}
