package money

import (
	"math"
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
			den := rapid.SampledFrom([]int64{1, 28, 31, 365, 366, 1 << 61, 1<<62 - 1, 1<<62 - 3, 1<<62 - 5}).Draw(t, "den")
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
				sum.AddFraction(share.Num(), share.Denom())
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

// However large a share is, and whichever way it is worked out, it is that of rationals.
func TestSharesBeyondWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fen := Fen(rapid.Int64Range(0, int64(MaxFen)).Draw(t, "fen"))
		num, den := rapid.Int64Range(0, 1<<60).Draw(t, "num"), rapid.Int64Range(1, 1<<40).Draw(t, "den")
		var sum Exact
		sum.AddShare(fen, num, den)
		if want := new(big.Rat).Mul(big.NewRat(int64(fen), 1), big.NewRat(num, den)); sum.Rat().Cmp(want) != 0 {
			t.Fatalf("%d × %d/%d is %v, want %v", fen, num, den, sum.Rat(), want)
		}
	})
}

func TestOverIsTheFloorOfTheQuotient(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var sum Exact
		sum.Add(Fen(rapid.Int64Range(-100, 1_000_000_000).Draw(t, "whole")))
		for range rapid.IntRange(0, 2).Draw(t, "shares") {
			sum.AddShare(Fen(rapid.Int64Range(0, 1_000_000).Draw(t, "fen")), 1,
				rapid.SampledFrom([]int64{86_400 * 31, 86_400 * 365}).Draw(t, "of"))
		}
		fen := Fen(rapid.Int64Range(1, int64(MaxFen)).Draw(t, "each"))
		num, den := rapid.Int64Range(1, 1<<33).Draw(t, "num"), rapid.Int64Range(1, 1<<33).Draw(t, "den")
		quotient := new(big.Rat).Quo(sum.Rat(), new(big.Rat).Mul(big.NewRat(int64(fen), 1), big.NewRat(num, den)))
		want := new(big.Int).Div(quotient.Num(), quotient.Denom())
		if want.Sign() < 0 {
			want.SetInt64(0)
		}
		if got := sum.Over(fen, num, den); want.IsInt64() && got != want.Int64() || !want.IsInt64() && got != math.MaxInt64 {
			t.Fatalf("%v over %d × %d/%d is %d, want %v", sum.Rat(), fen, num, den, got, want)
		}
	})
}
