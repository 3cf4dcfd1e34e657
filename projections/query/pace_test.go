package query

import (
	"testing"

	"zhangben/projections/query/testlog"
)

// TestOneWorkerWhileTheLogGrowsFast looks after many records have come, after none and after a few.
func TestOneWorkerWhileTheLogGrowsFast(t *testing.T) {
	s := testlog.Many(t, 60)
	var p pace
	if got := p.workers(s.Log, 2); got != 1 {
		t.Errorf("%d workers after 600 records", got)
	}
	if got := p.workers(s.Log, 2); got != 2 {
		t.Errorf("%d workers after none", got)
	}
	s.Take(t, testlog.Story[:3]...)
	if got := p.workers(s.Log, 2); got != 2 {
		t.Errorf("%d workers after a few", got)
	}
}
