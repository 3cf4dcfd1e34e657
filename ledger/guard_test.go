package ledger

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// A slip in this program is never called damage: it panics on, out of reading and out of writing, with the stack that
// shows where it was made.
func TestSlipsPanicOn(t *testing.T) {
	slips := map[string]func(tx *bolt.Tx){
		"a nil pointer":           func(*bolt.Tx) { _ = *(*int)(nil) },
		"a nil map":               func(*bolt.Tx) { nilMap["x"] = 1 },
		"an index out of range":   func(*bolt.Tx) { _ = make([]int, 0)[len(os.Args)] },
		"a slice out of range":    func(tx *bolt.Tx) { _ = bucketIn(tx, bucketMeta).Get(keyFormat)[:1<<30] },
		"a wrong type":            func(*bolt.Tx) { _ = any("text").(int) },
		"a bucket that never was": func(tx *bolt.Tx) { tx.Bucket([]byte("none")).Get(keyLast) },
		"a panic of our own":      func(*bolt.Tx) { panic("a slip") },
		"an error of our own":     func(*bolt.Tx) { panic(errors.New("a slip")) },
		"a slip in bbolt's callback": func(tx *bolt.Tx) {
			bucketIn(tx, bucketMeta).ForEach(func(_, _ []byte) error { panic("a slip") })
		},
		"an error that wraps nothing": func(*bolt.Tx) { panic(fmt.Errorf("page 7: %w", errors.ErrUnsupported)) },
	}
	for name, slip := range slips {
		t.Run(name, func(t *testing.T) {
			l := keeping(t, t.TempDir())
			run := func(tx *bolt.Tx) error { slip(tx); return nil }
			for way, transact := range map[string]func(func(*bolt.Tx) error) error{"view": l.view, "update": l.update} {
				if stack := stackOf(func() { t.Errorf("%s: %v", way, transact(run)) }); !strings.Contains(
					stack,
					"TestSlipsPanicOn",
				) {
					t.Errorf("%s: the stack does not show the slip:\n%s", way, stack)
				}
			}
			if err := l.view(func(*bolt.Tx) error { return nil }); err != nil {
				t.Errorf("after the slip: %v", err)
			}
		})
	}
}

var nilMap map[string]int

// stackOf is the stack of the panic with which fn ends, "" where it does not.
func stackOf(fn func()) (stack string) {
	defer func() {
		if recover() != nil {
			text := make([]byte, 16<<10)
			stack = string(text[:runtime.Stack(text, false)])
		}
	}()
	fn()
	return ""
}

// What comes of the file itself is damage, whatever it trips over: the end of a file that is cut short while it is
// open, a page of no kind, elements beyond their page, buckets that are gone.
func TestDamageDoesNotPanic(t *testing.T) {
	damages := map[string]func(page []byte){
		"pages of no kind":       func(page []byte) { page[8], page[9] = 0xff, 0x7f },
		"far too many elements":  func(page []byte) { page[10], page[11] = 0xff, 0xff },
		"no elements":            func(page []byte) { page[10], page[11] = 0, 0 },
		"elements far beyond":    func(page []byte) { fill(page[pageHeader:512], 0xff) },
		"elements beyond memory": func(page []byte) { fill(page[pageHeader:512], 0x7f) },
		"empty pages":            func(page []byte) { clear(page) },
	}
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) { whileOpen(t, func(file *os.File) error { return eachPage(file, damage) }) })
	}
	t.Run(
		"cut short",
		func(t *testing.T) { whileOpen(t, func(file *os.File) error { return file.Truncate(leastSize) }) },
	)
}

// whileOpen damages the file of an open ledger and reads from it.
func whileOpen(t *testing.T, damage func(*os.File) error) {
	dir := busyFolder(t)
	l, err := Open(dir, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	file, err := os.OpenFile(filepath.Join(dir, FileName), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := damage(file); err != nil {
		t.Fatal(err)
	}
	if err := l.Scan(0, func(Record) error { return nil }); !errors.Is(err, ErrDamaged) {
		t.Errorf("scan: %v", err)
	}
	if _, err := l.RejectedAt(1); !errors.Is(err, ErrDamaged) {
		t.Errorf("rejected: %v", err)
	}
}

// eachPage changes all pages but the two that say where all others are.
func eachPage(file *os.File, change func(page []byte)) error {
	content, err := os.ReadFile(file.Name())
	if err != nil {
		return err
	}
	for page := range slices.Chunk(content[leastSize:], pageSize) {
		change(page)
	}
	_, err = file.WriteAt(content, 0)
	return err
}

func fill(b []byte, with byte) {
	for i := range b {
		b[i] = with
	}
}
