package money

import (
	"math/big"
	"math/bits"
	"slices"
)

// Split divides total over weights by the largest remainder: the parts add up to total exactly, and ties go to the
// earlier weight. Weights must not be negative; with no weight above zero every part is zero.
func Split(total Fen, weights []int64) []Fen {
	parts := make([]Fen, len(weights))
	var sum int64
	for _, w := range weights {
		sum += w
	}
	if sum == 0 {
		return parts
	}
	remainders := make([]uint64, len(weights))
	left := total
	for i, w := range weights {
		hi, lo := bits.Mul64(uint64(total), uint64(w))
		q, r := bits.Div64(hi, lo, uint64(sum))
		parts[i], remainders[i] = Fen(q), r
		left -= Fen(q)
	}
	for _, i := range byRemainder(remainders)[:left] {
		parts[i]++
	}
	return parts
}

// byRemainder lists the indexes of remainders, largest remainder first, ties by index.
func byRemainder(remainders []uint64) []int {
	order := make([]int, len(remainders))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case remainders[a] > remainders[b]:
			return -1
		case remainders[a] < remainders[b]:
			return 1
		}
		return 0
	})
	return order
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

// Apportion divides a total over exact parts that it was rounded from, by the largest remainder: each gets its whole fen,
// and what is left goes to the largest fractions, ties to the earlier part. Total must be the rounded sum of the parts.
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
