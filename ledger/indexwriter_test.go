package ledger

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"zhangben/events"
	"zhangben/ledger/index"

	bolt "go.etcd.io/bbolt"
	"pgregory.net/rapid"
)

// told opens a ledger, and returns what opening logged.
func told(t *testing.T, dir string) (*Log, string) {
	t.Helper()
	var said strings.Builder
	l, err := Open(dir, Options{Logger: slog.New(slog.NewTextHandler(&said, nil))})
	if err != nil {
		t.Fatal(err)
	}
	return l, said.String()
}

// fromScratch indexes the records up to a seq, under a key.
func fromScratch(t rapid.TB, l *Log, key index.Key, upTo Seq) *index.Index {
	t.Helper()
	x := index.New(key, 0, 0, 0)
	err := l.Scan(0, func(r Record) error {
		e, err := r.Event()
		if r.Seq <= upTo {
			x.Add(r.Seq, e)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// consistent reports whether the indexes of a log are those of its records.
func consistent(t rapid.TB, l *Log) bool {
	t.Helper()
	return l.index.Equal(fromScratch(t, l, l.index.Key(), l.Last()))
}

// more appends some payments.
func more(t rapid.TB, l *Log, many int) {
	t.Helper()
	last := int(l.Position().StreamSeq)
	payments(t, l, last+1, last+many)
}

func TestReopeningTakesTheIndexCache(t *testing.T) {
	dir := busyFolder(t)
	l, said := told(t, dir)
	defer closed(t, l, dir)
	if said != "" || l.indexWriter.saved != l.Last() {
		t.Errorf("opening said %q and had %d of %d records", said, l.indexWriter.saved, l.Last())
	}
	if !consistent(t, l) {
		t.Error("the cached indexes are not those of the records")
	}
}

func TestAStaleIndexCacheIsBroughtForward(t *testing.T) {
	for _, later := range []int{1, 63, 64, 65, 300} {
		dir := busyFolder(t)
		stale := contentOf(t, filepath.Join(dir, CacheName))
		l := keeping(t, dir)
		more(t, l, later)
		closed(t, l, dir)
		write(t, filepath.Join(dir, CacheName), stale)
		l, said := told(t, dir)
		if said != "" || l.indexWriter.saved != l.Last()-Seq(later) || !consistent(t, l) {
			t.Errorf(
				"%d records later: opening said %q, and took %d of %d records",
				later,
				said,
				l.indexWriter.saved,
				l.Last(),
			)
		}
		closed(t, l, dir)
	}
}

func contentOf(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t testing.TB, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestADamagedIndexCacheIsRebuiltAndReplaced(t *testing.T) {
	dir := busyFolder(t)
	path := filepath.Join(dir, CacheName)
	write(t, path, contentOf(t, path)[:100])
	l, said := told(t, dir)
	if !strings.Contains(said, "rebuilt from the records") || !consistent(t, l) {
		t.Errorf("opening said %q", said)
	}
	closed(t, l, dir)
	l, said = told(t, dir)
	defer closed(t, l, dir)
	if said != "" {
		t.Errorf("the next opening said %q", said)
	}
}

// TestTheIndexCacheOfAnotherLedgerIsNotTaken puts caches beside ledgers that have as many records, or fewer.
func TestTheIndexCacheOfAnotherLedgerIsNotTaken(t *testing.T) {
	other := busyFolder(t)
	fewer := t.TempDir()
	l := keeping(t, fewer)
	payments(t, l, 1, 10)
	closed(t, l, fewer)
	forked := t.TempDir() // a copy of the file that went another way
	write(t, filepath.Join(forked, FileName), contentOf(t, filepath.Join(fewer, FileName)))
	l = keeping(t, forked)
	appended(t, l, stated(11, paid(11, "acct-x", "HT-x", 1)))
	closed(t, l, forked)
	l = keeping(t, fewer)
	payments(t, l, 11, 11)
	closed(t, l, fewer)
	for _, pair := range [][2]string{{other, fewer}, {fewer, other}, {forked, fewer}, {fewer, forked}} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, FileName), contentOf(t, filepath.Join(pair[0], FileName)))
		write(t, filepath.Join(dir, CacheName), contentOf(t, filepath.Join(pair[1], CacheName)))
		l, said := told(t, dir)
		if !strings.Contains(said, "it is of") || !consistent(t, l) {
			t.Errorf("opening said %q", said)
		}
		closed(t, l, dir)
	}
}

// TestVerifyComparesTheIndexCache saves the index of records of which one says something else.
func TestVerifyComparesTheIndexCache(t *testing.T) {
	for name, spoil := range map[string]func(e *events.Event){
		"an id":      func(e *events.Event) { e.ID = idOf(1 << 40) },
		"an account": func(e *events.Event) { e.Account = "acct-x" },
		"a contract": func(e *events.Event) { e.Contract = "HT-x" },
	} {
		t.Run(name, func(t *testing.T) {
			dir := busyFolder(t)
			l, _ := told(t, dir)
			x := index.New(l.index.Key(), 0, 0, 0)
			err := l.Scan(0, func(r Record) error {
				e, err := r.Event()
				if r.Seq == 100 {
					spoil(e)
				}
				x.Add(r.Seq, e)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			l.index = x
			if err := errors.Join(l.saveIndex(t.Context()), l.Close()); err != nil {
				t.Fatal(err)
			}
			report, err := Verify(t.Context(), dir)
			if err != nil || len(report.Problems) != 1 || report.Problems[0].Where != "the index cache" {
				t.Errorf("%v, %v", report.Problems, err)
			}
			uncached(t, dir)
			sound(t, dir)
		})
	}
}

// TestCachedIndexesAreThoseOfTheRecords appends batches at random, with the cache kept or thrown away between.
func TestCachedIndexesAreThoseOfTheRecords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "cache")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		for range rapid.IntRange(1, 5).Draw(t, "openings") {
			l, err := Open(dir, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := l.Bind("BILLING", opened, false); err != nil {
				t.Fatal(err)
			}
			for range rapid.IntRange(0, 3).Draw(t, "batches") {
				more(t, l, rapid.IntRange(1, 150).Draw(t, "size"))
				if rapid.Bool().Draw(t, "saved") {
					if err := l.saveIndex(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
			}
			if !consistent(t, l) {
				t.Fatalf("%d records: the indexes are not theirs", l.Last())
			}
			before, errRead := os.ReadFile(l.cachePath())
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			if rapid.Bool().Draw(t, "killed") && errRead == nil {
				err = os.WriteFile(l.cachePath(), before, 0o600)
			} else if rapid.Bool().Draw(t, "thrown away") {
				err = os.RemoveAll(l.cachePath())
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

// TestTheIndexCacheIsWrittenWhileTheLogGrows asks that what was written meanwhile is of one moment.
func TestTheIndexCacheIsWrittenWhileTheLogGrows(t *testing.T) {
	dir := t.TempDir()
	l := keeping(t, dir)
	payments(t, l, 1, 100)
	done := make(chan error, 1)
	go func() {
		var err error
		for range 20 {
			err = errors.Join(err, l.saveIndex(t.Context()))
		}
		done <- err
	}()
	for n := 101; n < 4000; n += 50 {
		payments(t, l, n, n+49)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	var cached *index.Index
	var upTo Seq
	err := l.view(func(tx *bolt.Tx) (err error) {
		cached, upTo, err = readIndexCache(tx, l.cachePath(), l.current())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if !cached.Equal(fromScratch(t, l, cached.Key(), upTo)) {
		t.Errorf("the cache is not that of records 1 to %d", upTo)
	}
}

func TestAnIndexCacheThatCannotBeWrittenIsNoMatter(t *testing.T) {
	dir := busyFolder(t)
	l, _ := told(t, dir)
	more(t, l, 10)
	if err := os.Mkdir(l.cachePath()+".new", 0o700); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	l, said := told(t, dir)
	defer l.Close()
	if said != "" || !consistent(t, l) {
		t.Errorf("opening said %q", said)
	}
}

func BenchmarkReadIndexCache(b *testing.B) {
	const many = 1_000_000
	dir := full(b, "v4", many)
	l := keeping(b, dir)
	for b.Loop() {
		err := l.view(func(tx *bolt.Tx) error {
			_, _, err := readIndexCache(tx, l.cachePath(), l.state)
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	perEvent(b, many*b.N, int64(len(contentOf(b, l.cachePath()))))
}
