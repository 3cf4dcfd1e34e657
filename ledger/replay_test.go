package ledger

import (
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"zhangben/events"
)

func TestReplayGivesEveryRecordOnce(t *testing.T) {
	for _, many := range []int{0, 1, 63, 64, 65, 128, 1000, 20_000} {
		l := keeping(t, t.TempDir())
		if many > 0 {
			more(t, l, many)
		}
		for _, workers := range []int{0, 1, 2, 5} {
			seen := make([][]Seq, max(workers, 1))
			err := l.Replay(
				ReplayOptions{Workers: workers, Verify: true},
				func(worker int, r Record, e *events.Event) error {
					if decoded, err := r.Event(); err != nil || decoded.ID != e.ID || e.ID != idOf(int(r.Seq)) {
						t.Errorf("record %d is event %v, %v", r.Seq, e.ID, err)
					}
					seen[worker] = append(seen[worker], r.Seq)
					return nil
				},
			)
			if err != nil {
				t.Errorf("%d records, %d workers: %v", many, workers, err)
			}
			var all []Seq
			for _, seqs := range seen {
				if !slices.IsSorted(seqs) {
					t.Error("a worker's records do not ascend")
				}
				all = append(all, seqs...)
			}
			slices.Sort(all)
			if len(all) != many ||
				many > 0 && (all[0] != 1 || all[many-1] != Seq(many) || len(slices.Compact(all)) != many) {
				t.Errorf("%d workers returned %d of %d records", workers, len(all), many)
			}
		}
	}
}

func TestReplayStopsAtAnError(t *testing.T) {
	l := keeping(t, t.TempDir())
	more(t, l, 20_000)
	enough := errors.New("enough")
	err := l.Replay(ReplayOptions{Workers: 2}, func(_ int, r Record, _ *events.Event) error {
		if r.Seq == 10_000 {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) {
		t.Error(err)
	}
}

// TestReplayNoticesDamage asks that corruption is always noticed, and a forged checksum by the root.
func TestReplayNoticesDamage(t *testing.T) {
	for name, c := range map[string]struct {
		fault
		forged bool
	}{
		"a bit of a record": {
			fault{bucketRecords, key8(1), reforge(100, func(r []byte) { r[len(r)-1] ^= 1 })}, false,
		},
		"a chunk gone": {fault{bucketRecords, key8(1), nil}, false},
		"a forged amount": {
			fault{bucketRecords, key8(1), reforge(100, func(r []byte) { r[len(r)-1] ^= 1 })}, true,
		},
		"a forged recorded time":   {fault{bucketRecords, key8(0), reforge(3, func(r []byte) { r[10] ^= 1 })}, true},
		"a record in another seat": {fault{bucketRecords, key8(1), reforge(100, func(r []byte) { r[0] ^= 1 })}, true},
		"no content": {
			fault{bucketRecords, key8(1), reforge(100, func(r []byte) { r[headerSize-1] = 9 })}, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := busyFolder(t)
			c.plant(t, filepath.Join(dir, FileName), c.forged)
			l, err := Open(dir, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			err = l.Replay(
				ReplayOptions{Workers: 2, Verify: true},
				func(int, Record, *events.Event) error { return nil },
			)
			if !errors.Is(err, ErrDamaged) {
				t.Error(err)
			}
		})
	}
}

func BenchmarkReplay(b *testing.B) {
	const many = 1_000_000
	l := keeping(b, full(b, "v4", many))
	for name, o := range map[string]ReplayOptions{"one": {1, false}, "two": {2, false}, "two verified": {2, true}} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := l.Replay(o, func(int, Record, *events.Event) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
			perEvent(b, many*b.N, 0)
		})
	}
}
