package money

import "math/big"

// Exact is a sum of fen and fractions of fen, exact until it is rounded. The zero value is zero.
//
// Nearly every sum has one denominator (the days of the running term), so whole fen and one proper fraction are kept in
// machine words; only a second denominator brings in a big.Rat.
type Exact struct {
	whole    Fen
	num, den int64    // a proper fraction num/den, none while den is 0
	rest     *big.Rat // what the fraction cannot hold; never changed in place
}

// Add adds whole fen.
func (x *Exact) Add(f Fen) { x.whole += f }

// AddShare adds f*num/den, for f, num >= 0 and num <= den.
func (x *Exact) AddShare(f Fen, num, den int64) {
	q, r := MulDiv(f, num, den)
	x.whole += q
	switch {
	case r == 0:
	case x.den == 0:
		x.num, x.den = r, den
	case x.den == den:
		x.num += r
		if x.num >= den {
			x.num, x.whole = x.num-den, x.whole+1
		}
	default:
		x.AddRat(big.NewRat(r, den))
	}
}

// AddRat adds a rational number of fen.
func (x *Exact) AddRat(r *big.Rat) {
	if x.rest != nil {
		r = new(big.Rat).Add(x.rest, r)
	}
	x.rest = r
}

// AddExact adds another sum.
func (x *Exact) AddExact(y Exact) {
	x.whole += y.whole
	if y.den != 0 {
		x.AddShare(1, y.num, y.den)
	}
	if y.rest != nil {
		x.AddRat(y.rest)
	}
}

// AddNegative takes another sum away.
func (x *Exact) AddNegative(y Exact) {
	x.whole -= y.whole
	y.whole = 0
	if y.den != 0 || y.rest != nil {
		r := y.Rat()
		x.AddRat(r.Neg(r))
	}
}

// Rat gives the sum in fen; it is the caller's own.
func (x Exact) Rat() *big.Rat {
	sum := new(big.Rat).SetInt64(int64(x.whole))
	return sum.Add(sum, x.fraction())
}

// fraction is what the sum has beside whole fen, and may be more than one. It may be the sum's own.
func (x Exact) fraction() *big.Rat {
	switch {
	case x.den == 0 && x.rest == nil:
		return new(big.Rat)
	case x.den == 0:
		return x.rest
	case x.rest == nil:
		return big.NewRat(x.num, x.den)
	}
	return new(big.Rat).Add(x.rest, big.NewRat(x.num, x.den))
}

// Cmp compares the sum with whole fen: -1, 0 or 1.
func (x Exact) Cmp(f Fen) int {
	if x.rest != nil {
		return x.fraction().Cmp(new(big.Rat).SetInt64(int64(f - x.whole)))
	}
	switch {
	case x.whole < f:
		return -1
	case x.whole > f || x.num > 0:
		return 1
	}
	return 0
}

// Round gives whole fen, half up: the one rounding of a figure.
func (x Exact) Round() Fen {
	if x.rest != nil {
		return x.whole + RoundRat(x.fraction())
	}
	if x.den != 0 && x.num >= x.den-x.num {
		return x.whole + 1
	}
	return x.whole
}

// RoundRat rounds a rational number of fen half up (towards the greater one).
func RoundRat(r *big.Rat) Fen {
	twice := new(big.Int).Lsh(r.Num(), 1)
	twice.Add(twice, r.Denom())
	return Fen(twice.Div(twice, new(big.Int).Lsh(r.Denom(), 1)).Int64())
}
