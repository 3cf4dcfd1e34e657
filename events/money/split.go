package money

import (
	"math/big"
	"slices"
)

// Split divides total over weights by the largest remainder: the parts add up to total exactly, and ties go to the
// earlier weight. Weights must not be negative; with no weight above zero every part is zero.
func Split(total Fen, weights []int64) []Fen { return new(Splitter).Split(total, weights) }

// Splitter splits one total after the other in the same memory.
type Splitter struct {
	parts              []Fen
	remainders, sorted []uint64
}

// Split does what the function does. The parts are good until the next call.
func (s *Splitter) Split(total Fen, weights []int64) []Fen {
	s.parts = slices.Grow(s.parts[:0], len(weights))[:len(weights)]
	clear(s.parts)
	var sum int64
	for _, w := range weights {
		sum += w
	}
	if sum == 0 {
		return s.parts
	}
	s.remainders = slices.Grow(s.remainders[:0], len(weights))[:len(weights)]
	left := total
	for i, w := range weights {
		part, remainder, _ := MulDiv(total, w, sum)
		s.parts[i], s.remainders[i] = part, uint64(remainder)
		left -= part
	}
	s.giveOdd(int(left))
	return s.parts
}

// giveOdd adds one fen to the n parts with the largest remainders, ties to the earlier part.
func (s *Splitter) giveOdd(n int) {
	if n == 0 {
		return
	}
	s.sorted = append(s.sorted[:0], s.remainders...)
	least := nthLargest(s.sorted, n)
	for _, r := range s.remainders {
		if r > least {
			n--
		}
	}
	for i, r := range s.remainders { // n is now how many of the ties get one
		switch {
		case r > least:
			s.parts[i]++
		case r == least && n > 0:
			s.parts[i]++
			n--
		}
	}
}

// nthLargest returns the n-th largest of values, which it reorders: Hoare's selection, for a sort would look at each
// value many times.
func nthLargest(values []uint64, n int) uint64 {
	n--
	for from, to := 0, len(values)-1; from < to; {
		pivot, i, j := values[from+(to-from)/2], from, to
		for i <= j {
			for values[i] > pivot {
				i++
			}
			for values[j] < pivot {
				j--
			}
			if i <= j {
				values[i], values[j] = values[j], values[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case n <= j:
			to = j
		case n >= i:
			from = i
		default:
			return pivot
		}
	}
	return values[n]
}

// SplitEvenly divides total over n parts; the first parts take the odd fen.
func SplitEvenly(total Fen, n int) []Fen {
	parts := make([]Fen, n)
	each, odd := total/Fen(n), int(total%Fen(n))
	for i := range parts {
		parts[i] = each
		if i < odd {
			parts[i]++
		}
	}
	return parts
}

// Apportion divides a total over exact parts that it was rounded from, by the largest remainder: each gets its whole
// fen, and what is left goes to the largest fractions, ties to the earlier part. Total must be the rounded sum of the
// parts.
func Apportion(total Fen, parts []Exact) []Fen {
	shares := make([]Fen, len(parts))
	order := make([]int, len(parts))
	fractions := make([]*big.Rat, len(parts))
	for i, p := range parts {
		exact := p.Rat()
		shares[i] = floor(exact)
		fractions[i] = exact.Sub(exact, big.NewRat(int64(shares[i]), 1))
		order[i] = i
		total -= shares[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return fractions[b].Cmp(fractions[a]) })
	for _, i := range order[:total] {
		shares[i]++
	}
	return shares
}

func floor(r *big.Rat) Fen {
	return Fen(new(big.Int).Div(r.Num(), r.Denom()).Int64())
}
