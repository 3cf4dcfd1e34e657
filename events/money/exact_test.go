package money

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestRoundRatHalfUp(t *testing.T) {
	tests := []struct {
		num, den int64
		want     Fen
	}{
		{0, 1, 0}, {1, 2, 1}, {49, 100, 0}, {3, 2, 2}, {5, 2, 3}, {-1, 2, 0}, {-51, 100, -1}, {-3, 2, -1}, {7, 1, 7},
	}
	for _, tt := range tests {
		if got := RoundRat(big.NewRat(tt.num, tt.den)); got != tt.want {
			t.Errorf("%d/%d is rounded to %d, want %d", tt.num, tt.den, got, tt.want)
		}
	}
}

// However a sum comes about, with one denominator or several, it is what rationals add up to.
func TestExactIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var sum Exact
		want := new(big.Rat)
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			fen := Fen(rapid.Int64Range(0, 1_000_000).Draw(t, "fen"))
			den := rapid.SampledFrom([]int64{1, 28, 31, 365, 366}).Draw(t, "den")
			num := rapid.Int64Range(0, den).Draw(t, "num")
			share := new(big.Rat).Mul(big.NewRat(int64(fen), 1), big.NewRat(num, den))
			var other Exact
			other.AddShare(fen, num, den)
			switch rapid.SampledFrom([]string{"fen", "share", "rational", "sum", "difference"}).Draw(t, "step") {
			case "fen":
				sum.Add(fen)
				want.Add(want, big.NewRat(int64(fen), 1))
			case "share":
				sum.AddShare(fen, num, den)
				want.Add(want, share)
			case "rational":
				sum.AddRat(share)
				want.Add(want, share)
			case "sum":
				sum.AddExact(other)
				want.Add(want, share)
			case "difference":
				sum.AddNegative(other)
				want.Sub(want, share)
			}
		}
		if sum.Rat().Cmp(want) != 0 || sum.Round() != RoundRat(want) {
			t.Fatalf("%v, rounded %d; want %v", sum.Rat(), sum.Round(), want)
		}
		for _, near := range []Fen{sum.Round() - 1, sum.Round(), sum.Round() + 1} {
			if sum.Cmp(near) != want.Cmp(big.NewRat(int64(near), 1)) {
				t.Fatalf("%v compared with %d", want, near)
			}
		}
	})
}
