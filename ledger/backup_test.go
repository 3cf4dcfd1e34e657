package ledger

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	bolt "go.etcd.io/bbolt"

	"zhangben/ledger/inputfile"
)

// same asks that a ledger has the position and the root of another.
func same(t *testing.T, got, want Report) {
	t.Helper()
	if got.Position != want.Position || got.Records != want.Records || got.Root != want.Root ||
		got.Duplicates != want.Duplicates || got.Rejected != want.Rejected {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestBackupOfABusyLedgerIsTheLedger(t *testing.T) {
	dir := busyFolder(t)
	file := filepath.Join(t.TempDir(), "yesterday.db")
	made, err := Backup(t.Context(), dir, file)
	if err != nil {
		t.Fatal(err)
	}
	same(t, made, sound(t, dir))
	restored := filepath.Join(t.TempDir(), "new")
	report, err := Restore(t.Context(), file, restored)
	if err != nil {
		t.Fatal(err)
	}
	same(t, report, made)
	l := keeping(t, restored)
	next := int(l.Position().StreamSeq) + 1
	payments(t, l, next, next+99)
	for path, mode := range map[string]os.FileMode{
		restored:                          0o700,
		filepath.Join(restored, FileName): 0o600,
		file:                              0o600,
	} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: %v %v", path, info.Mode(), err)
		}
	}
}

func TestBackupOfAnEmptyLedger(t *testing.T) {
	dir := t.TempDir()
	keeping(t, dir)
	l := keeping(t, t.TempDir())
	file := filepath.Join(t.TempDir(), "b")
	report, err := l.Backup(t.Context(), file)
	if err != nil || report.Records != 0 || report.Position.Stream != "BILLING" {
		t.Errorf("%+v %v", report, err)
	}
	if _, err := Restore(t.Context(), file, filepath.Join(t.TempDir(), "new")); err != nil {
		t.Error(err)
	}
}

// Events flow while the backup is made: it has a beginning of them, and the root of that beginning.
func TestBackupWhileEventsFlow(t *testing.T) {
	l := keeping(t, t.TempDir())
	payments(t, l, 1, 40_000) // more than one step
	stop := make(chan struct{})
	var flow sync.WaitGroup
	flow.Go(func() {
		for n := 40_001; ; n += 10 {
			select {
			case <-stop:
				return
			default:
				payments(t, l, n, n+9)
			}
		}
	})
	for i := range 5 {
		before := l.Last()
		report, err := l.Backup(t.Context(), filepath.Join(t.TempDir(), "b"))
		if err != nil || report.Records < before {
			t.Fatalf("backup %d: %+v %v", i, report, err)
		}
		if root, err := l.Root(report.Records); err != nil || root != report.Root {
			t.Errorf("backup %d: the root of %d records is not theirs: %v", i, report.Records, err)
		}
	}
	close(stop)
	flow.Wait()
}

// Buckets of later programs are part of the ledger.
func TestBackupCopiesBucketsItDoesNotKnow(t *testing.T) {
	dir := busyFolder(t)
	err := onFile(filepath.Join(dir, FileName), func(tx *bolt.Tx) error {
		outer, err := tx.CreateBucket([]byte("later"))
		if err != nil {
			return err
		}
		inner, err := outer.CreateBucket([]byte("inner"))
		if err != nil {
			return err
		}
		return inner.Put([]byte("k"), []byte("v"))
	})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "b")
	if _, err := Backup(t.Context(), dir, file); err != nil {
		t.Fatal(err)
	}
	err = onFile(file, func(tx *bolt.Tx) error {
		if got := tx.Bucket([]byte("later")).Bucket([]byte("inner")).Get([]byte("k")); string(got) != "v" {
			return fmt.Errorf("got %q", got)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func TestBackupAndRestoreReplaceNothing(t *testing.T) {
	dir := busyFolder(t)
	file := filepath.Join(t.TempDir(), "b")
	if _, err := Backup(t.Context(), dir, file); err != nil {
		t.Fatal(err)
	}
	if _, err := Backup(t.Context(), dir, file); !errors.Is(err, ErrExists) {
		t.Errorf("a backup over another: %v", err)
	}
	if _, err := Restore(t.Context(), file, dir); !errors.Is(err, ErrExists) {
		t.Errorf("restored over a ledger: %v", err)
	}
	sound(t, dir)
}

func TestDamagedLedgerIsNotBackedUp(t *testing.T) {
	dir := busyFolder(t)
	fault{
		bucketRecords,
		key8(2),
		reforge(130, func(r []byte) { r[len(r)-1] ^= 1 }),
	}.plant(
		t,
		filepath.Join(dir, FileName),
		true,
	)
	into := t.TempDir()
	if _, err := Backup(t.Context(), dir, filepath.Join(into, "b")); !errors.Is(err, ErrDamaged) {
		t.Errorf("a forged record: %v", err)
	}
	if left, _ := os.ReadDir(into); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestRestoreRefusesWhatIsNoBackup(t *testing.T) {
	dir := t.TempDir()
	none := filepath.Join(dir, "none")
	empty := filepath.Join(dir, "empty")
	text := filepath.Join(dir, "text")
	letter := []byte("a letter to the bank\n")
	if err := errors.Join(os.WriteFile(empty, nil, 0o600), os.WriteFile(text, letter, 0o600)); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{"nothing": none, "an empty file": empty, "a text": text, "a folder": dir} {
		into := filepath.Join(dir, "new")
		if _, err := Restore(t.Context(), file, into); err == nil {
			t.Errorf("%s was restored", name)
		}
		if _, err := os.Lstat(into); err == nil {
			t.Errorf("%s left %s behind", name, into)
		}
	}
}

// A file that is not a file, or that says it is larger than it is, or is larger than it says, costs no more of the disk
// than the ledger in it.
func TestRestoreIsBounded(t *testing.T) {
	dir := busyFolder(t)
	file := filepath.Join(t.TempDir(), "b")
	report, err := Backup(t.Context(), dir, file)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(file, 1<<40); err != nil { // sparse
		t.Fatal(err)
	}
	into := filepath.Join(t.TempDir(), "new")
	got, err := Restore(t.Context(), file, into)
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, report)
	if restored, err := os.Stat(filepath.Join(into, FileName)); err != nil || restored.Size() > whole.Size() {
		t.Errorf("%v %v, want at most %d bytes", restored, err, whole.Size())
	}
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"/dev/zero", pipe, t.TempDir()} {
		into := filepath.Join(t.TempDir(), "new")
		if _, err := Restore(t.Context(), file, into); !errors.Is(err, inputfile.ErrNotRegular) {
			t.Errorf("%s: %v", file, err)
		}
		if _, err := os.Lstat(into); err == nil {
			t.Errorf("%s left a folder behind", file)
		}
	}
}

// What comes over a network may have no end, or an early one: no more is read, and nothing is placed, than is a ledger.
func TestReceiveIsBounded(t *testing.T) {
	file := filepath.Join(t.TempDir(), "b")
	report, err := Backup(t.Context(), busyFolder(t), file)
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	into := filepath.Join(t.TempDir(), "b")
	got, err := Receive(t.Context(), io.MultiReader(bytes.NewReader(content), zeros{}), -1, into)
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, report)
	if placed, err := os.Stat(into); err != nil || placed.Size() > int64(len(content)) {
		t.Errorf("%v %v, want at most %d bytes", placed, err, len(content))
	}

	huge := bytes.Clone(content)
	for n := range 2 {
		claimPages(huge[n*pageSize:], 1<<50)
	}
	for name, c := range map[string]struct {
		source io.Reader
		length int64
		want   error
	}{
		"no ledger without end":   {zeros{}, -1, ErrFormat},
		"nothing":                 {bytes.NewReader(nil), -1, io.EOF},
		"half of it":              {bytes.NewReader(content[:len(content)/2]), -1, io.ErrUnexpectedEOF},
		"shorter than it must be": {bytes.NewReader(content), 3 * pageSize, ErrDamaged},
		"larger than any disk":    {io.MultiReader(bytes.NewReader(huge), zeros{}), -1, syscall.ENOSPC},
	} {
		into := filepath.Join(t.TempDir(), "b")
		source := &counted{Reader: c.source}
		if _, err := Receive(t.Context(), source, c.length, into); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if left, _ := filepath.Glob(filepath.Join(filepath.Dir(into), "*")); len(left) > 0 ||
			source.bytes > int64(len(content)) {
			t.Errorf("%s: %d bytes were read, and %v was left behind", name, source.bytes, left)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Receive(ctx, bytes.NewReader(content), -1, filepath.Join(t.TempDir(), "b")); !errors.Is(
		err,
		context.Canceled,
	) {
		t.Error(err)
	}
}

// claimPages changes how many pages a meta page says there are.
func claimPages(page []byte, pages uint64) {
	const header, end, sum = 16, 40, 56 // where the meta begins, and what lies in it
	meta := page[header:]
	binary.NativeEndian.PutUint64(meta[end:], pages)
	hash := fnv.New64a()
	hash.Write(meta[:sum])
	binary.NativeEndian.PutUint64(meta[sum:], hash.Sum64())
}

// zeros has no end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// counted counts what is read.
type counted struct {
	io.Reader
	bytes int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.bytes += int64(n)
	return n, err
}

func TestRestoreEndsWithItsContext(t *testing.T) {
	dir := busyFolder(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	into := filepath.Join(t.TempDir(), "new")
	if _, err := Restore(ctx, filepath.Join(dir, FileName), into); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := os.Lstat(into); err == nil {
		t.Error("it left a folder behind")
	}
}

// FuzzRestore alters a backup, or cuts it off: it is refused, or what is restored is the ledger that was backed up.
func FuzzRestore(f *testing.F) {
	l, err := Open(f.TempDir(), Options{})
	if err != nil {
		f.Fatal(err)
	}
	defer l.Close()
	if err := l.Bind("BILLING", opened, false); err != nil {
		f.Fatal(err)
	}
	payments(f, l, 1, 300)
	appended(f, l, malformed(301), stated(302, paid(7, "acct-0", "HT-7", 7)))
	file := filepath.Join(f.TempDir(), "b")
	want, err := l.Backup(f.Context(), file)
	if err != nil {
		f.Fatal(err)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(uint32(0), byte(0), uint32(len(whole)))
	for at := 0; at < len(whole); at += 997 {
		f.Add(uint32(at), byte(1), uint32(len(whole)))
		f.Add(uint32(0), byte(0), uint32(at))
	}
	f.Fuzz(func(t *testing.T, at uint32, change byte, length uint32) {
		altered := append([]byte(nil), whole[:min(int(length), len(whole))]...)
		if int(at) < len(altered) {
			altered[at] ^= change
		}
		dir := t.TempDir()
		file := filepath.Join(dir, "b")
		if err := os.WriteFile(file, altered, 0o600); err != nil {
			t.Fatal(err)
		}
		into := filepath.Join(dir, "new")
		got, err := Restore(t.Context(), file, into)
		if err != nil {
			if left, _ := os.ReadDir(into); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
			return
		}
		same(t, got, want)
		l, err := Open(into, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		if l.Last() != want.Records {
			t.Errorf("%d records instead of %d", l.Last(), want.Records)
		}
	})
}
