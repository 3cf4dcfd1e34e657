package money

import (
	"math"
	"math/big"
	"math/bits"
)

// Exact is a sum of fen and fractions of fen, exact until it is rounded. The zero value is zero.
//
// Nearly every sum has one denominator (the days of the running term), so whole fen and one proper fraction are kept in
// machine words; only a second denominator brings in big numbers.
type Exact struct {
	whole    Fen
	num, den int64  // a proper fraction num/den, none while den is 0
	rest     *ratio // what the fraction cannot hold
}

// Add adds whole fen.
func (x *Exact) Add(f Fen) { x.whole += f }

// AddShare adds f*num/den, for num >= 0 and den > 0.
func (x *Exact) AddShare(f Fen, num, den int64) {
	if f < 0 {
		var share Exact
		share.AddShare(-f, num, den)
		x.AddNegative(share)
		return
	}
	if quotient, remainder, ok := MulDiv(f, num, den); ok {
		x.whole += quotient
		x.addFraction(remainder, den)
		return
	}
	x.AddFraction(new(big.Int).Mul(big.NewInt(int64(f)), big.NewInt(num)), big.NewInt(den))
}

// addFraction adds a proper fraction.
func (x *Exact) addFraction(r, den int64) {
	switch {
	case r == 0:
	case x.num == 0:
		x.num, x.den = r, den
	case x.den == den:
		x.num += r
		if x.num >= den {
			x.num, x.whole = x.num-den, x.whole+1
		}
	default:
		x.AddFraction(big.NewInt(r), big.NewInt(den))
	}
}

// AddTimes adds another sum n times, for n >= 0.
func (x *Exact) AddTimes(y Exact, n int64) {
	x.whole += y.whole * Fen(n)
	if y.den != 0 {
		x.AddShare(Fen(y.num), n, y.den)
	}
	if y.rest != nil {
		x.rest = x.rest.plus(y.rest.times(n))
	}
}

// AddFraction adds num/den fen, for den > 0. The numbers are not to be changed afterwards.
func (x *Exact) AddFraction(num, den *big.Int) { x.rest = x.rest.plus(newRatio(num, den)) }

// AddExact adds another sum.
func (x *Exact) AddExact(y Exact) {
	x.whole += y.whole
	x.addFraction(y.num, y.den)
	x.rest = x.rest.plus(y.rest)
}

// AddNegative takes another sum away.
func (x *Exact) AddNegative(y Exact) {
	x.whole -= y.whole
	if y.num != 0 {
		x.whole--
		x.addFraction(y.den-y.num, y.den)
	}
	if y.rest != nil {
		x.rest = x.rest.plus(y.rest.times(-1))
	}
}

// Rat returns the sum in fen; it is the caller's own.
func (x Exact) Rat() *big.Rat {
	sum := new(big.Rat).SetInt64(int64(x.whole))
	if r := x.fraction(); r != nil {
		sum.Add(sum, new(big.Rat).SetFrac(r.num, r.den))
	}
	return sum
}

// fraction is what the sum has beside whole fen, and may be more than one; nil for nothing.
func (x Exact) fraction() *ratio {
	if x.den == 0 {
		return x.rest
	}
	return x.rest.plus(&ratio{big.NewInt(x.num), big.NewInt(x.den)})
}

// Cmp compares the sum with whole fen: -1, 0 or 1.
func (x Exact) Cmp(f Fen) int {
	if x.rest != nil {
		return x.fraction().cmp(int64(f - x.whole))
	}
	switch {
	case x.whole < f:
		return -1
	case x.whole > f || x.num > 0:
		return 1
	}
	return 0
}

// Round returns whole fen, half up: the one rounding of a figure.
func (x Exact) Round() Fen {
	if x.rest != nil {
		return x.whole + Fen(x.fraction().round())
	}
	if x.den != 0 && x.num >= x.den-x.num {
		return x.whole + 1
	}
	return x.whole
}

// Over returns how often f*num/den, for f, num, den > 0, goes into the sum: the floor of the quotient, at most the
// largest int64, and 0 where the sum is not above zero.
func (x Exact) Over(f Fen, num, den int64) int64 {
	if x.Cmp(0) <= 0 {
		return 0
	}
	if n, ok := x.overInWords(f, num, den); ok {
		return n
	}
	return x.OverRat(new(big.Rat).Mul(big.NewRat(num, den), big.NewRat(int64(f), 1)))
}

// OverRat returns the same for a rational number of fen above zero.
func (x Exact) OverRat(r *big.Rat) int64 {
	if x.Cmp(0) <= 0 {
		return 0
	}
	quotient := x.Rat()
	quotient.Quo(quotient, r)
	whole := new(big.Int).Quo(quotient.Num(), quotient.Denom())
	if !whole.IsInt64() {
		return math.MaxInt64
	}
	return whole.Int64()
}

// overInWords does so where everything fits: a sum of n/d is n*den over d*f*num.
func (x Exact) overInWords(f Fen, num, den int64) (n int64, ok bool) {
	d := max(x.den, 1)
	high, low := bits.Mul64(uint64(x.whole), uint64(d))
	low, carry := bits.Add64(low, uint64(x.num), 0)
	above, divisor := bits.Mul64(uint64(d), uint64(f)*uint64(num))
	small := f <= 1<<31 && num <= 1<<31
	if x.rest != nil || !small || high+carry > 0 || above > 0 {
		return 0, false
	}
	high, low = bits.Mul64(low, uint64(den))
	if high >= divisor {
		return 0, false
	}
	quotient, _ := bits.Div64(high, low, divisor)
	return int64(quotient), quotient <= math.MaxInt64
}

// RoundRat rounds a rational number of fen half up (towards the greater one).
func RoundRat(r *big.Rat) Fen { return Fen((&ratio{r.Num(), r.Denom()}).round()) }
