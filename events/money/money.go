// Package money counts yuan in whole fen. There is no floating point in it.
//
// Amounts are whole fen wherever they are kept or added: in events, in the log, in figures. Only where a rate or a
// share meets an amount is there anything below a fen: an exact fraction ([Exact]), or a decimal ([Fen.Decimal]) where
// a finite one is exact. It is rounded once, half up.
package money

import (
	"errors"
	"math"
	"math/bits"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// Fen is an amount in fen, 1/100 yuan. Results of arithmetic may be negative; parsed amounts never are.
type Fen int64

// MaxFen is the largest amount an event may carry: 999,999,999,999.99 yuan.
const MaxFen Fen = 99_999_999_999_999

// ErrSyntax says that a text is no amount of the grammar ^(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?$.
var ErrSyntax = errors.New("not an amount in yuan with at most two decimals")

// Amount is an amount as an event spells it: "310", "310.0" and "310.00" are 31,000 fen each, but not the same content.
// Only an agreed difference may be below zero.
type Amount struct {
	Fen      Fen
	Decimals uint8 // digits after the point: 0, 1 or 2
}

// Parse reads an amount in yuan by the strict grammar: ASCII digits, no sign, no exponent, no leading zeros.
func Parse(s string) (Amount, error) {
	whole, fraction, hasPoint := strings.Cut(s, ".")
	if !wholeYuan(whole) || hasPoint && (len(fraction) < 1 || len(fraction) > 2 || !digits(fraction)) {
		return Amount{}, ErrSyntax
	}
	a := Amount{Fen: Fen(number(whole)) * 100, Decimals: uint8(len(fraction))}
	switch len(fraction) {
	case 1:
		a.Fen += Fen(number(fraction)) * 10
	case 2:
		a.Fen += Fen(number(fraction))
	}
	return a, nil
}

// ParseSigned reads an amount that may be below zero: a minus and then what Parse reads, but for zero.
func ParseSigned(s string) (Amount, error) {
	positive, negative := strings.CutPrefix(s, "-")
	a, err := Parse(positive)
	if err != nil || negative && a.Fen == 0 {
		return Amount{}, ErrSyntax
	}
	if negative {
		a.Fen = -a.Fen
	}
	return a, nil
}

func wholeYuan(s string) bool {
	return len(s) >= 1 && len(s) <= 12 && digits(s) && (s[0] != '0' || len(s) == 1)
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func number(digits string) (n int64) {
	for i := range len(digits) {
		n = n*10 + int64(digits[i]-'0')
	}
	return n
}

// String spells the amount as it was parsed.
func (a Amount) String() string {
	text := a.Fen.String()
	switch a.Decimals {
	case 0:
		return text[:len(text)-3]
	case 1:
		return text[:len(text)-1]
	}
	return text
}

// MarshalText makes amounts JSON strings, spelled as they were parsed.
func (a Amount) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText is the inverse of MarshalText: [Parse] as a method.
func (a *Amount) UnmarshalText(text []byte) error {
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*a = parsed
	return nil
}

// Decimal returns the amount in yuan.
func (a Amount) Decimal() decimal.Decimal { return a.Fen.Decimal() }

// Decimal returns yuan.
func (f Fen) Decimal() decimal.Decimal { return decimal.New(int64(f), -2) }

// String returns yuan with two decimals: "310.00", "-0.05".
func (f Fen) String() string { return string(f.Append(nil)) }

// Append appends what String returns.
func (f Fen) Append(dst []byte) []byte {
	if f < 0 {
		dst = append(dst, '-')
		f = -f
	}
	dst = strconv.AppendInt(dst, int64(f/100), 10)
	return append(dst, '.', byte('0'+f/10%10), byte('0'+f%10))
}

// MarshalText makes amounts JSON strings in yuan with two decimals.
func (f Fen) MarshalText() ([]byte, error) { return f.Append(nil), nil }

// UnmarshalText is the inverse of MarshalText. Unlike [Parse] it takes amounts below zero and beyond [MaxFen], as
// figures may be. Its error is [ErrSyntax].
func (f *Fen) UnmarshalText(text []byte) error {
	fen, err := strconv.ParseInt(strings.Replace(string(text), ".", "", 1), 10, 64)
	if err != nil || Fen(fen).String() != string(text) {
		return ErrSyntax
	}
	*f = Fen(fen)
	return nil
}

// MulDiv returns the floor of f*num/den and the remainder of it, exactly, for f, num >= 0 and den > 0. ok is false
// where the quotient is more than an amount can hold.
func MulDiv(f Fen, num, den int64) (quotient Fen, remainder int64, ok bool) {
	hi, lo := bits.Mul64(uint64(f), uint64(num))
	d := uint64(den)
	if hi == 0 { // nearly always, and a word is divided in half the time
		return Fen(lo / d), int64(lo % d), lo/d <= math.MaxInt64
	}
	if hi >= d {
		return 0, 0, false
	}
	q, r := bits.Div64(hi, lo, d)
	return Fen(q), int64(r), q <= math.MaxInt64
}
