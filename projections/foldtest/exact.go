package foldtest

import (
	"math/big"
	"slices"

	"zhangben/events/civil"
	"zhangben/events/money"
)

// Fractions: money in fen, time in seconds.

func whole(n int64) *big.Rat         { return new(big.Rat).SetInt64(n) }
func fen(f money.Fen) *big.Rat       { return whole(int64(f)) }
func add(a, b *big.Rat) *big.Rat     { return new(big.Rat).Add(a, b) }
func sub(a, b *big.Rat) *big.Rat     { return new(big.Rat).Sub(a, b) }
func mul(a, b *big.Rat) *big.Rat     { return new(big.Rat).Mul(a, b) }
func div(a, b *big.Rat) *big.Rat     { return new(big.Rat).Quo(a, b) }
func ratio(a, b int64) *big.Rat      { return big.NewRat(a, b) }
func smaller(a, b *big.Rat) *big.Rat { return pick(a.Cmp(b) <= 0, a, b) }
func larger(a, b *big.Rat) *big.Rat  { return pick(a.Cmp(b) >= 0, a, b) }

func pick(first bool, a, b *big.Rat) *big.Rat {
	if first {
		return a
	}
	return b
}

// clamp holds x between low and high.
func clamp(x, low, high *big.Rat) *big.Rat { return larger(low, smaller(x, high)) }

func floor(x *big.Rat) *big.Int {
	q, m := new(big.Int).DivMod(x.Num(), x.Denom(), new(big.Int))
	_ = m
	return q
}

// round rounds half up to a whole fen.
func round(x *big.Rat) money.Fen { return money.Fen(floor(add(x, ratio(1, 2))).Int64()) }

// seconds is a duration as a fraction of seconds.
func seconds(d civil.Duration) *big.Rat {
	return add(whole(d.Seconds()), ratio(int64(d.Nanoseconds()), 1e9))
}

// longest bounds durations made from fractions; it reaches beyond every instant.
const longest = 1 << 40

// duration is the reverse of seconds; fractions of a nanosecond do not occur.
func duration(s *big.Rat) civil.Duration {
	if s.Cmp(whole(longest)) > 0 {
		return civil.Seconds(longest)
	}
	sec := floor(s).Int64()
	nanos := floor(mul(sub(s, whole(sec)), whole(1e9))).Int64()
	return civil.Unix(sec, int32(nanos)).Sub(civil.Unix(0, 0))
}

var nanosecond = civil.Unix(0, 1).Sub(civil.Unix(0, 0))

func justAfter(t civil.Instant) civil.Instant  { return t.Add(nanosecond) }
func justBefore(t civil.Instant) civil.Instant { return minus(t, nanosecond) }

func minus(t civil.Instant, d civil.Duration) civil.Instant {
	zero := civil.Unix(0, 0)
	rest := t.Sub(zero).Sub(d)
	return civil.Unix(rest.Seconds(), rest.Nanoseconds())
}

func notBefore(t, u civil.Instant) bool { return !t.Before(u) }
func notAfter(t, u civil.Instant) bool  { return !t.After(u) }

// firstInstant finds the earliest instant after low and up to high at which holds is true, knowing that it is false at
// low, true at high, and changes once.
func firstInstant(low, high civil.Instant, holds func(civil.Instant) bool) civil.Instant {
	for {
		gap := floor(mul(seconds(high.Sub(low)), ratio(1e9, 2))).Int64()
		if gap == 0 {
			return high
		}
		middle := low.Add(duration(ratio(gap, 1e9)))
		if holds(middle) {
			high = middle
		} else {
			low = middle
		}
	}
}

// span is the time from one instant up to, not including, another.
type span struct{ from, to civil.Instant }

func (s span) empty() bool { return !s.from.Before(s.to) }

func (s span) upTo(t civil.Instant) span { return span{s.from, civil.Earlier(s.to, t)} }

// without takes a span out of spans.
func without(spans []span, hole span) (rest []span) {
	if hole.empty() {
		return spans
	}
	for _, s := range spans {
		for _, part := range []span{s.upTo(hole.from), {civil.Later(s.from, hole.to), s.to}} {
			if !part.empty() {
				rest = append(rest, part)
			}
		}
	}
	return rest
}

// length adds up disjoint spans.
func length(spans []span) *big.Rat {
	sum := whole(0)
	for _, s := range spans {
		if !s.empty() {
			sum = add(sum, seconds(s.to.Sub(s.from)))
		}
	}
	return sum
}

// split divides total in proportion to weights by the largest remainder; ties go to the earlier weight.
func split(total money.Fen, weights []money.Fen) []money.Fen {
	exact := make([]*big.Rat, len(weights))
	for i, w := range weights {
		exact[i] = fen(w)
	}
	return apportion(total, exact)
}

// roundAll rounds fractions so that they come to total, which is what they make; else it apportions total.
func roundAll(total money.Fen, exact []*big.Rat) []money.Fen {
	sum := sumOf(exact)
	if round(sum) == total {
		return divide(total, exact, fen(total))
	}
	return divide(total, exact, sum)
}

// apportion divides total in proportion to fractions, as split does.
func apportion(total money.Fen, weights []*big.Rat) []money.Fen {
	return divide(total, weights, sumOf(weights))
}

func sumOf(list []*big.Rat) *big.Rat {
	sum := whole(0)
	for _, w := range list {
		sum = add(sum, w)
	}
	return sum
}

// divide returns each weight its share of total, of which a sum of weights is the whole.
func divide(total money.Fen, weights []*big.Rat, sum *big.Rat) []money.Fen {
	parts, rests, order := make([]money.Fen, len(weights)), make([]*big.Rat, len(weights)), make([]int, len(weights))
	if sum.Sign() == 0 {
		return parts
	}
	left := total
	for i, w := range weights {
		exact := div(mul(fen(total), w), sum)
		parts[i] = money.Fen(floor(exact).Int64())
		rests[i], order[i] = sub(exact, fen(parts[i])), i
		left -= parts[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return rests[b].Cmp(rests[a]) })
	for _, i := range order[:left] {
		parts[i]++
	}
	return parts
}
