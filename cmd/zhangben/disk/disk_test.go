package disk

import (
	"testing"
)

func TestDefaultDiskFloor(t *testing.T) {
	for _, test := range []struct{ asked, total, want int64 }{
		{-1, 1 << 40, 1 << 30}, {-1, 1 << 30, 1 << 30 / 20}, {0, 1 << 40, 0}, {5, 1 << 40, 5},
	} {
		if got := Floor(test.asked, test.total); got != test.want {
			t.Errorf("%+v: %d", test, got)
		}
	}
}
