// Package civil holds instants, calendar dates and terms as the contract counts them: in Asia/Shanghai, which has been
// UTC+8 without daylight saving for all the years an event may lie in (2000 to 2199), so no time zone database is read.
package civil

import (
	"cmp"
	"errors"
	"time"
)

// secondsPerDay is the length of every day: the zone has no daylight saving.
const secondsPerDay = 86_400

// shanghaiOffset is Asia/Shanghai's distance from UTC in seconds.
const shanghaiOffset = 8 * 3600

var shanghai = time.FixedZone("Asia/Shanghai", shanghaiOffset)

// Instant is a moment to the nanosecond. The zero Instant means "none"; no event can have it.
type Instant struct {
	sec  int64 // since 1970-01-01T00:00:00Z
	nsec int32 // 0 to 999,999,999
}

// End is later than every instant an event or a figure can have.
var End = Instant{sec: 253_402_300_799 - shanghaiOffset}

// ErrInstant says that a text is no RFC 3339 instant with an offset, within 2000 to 2199.
var ErrInstant = errors.New("not an RFC 3339 instant with an offset, from 2000 to 2199, " +
	"with at most nine fraction digits")

// Unix returns the instant sec seconds and nsec nanoseconds (0 to 999,999,999) after 1970-01-01T00:00:00Z.
func Unix(sec int64, nsec int32) Instant { return Instant{sec, nsec} }

// Of converts a time.Time.
func Of(t time.Time) Instant { return Instant{t.Unix(), int32(t.Nanosecond())} }

// Time converts to a time.Time in Asia/Shanghai.
func (t Instant) Time() time.Time { return time.Unix(t.sec, int64(t.nsec)).In(shanghai) }

// Unix returns seconds since 1970-01-01T00:00:00Z, rounded down, and nanoseconds above them.
func (t Instant) Unix() (sec int64, nsec int32) { return t.sec, t.nsec }

// IsZero reports whether t is none.
func (t Instant) IsZero() bool { return t == Instant{} }

// Compare orders instants in time.
func (t Instant) Compare(u Instant) int {
	if c := cmp.Compare(t.sec, u.sec); c != 0 {
		return c
	}
	return cmp.Compare(t.nsec, u.nsec)
}

// Before reports whether t is earlier than u.
func (t Instant) Before(u Instant) bool { return t.sec < u.sec || t.sec == u.sec && t.nsec < u.nsec }

// After reports whether t is later than u.
func (t Instant) After(u Instant) bool { return u.Before(t) }

// Add returns t moved by d, at most End.
func (t Instant) Add(d Duration) Instant {
	sum := Instant{t.sec + d.sec, t.nsec + d.nsec}
	if sum.nsec >= 1e9 {
		sum.sec, sum.nsec = sum.sec+1, sum.nsec-1e9
	}
	return Earlier(sum, End)
}

// Sub returns the time from u to t.
func (t Instant) Sub(u Instant) Duration {
	d := Duration{t.sec - u.sec, t.nsec - u.nsec}
	if d.nsec < 0 {
		d.sec, d.nsec = d.sec-1, d.nsec+1e9
	}
	return d
}

// Earlier returns the earlier of two instants.
func Earlier(t, u Instant) Instant {
	if u.Before(t) {
		return u
	}
	return t
}

// Later returns the later of two instants.
func Later(t, u Instant) Instant {
	if u.After(t) {
		return u
	}
	return t
}

// Date is the calendar date of t in Shanghai.
func (t Instant) Date() Date { return Date(floorDiv(t.sec+shanghaiOffset, secondsPerDay)) }

// String returns RFC 3339 in Shanghai time: 2025-03-01T09:00:00+08:00, with as many fraction digits as are needed.
func (t Instant) String() string { return string(t.Append(nil)) }

// Append appends what String returns.
func (t Instant) Append(dst []byte) []byte { return t.Time().AppendFormat(dst, time.RFC3339Nano) }

// MarshalText makes instants JSON strings.
func (t Instant) MarshalText() ([]byte, error) { return t.Append(nil), nil }

// UnmarshalText is the inverse of MarshalText. Unlike [ParseInstant] it takes instants of other centuries, as figures
// may have.
func (t *Instant) UnmarshalText(text []byte) error {
	at, err := time.Parse(time.RFC3339Nano, string(text))
	if err != nil {
		return err
	}
	*t = Of(at)
	return nil
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
