package index

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// However many lists grow side by side, each lists what was added to it, and a copy what it was.
func TestSeqListsKeepWhatIsAdded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var lists seqLists
		of := make([]seqList, 5)
		want := make([][]Seq, len(of))
		var before []seqList
		var wantBefore [][]Seq
		seq := Seq(0)
		for range rapid.IntRange(0, 400).Draw(t, "records") {
			if rapid.IntRange(0, 99).Draw(t, "copy") == 0 {
				before, wantBefore = slices.Clone(of), slices.Clone(want)
			}
			seq += Seq(rapid.SampledFrom([]uint64{1, 60, 200, 1 << 20, 1 << 40}).Draw(t, "step"))
			n := rapid.IntRange(0, len(of)-1).Draw(t, "list")
			lists.add(&of[n], seq)
			want[n] = append(want[n], seq)
		}
		limit := Seq(rapid.Uint64Range(0, uint64(seq)).Draw(t, "limit"))
		for n, list := range of {
			upToLimit := slices.DeleteFunc(slices.Clone(want[n]), func(s Seq) bool { return s > limit })
			if got := lists.appendUpTo(nil, list, limit); !slices.Equal(got, upToLimit) {
				t.Errorf("list %d up to %d is %v, want %v", n, limit, got, upToLimit)
			}
		}
		for n, list := range before {
			if got := lists.appendUpTo(nil, list, seq); !slices.Equal(got, wantBefore[n]) {
				t.Errorf("the copy of list %d is %v, want %v", n, got, wantBefore[n])
			}
		}
	})
}
