package civil

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Duration is a length of time to the nanosecond, wide enough for a hundred times any outage.
type Duration struct {
	sec  int64
	nsec int32 // 0 to 999,999,999, also where sec is negative
}

// Seconds returns a duration of n whole seconds.
func Seconds(n int64) Duration { return Duration{sec: n} }

// Days returns a duration of n days of 24 hours.
func Days(n int) Duration { return Duration{sec: int64(n) * secondsPerDay} }

// Seconds returns whole seconds, rounded down.
func (d Duration) Seconds() int64 { return d.sec }

// Nanoseconds returns what Seconds leaves, 0 to 999,999,999.
func (d Duration) Nanoseconds() int32 { return d.nsec }

// CeilDays returns days of 24 hours, a started one counted in full.
func (d Duration) CeilDays() int {
	days := floorDiv(d.sec, secondsPerDay)
	if d.sec != days*secondsPerDay || d.nsec > 0 {
		days++
	}
	return int(days)
}

// Add returns d + e.
func (d Duration) Add(e Duration) Duration {
	sum := Duration{d.sec + e.sec, d.nsec + e.nsec}
	if sum.nsec >= 1e9 {
		sum.sec, sum.nsec = sum.sec+1, sum.nsec-1e9
	}
	return sum
}

// Sub returns d - e.
func (d Duration) Sub(e Duration) Duration {
	diff := Duration{d.sec - e.sec, d.nsec - e.nsec}
	if diff.nsec < 0 {
		diff.sec, diff.nsec = diff.sec-1, diff.nsec+1e9
	}
	return diff
}

// Times returns n times d, for n from 0 to 1,000,000.
func (d Duration) Times(n int) Duration {
	nanos := int64(d.nsec) * int64(n)
	return Duration{d.sec*int64(n) + nanos/1e9, int32(nanos % 1e9)}
}

// Compare orders durations by length.
func (d Duration) Compare(e Duration) int {
	if c := cmp.Compare(d.sec, e.sec); c != 0 {
		return c
	}
	return cmp.Compare(d.nsec, e.nsec)
}

// IsZero reports whether d has no length.
func (d Duration) IsZero() bool { return d == Duration{} }

// Longer returns the longer of two durations.
func Longer(d, e Duration) Duration {
	if d.Compare(e) >= 0 {
		return d
	}
	return e
}

// Shorter returns the shorter of two durations.
func Shorter(d, e Duration) Duration {
	if e.Compare(d) < 0 {
		return e
	}
	return d
}

// Nanosecond is the shortest time by which two instants differ.
var Nanosecond = Duration{nsec: 1}

// String returns seconds: "5400", or with nine decimals where they are not whole.
func (d Duration) String() string {
	if d.nsec == 0 {
		return strconv.FormatInt(d.sec, 10)
	}
	return fmt.Sprintf("%d.%09d", d.sec, d.nsec)
}

// UnmarshalText reads what String returns.
func (d *Duration) UnmarshalText(text []byte) error {
	whole, fraction, given := strings.Cut(string(text), ".")
	sec, err := strconv.ParseInt(whole, 10, 64)
	var nsec int64
	if err == nil && given {
		nsec, err = strconv.ParseInt(fraction, 10, 32)
	}
	parsed := Duration{sec, int32(nsec)}
	if err != nil || parsed.String() != string(text) {
		return fmt.Errorf("%q is no number of seconds", text)
	}
	*d = parsed
	return nil
}
