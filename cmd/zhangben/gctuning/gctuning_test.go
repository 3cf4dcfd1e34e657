package gctuning

import "testing"

func TestGarbageGetsLessRoomAsTheHeapGrows(t *testing.T) {
	for live, want := range map[uint64]int{0: 400, 1 << 20: 400, 64 << 20: 400, 128 << 20: 200, 256 << 20: 100,
		512 << 20: 50, 4 << 30: 25} {
		if got := percentFor(live); got != want {
			t.Errorf("%d bytes live: %d %% instead of %d %%", live, got, want)
		}
	}
}
