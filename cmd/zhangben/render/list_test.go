package render

import "testing"

func TestNumbersAreSortedAsNumbers(t *testing.T) {
	for _, pair := range [][2]string{{"9.00", "10.00"}, {"-1.00", "0.50"}, {"acct-1", "acct-2"}, {"", "x"}} {
		if compareCells(pair[0], pair[1]) >= 0 || compareCells(pair[1], pair[0]) <= 0 || compareCells(pair[0], pair[0]) != 0 {
			t.Errorf("%q does not come before %q", pair[0], pair[1])
		}
	}
}
