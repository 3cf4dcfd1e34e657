package faults

import (
	"path/filepath"
	"testing"
)

// TestUndisturbed asks that without a fault everything is as due: else the sweeps would find what is no fault's doing.
func TestUndisturbed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	j := newJudge(t)
	j.goOn(dir, 300)
	j.goOn(dir, 1100)
	if j.last != 1100 {
		t.Errorf("acknowledged up to %d", j.last)
	}
}
