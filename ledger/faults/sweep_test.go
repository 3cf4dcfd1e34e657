package faults

import (
	"flag"
	"math/rand/v2"
	"testing"
	"time"
)

// The flags that scripts/faults.sh passes.
var (
	pointsFlag = flag.Int("points", -1, "how many points a sweep tries; -1: few, 0: all that are left")
	seedFlag   = flag.Uint64("seed", 1, "what the points follow from")
	fromFlag   = flag.Int("from", 0, "the first point")
)

// sweep is one run over points.
type sweep struct {
	t    *testing.T
	name string // as scripts/faults.sh has it
	told time.Time
}

// points says how many there are to try: the short run's where no flag says otherwise, or the rest of all.
func points(short, all int) int {
	switch n := *pointsFlag; {
	case n < 0:
		return short
	case n == 0:
		return max(0, all-*fromFlag)
	default:
		return n
	}
}

// run calls fn for each point, with a source of chance of its own, until one fails.
func (s *sweep) run(many int, fn func(t *testing.T, point int, random *rand.Rand)) {
	s.t.Helper()
	for point := *fromFlag; point < *fromFlag+many; point++ {
		fn(s.t, point, rand.New(rand.NewPCG(*seedFlag, uint64(point))))
		if s.t.Failed() {
			s.t.Fatalf("once more: scripts/faults.sh %s -n 1 -s %d -f %d", s.name, *seedFlag, point)
		}
		if time.Since(s.told) > 10*time.Second {
			s.told = time.Now()
			s.t.Logf("next: scripts/faults.sh %s -s %d -f %d", s.name, *seedFlag, point+1)
		}
	}
	s.t.Logf(
		"%d points, nothing found; next: scripts/faults.sh %s -s %d -f %d",
		many,
		s.name,
		*seedFlag,
		*fromFlag+many,
	)
}
