package civil

import (
	"errors"
	"strconv"
)

// Unit is what a term is counted in.
type Unit byte

// The units of a term.
const (
	Year  Unit = 'Y'
	Month Unit = 'M'
	Day   Unit = 'D'
)

// Term is a length of service in whole years, months or days. P1Y and P12M last equally long but are spelled apart.
type Term struct {
	Count int32
	Unit  Unit
}

// ErrTerm says that a text is no ISO 8601 duration of whole years, months or days, up to 100 years.
var ErrTerm = errors.New("not a term in whole years, months or days up to 100 years, such as P1Y, P3M or P30D")

// longest bounds the count of each unit at 100 years.
var longest = map[Unit]int{Year: 100, Month: 1200, Day: 36_525}

// ParseTerm reads P1Y, P3M or P30D: one unit, no leading zeros, up to 100 years.
func ParseTerm(s string) (Term, error) {
	if len(s) < 3 || len(s) > 7 || s[0] != 'P' || s[1] == '0' {
		return Term{}, ErrTerm
	}
	unit := Unit(s[len(s)-1])
	n, ok := number(s[1 : len(s)-1])
	if !ok || n < 1 || n > longest[unit] {
		return Term{}, ErrTerm
	}
	return Term{int32(n), unit}, nil
}

// Valid reports whether t is a term that ParseTerm can give.
func (t Term) Valid() bool { return t.Count >= 1 && int(t.Count) <= longest[t.Unit] }

// Months returns the length of a term counted in months or years; 0 for days.
func (t Term) Months() int {
	switch t.Unit {
	case Year:
		return int(t.Count) * 12
	case Month:
		return int(t.Count)
	}
	return 0
}

// Days returns the length of a term counted in days; 0 for others.
func (t Term) Days() int {
	if t.Unit == Day {
		return int(t.Count)
	}
	return 0
}

// String returns the ISO 8601 form.
func (t Term) String() string {
	return "P" + strconv.Itoa(int(t.Count)) + string(rune(t.Unit))
}

// MarshalText makes terms JSON strings.
func (t Term) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText is the inverse of MarshalText: [ParseTerm] as a method.
func (t *Term) UnmarshalText(text []byte) error {
	parsed, err := ParseTerm(string(text))
	if err != nil {
		return err
	}
	*t = parsed
	return nil
}
