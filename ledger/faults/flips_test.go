package faults

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	bolt "go.etcd.io/bbolt"

	"zhangben/ledger"
)

const (
	flippedMessages = 600
	flipsInShort    = 200
	flipsInAll      = 20_000
	pageBytes       = 4096
	headBytes       = 80 // a page's header, and what a meta page has, or the first elements of another
)

// verifyTime is how long verifying so small a ledger may take, on a machine that may be busy.
const verifyTime = 30 * time.Second

// TestBitFlips turns single bits of the log file, every second one among bytes that are keys or values: those must be
// found; every fourth one where pages begin, which steers how the rest is read. Whatever is not found, in pages that
// are free or of which nothing is read, must not change a figure.
func TestBitFlips(t *testing.T) {
	f := newFlips(t)
	s := sweep{t: t, name: "flips"}
	s.run(points(flipsInShort, flipsInAll), f.point)
	t.Logf("%d flips: %d of %d in live bytes found, %d of %d elsewhere; the rest changed nothing",
		f.liveTried+f.deadTried, f.liveFound, f.liveTried, f.deadFound, f.deadTried)
}

// flips is a sound ledger whose bits are turned.
type flips struct {
	judge                                      *judge
	program                                    string // zhangben
	dir, path                                  string
	size                                       int64
	live                                       []extent // keys and values, ascending
	figures                                    string   // what zhangben replay prints
	liveTried, liveFound, deadTried, deadFound int
}

// extent is a piece of the file.
type extent struct{ from, to int64 }

func newFlips(t *testing.T) *flips {
	t.Helper()
	dir := t.TempDir()
	f := &flips{judge: newJudge(t), program: buildZhangben(t), dir: dir, path: filepath.Join(dir, ledger.FileName)}
	f.judge.goOn(dir, flippedMessages)
	f.live, f.size = liveBytes(t, f.path)
	if err := os.Truncate(f.path, f.size); err != nil { // what lies beyond is no page yet
		t.Fatal(err)
	}
	f.figures = f.replay(t)
	if !strings.Contains(f.figures, "HT-1") {
		t.Fatalf("the replay has no figures: %s", f.figures)
	}
	return f
}

// buildZhangben builds the program.
func buildZhangben(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "zhangben")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", program, "zhangben/cmd/zhangben")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, output)
	}
	return program
}

// liveBytes finds where in the file the keys and values of all buckets are, and how long the file is by its own
// account.
func liveBytes(t *testing.T, path string) (live []extent, size int64) {
	t.Helper()
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	db, err := bolt.Open(path, 0o600, &bolt.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	l := locator{base: db.Info().Data, page: db.Info().PageSize, whole: whole}
	err = db.View(func(tx *bolt.Tx) error {
		size = tx.Size()
		return tx.ForEach(func(name []byte, bucket *bolt.Bucket) error {
			l.top(name)
			return bucket.ForEach(func(key, value []byte) error {
				l.note(key, value)
				return nil
			})
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	if l.lost > 0 || len(l.live) == 0 {
		t.Fatalf("%d keys are not found in the file, %d are", l.lost, len(l.live))
	}
	slices.SortFunc(l.live, func(a, b extent) int { return int(a.from - b.from) })
	return l.live, size
}

// locator finds where in the file bytes are that bbolt returns. Mostly they lie in its map of the file; those of a
// small bucket are copies of what lies within the page that has the buckets' names.
type locator struct {
	base  uintptr // of the map
	page  int     // size in bytes
	whole []byte  // the file
	names int64   // where the page with the names begins
	live  []extent
	lost  int
}

// offset is where in the file b lies, beyond it where it is a copy.
func (l *locator) offset(b []byte) int64 {
	at := int64(uintptr(unsafe.Pointer(&b[0])) - l.base)
	if at < 0 || at >= int64(len(l.whole)) {
		return int64(len(l.whole))
	}
	return at
}

// top notes the name of a bucket.
func (l *locator) top(name []byte) {
	from := l.offset(name)
	l.names = from / int64(l.page) * int64(l.page)
	l.live = append(l.live, extent{from, from + int64(len(name))})
}

// note notes a key and its value, which follows it in the file.
func (l *locator) note(key, value []byte) {
	size := int64(len(key) + len(value))
	from := l.offset(key)
	if from == int64(len(l.whole)) {
		page := l.whole[l.names : l.names+int64(l.page)]
		within := bytes.Index(page, slices.Concat(key, value))
		if within < 0 {
			l.lost++
			return
		}
		from = l.names + int64(within)
	}
	l.live = append(l.live, extent{from, from + size})
}

// point turns one bit, asks, and turns it back.
func (f *flips) point(t *testing.T, point int, random *rand.Rand) {
	at := random.Int64N(f.size)
	switch {
	case point%2 == 0:
		at = f.anyLive(random)
	case point%4 == 1:
		at = at/pageBytes*pageBytes + random.Int64N(headBytes)
	}
	bit := byte(1) << random.IntN(8)
	turn(t, f.path, at, bit)
	defer turn(t, f.path, at, bit)
	defer f.keepFailure(t, point)
	found := f.found(t, at)
	if f.isLive(at) {
		f.liveTried++
		if found {
			f.liveFound++
		} else {
			t.Errorf("byte %d, bit %#x: it is of a key or value, and verifying did not find it", at, bit)
		}
		return
	}
	f.deadTried++
	if found {
		f.deadFound++
		return
	}
	f.unchanged(t, at, bit)
}

// keepFailure keeps a copy of the file with the bit turned where something was wrong: bbolt lays the pages of a next
// ledger out differently.
func (f *flips) keepFailure(t *testing.T, point int) {
	if !t.Failed() {
		return
	}
	kept, err := os.MkdirTemp("", fmt.Sprintf("flip-%d-%d-", *seedFlag, point))
	if err == nil {
		err = os.CopyFS(kept, os.DirFS(f.dir))
	}
	t.Logf("the ledger as it is then: %s (%v)", kept, err)
}

// anyLive takes a byte of a key or value, each as likely as the other.
func (f *flips) anyLive(random *rand.Rand) int64 {
	total := int64(0)
	for _, e := range f.live {
		total += e.to - e.from
	}
	n := random.Int64N(total)
	for _, e := range f.live {
		if n < e.to-e.from {
			return e.from + n
		}
		n -= e.to - e.from
	}
	return 0
}

func (f *flips) isLive(at int64) bool {
	return slices.ContainsFunc(f.live, func(e extent) bool { return e.from <= at && at < e.to })
}

// found has zhangben verify look, which must say what it sees and not fall over.
func (f *flips) found(t *testing.T, at int64) bool {
	ctx, cancel := context.WithTimeout(t.Context(), verifyTime)
	defer cancel()
	output, err := exec.CommandContext(ctx, f.program, "verify", "--data", f.dir).CombinedOutput()
	switch code := exitCode(err); {
	case code == 0:
		return false
	case code < 0 || code == 2 || bytes.Contains(output, []byte("goroutine ")):
		t.Errorf("byte %d: verify fell over: %v\n%s", at, err, output)
	}
	return true
}

// exitCode is that of a command that ran; -1 where a signal ended it, or it never did.
func exitCode(err error) int {
	if err == nil {
		return 0
	}
	if exit, ok := err.(*exec.ExitError); ok {
		return exit.ExitCode()
	}
	return -1
}

// unchanged asks that the records, the quarantine and the figures are what they were.
func (f *flips) unchanged(t *testing.T, at int64, bit byte) {
	if err := everyMessage(f.dir, flippedMessages); err != nil {
		t.Errorf("byte %d, bit %#x: not found, and %v", at, bit, err)
	}
	if f.replay(t) != f.figures {
		t.Errorf("byte %d, bit %#x: not found, and the figures are others", at, bit)
	}
}

// replay folds the whole log with zhangben.
func (f *flips) replay(t *testing.T) string {
	t.Helper()
	output, err := exec.Command(f.program, "replay", "--data", f.dir, "--as-of", "2025-04-01").Output()
	if err != nil {
		t.Errorf("zhangben replay: %v\n%s", err, output)
	}
	return string(output)
}

// turn turns bits of one byte of a file.
func turn(t *testing.T, path string, at int64, bits byte) {
	t.Helper()
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	b := make([]byte, 1)
	if _, err := file.ReadAt(b, at); err != nil {
		t.Fatal(err)
	}
	b[0] ^= bits
	if _, err := file.WriteAt(b, at); err != nil {
		t.Fatal(err)
	}
}
