package bench

import (
	"slices"
	"time"
)

// tries is how often each figure is measured; the median counts.
const tries = 3

// measurement measures something once; it may return several times.
type measurement func() ([]time.Duration, error)

// once is a measurement that returns one time.
func once(measure func() (time.Duration, error)) measurement {
	return func() ([]time.Duration, error) {
		took, err := measure()
		return []time.Duration{took}, err
	}
}

// timed is how long fn takes.
func timed(fn func() error) measurement {
	return once(func() (time.Duration, error) {
		start := time.Now()
		err := fn()
		return time.Since(start), err
	})
}

// byTurns measures things tries times by turns, so that what else the machine does disturbs all alike, and returns the
// medians of each: by measurement, then by the times it returns.
func byTurns(measurements ...measurement) ([][]time.Duration, error) {
	all := make([][][]time.Duration, len(measurements))
	for range tries {
		for i, measure := range measurements {
			took, err := measure()
			if err != nil {
				return nil, err
			}
			all[i] = append(all[i], took)
		}
	}
	medians := make([][]time.Duration, len(all))
	for i, tries := range all {
		for place := range tries[0] {
			medians[i] = append(medians[i], medianAt(tries, place))
		}
	}
	return medians, nil
}

// medianAt is the median of what stands at one place of each try.
func medianAt(tries [][]time.Duration, place int) time.Duration {
	var at []time.Duration
	for _, took := range tries {
		at = append(at, took[place])
	}
	return percentile(at, 50)
}

// percentile sorts the times, and returns the one that a percentage of them does not exceed.
func percentile(all []time.Duration, percent int) time.Duration {
	slices.Sort(all)
	return all[(len(all)-1)*percent/100]
}

// rate measures how long n things take us and what lies beneath, by turns, and adds the row.
func (b *session) rate(name string, n int, unit string, ours, bare measurement, rawName string) error {
	medians, err := byTurns(bare, ours)
	if err == nil {
		b.report.addRate(name, n, unit, medians[1][0], medians[0][0], rawName)
	}
	return err
}

// time measures how long something takes us, and how long what lies beneath, by turns, and adds the row.
func (b *session) time(name string, ours, bare measurement, rawName string) error {
	medians, err := byTurns(bare, ours)
	if err == nil {
		b.report.addTime(name, medians[1][0], medians[0][0], rawName)
	}
	return err
}
