package money

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestSplit(t *testing.T) {
	tests := []struct {
		name    string
		total   Fen
		weights []int64
		want    []Fen
	}{
		{"a tie goes to the earlier weight", 100, []int64{1, 1, 1}, []Fen{34, 33, 33}},
		{"two odd fen", 200, []int64{1, 1, 1}, []Fen{67, 67, 66}},
		{"the largest remainder first", 10, []int64{1, 2, 4}, []Fen{1, 3, 6}},
		{"in proportion", 100, []int64{1, 3}, []Fen{25, 75}},
		{"no part for no weight", 7, []int64{0, 1, 0}, []Fen{0, 7, 0}},
		{"no weights above zero", 7, []int64{0, 0}, []Fen{0, 0}},
		{"no weights", 7, nil, []Fen{}},
		{"nothing to divide", 0, []int64{1, 2}, []Fen{0, 0}},
		{"large sums", MaxFen, []int64{int64(MaxFen), int64(MaxFen)}, []Fen{50_000_000_000_000, 49_999_999_999_999}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Split(tt.total, tt.weights); !slices.Equal(got, tt.want) {
				t.Errorf("%v, want %v", got, tt.want)
			}
		})
	}
}

func TestSplitEvenly(t *testing.T) {
	tests := []struct {
		total Fen
		n     int
		want  []Fen
	}{
		{100, 3, []Fen{34, 33, 33}}, {101, 3, []Fen{34, 34, 33}}, {99, 3, []Fen{33, 33, 33}}, {2, 3, []Fen{1, 1, 0}},
		{0, 2, []Fen{0, 0}}, {5, 1, []Fen{5}},
	}
	for _, tt := range tests {
		if got := SplitEvenly(tt.total, tt.n); !slices.Equal(got, tt.want) {
			t.Errorf("%d over %d is %v, want %v", tt.total, tt.n, got, tt.want)
		}
	}
}

// The parts add up, none is more than a fen from its share, and even weights split evenly.
func TestSplitAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := Fen(rapid.Int64Range(0, int64(MaxFen)).Draw(t, "total"))
		weights := rapid.SliceOfN(rapid.Int64Range(0, int64(MaxFen)), 1, 20).Draw(t, "weights")
		var all int64
		for _, w := range weights {
			all += w
		}
		if all == 0 {
			return
		}
		var sum Fen
		for i, part := range Split(total, weights) {
			sum += part
			if floor, _, _ := MulDiv(total, weights[i], all); part < floor || part > floor+1 {
				t.Fatalf("part %d is %d, its share %d", i, part, floor)
			}
		}
		if sum != total {
			t.Fatalf("the parts add up to %d, not %d", sum, total)
		}
		ones := slices.Repeat([]int64{1}, len(weights))
		if even := SplitEvenly(total, len(ones)); !slices.Equal(even, Split(total, ones)) {
			t.Fatalf("SplitEvenly returns %v", even)
		}
	})
}
