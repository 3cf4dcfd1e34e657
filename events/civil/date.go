package civil

import (
	"errors"
	"time"
)

// Date is a calendar date in Shanghai, counted in days from 1970-01-01. The zero Date means "none".
type Date int32

// ErrDate says that a text is no date YYYY-MM-DD within 2000 to 2199.
var ErrDate = errors.New("not a calendar date YYYY-MM-DD from 2000 to 2199")

// DateOf returns the date of a year, a month and a day of it; a day beyond the month's end is clamped to it.
func DateOf(year int, month time.Month, day int) Date {
	months := int64(year)*12 + int64(month) - 1
	y := floorDiv(months, 12)
	m := months - y*12 + 1
	return Date(daysUntil(y, m) + min(int64(day), daysIn(y, m)) - 1)
}

// ParseDate reads YYYY-MM-DD, years 2000 to 2199.
func ParseDate(s string) (Date, error) {
	if !matches(s, "0000-00-00") {
		return 0, ErrDate
	}
	days, ok := dayNumber(s)
	if !ok || !Date(days).InRange() {
		return 0, ErrDate
	}
	return Date(days), nil
}

func number(digits string) (n int, ok bool) {
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return 0, false
		}
		n = n*10 + int(digits[i]-'0')
	}
	return n, true
}

// Start is 00:00 of the date in Shanghai.
func (d Date) Start() Instant { return Instant{sec: int64(d)*secondsPerDay - shanghaiOffset} }

// End is 24:00 of the date, which is 00:00 of the next.
func (d Date) End() Instant { return (d + 1).Start() }

// AddMonths moves d by n months and clamps to the month's end: 31 January and one month is 28 or 29 February.
func (d Date) AddMonths(n int) Date {
	y, m, day := d.civil()
	return DateOf(y, m+time.Month(n), day)
}

func (d Date) civil() (year int, month time.Month, day int) {
	return time.Unix(int64(d)*secondsPerDay, 0).UTC().Date()
}

// InRange reports whether an event may carry d: it lies within 2000 to 2199.
func (d Date) InRange() bool { return firstInstant.Date() <= d && d < lastInstant.Date() }

// IsZero reports whether d is none.
func (d Date) IsZero() bool { return d == 0 }

// String returns YYYY-MM-DD.
func (d Date) String() string {
	return time.Unix(int64(d)*secondsPerDay, 0).UTC().Format(time.DateOnly)
}

// MarshalText makes dates JSON strings.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText is the inverse of MarshalText. Unlike [ParseDate] it takes dates of other centuries, as figures may
// have.
func (d *Date) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.DateOnly, string(text))
	if err != nil {
		return err
	}
	*d = Date(floorDiv(t.Unix(), secondsPerDay))
	return nil
}
