package money

import "math/big"

// ratio is num/den, for den > 0. It is never changed in place. A short one is reduced; a long one is not, because to
// find what two numbers have in common takes the square of their length, and all that is asked of a ratio in the end
// is one comparison or rounding.
type ratio struct{ num, den *big.Int }

// reducedBits is the length of a denominator up to which a ratio is reduced.
const reducedBits = 256

func newRatio(num, den *big.Int) *ratio {
	if den.BitLen() <= reducedBits {
		r := new(big.Rat).SetFrac(num, den)
		return &ratio{r.Num(), r.Denom()}
	}
	return &ratio{num, den}
}

// plus is the sum of two ratios, either of which may be nil, for nothing.
func (r *ratio) plus(s *ratio) *ratio {
	switch {
	case r == nil:
		return s
	case s == nil:
		return r
	case r.den.Cmp(s.den) == 0:
		return newRatio(new(big.Int).Add(r.num, s.num), r.den)
	}
	num := new(big.Int).Mul(r.num, s.den)
	num.Add(num, new(big.Int).Mul(s.num, r.den))
	return newRatio(num, new(big.Int).Mul(r.den, s.den))
}

// times is n times the ratio.
func (r *ratio) times(n int64) *ratio {
	return newRatio(new(big.Int).Mul(r.num, big.NewInt(n)), r.den)
}

// cmp compares the ratio with a whole number.
func (r *ratio) cmp(n int64) int {
	return r.num.Cmp(new(big.Int).Mul(r.den, big.NewInt(n)))
}

// round is the ratio rounded half up.
func (r *ratio) round() int64 {
	twice := new(big.Int).Lsh(r.num, 1)
	twice.Add(twice, r.den)
	return twice.Div(twice, new(big.Int).Lsh(r.den, 1)).Int64()
}
