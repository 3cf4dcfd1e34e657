package ledger

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"
)

func TestVerifyCounts(t *testing.T) {
	dir := t.TempDir()
	l := keeping(t, dir)
	busy(t, l)
	live, err := l.Verify(t.Context())
	if err != nil || !live.OK() {
		t.Errorf("while open: %v, %v", live.Problems, err)
	}
	closed(t, l, dir)
	report := sound(t, dir)
	if report.Records != 207 || report.Duplicates != 1 || report.Rejected != 2 || report.Position != l.Position() ||
		report.Root != l.current().root {
		t.Errorf("%+v", report)
	}
}

// TestVerifyingWhileEventsFlow asks that verifying an open ledger neither disturbs appending nor takes it for damage.
func TestVerifyingWhileEventsFlow(t *testing.T) {
	l := keeping(t, t.TempDir())
	payments(t, l, 1, 500)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := 501; n < 1500; n += 5 {
			payments(t, l, n, n+4)
		}
	}()
	for flowing := true; flowing; {
		select {
		case <-done:
			flowing = false
		default:
		}
		report, err := l.Verify(t.Context())
		if err != nil || !report.OK() {
			t.Errorf("%v %v", report.Problems, err)
		}
	}
}

// busyFolder is the folder of a ledger that was filled and closed.
func busyFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	l, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Bind("BILLING", opened, false); err != nil {
		t.Fatal(err)
	}
	busy(t, l)
	closed(t, l, dir)
	return dir
}

// A fault is a change to the file behind the ledger's back.
type fault struct {
	bucket, key []byte
	change      func(body []byte) []byte // of the value without checksum; nil removes it
}

// flip turns one bit of a value.
func flip(at int) func([]byte) []byte {
	return func(body []byte) []byte {
		body[at] ^= 1
		return body
	}
}

func replace(body []byte) func([]byte) []byte { return func([]byte) []byte { return body } }

// plant makes the change, and a forger's checksum to go with it or the old one.
func (f fault) plant(t *testing.T, path string, forged bool) {
	t.Helper()
	err := onFile(path, func(tx *bolt.Tx) error {
		bucket := tx.Bucket(f.bucket)
		if f.change == nil {
			return bucket.Delete(f.key)
		}
		value := slices.Clone(bucket.Get(f.key))
		if value == nil {
			value = make([]byte, crcSize)
		}
		body, sum := value[:len(value)-crcSize:len(value)-crcSize], value[len(value)-crcSize:]
		body = f.change(body)
		if forged {
			return putWithCRC(bucket, f.key, body)
		}
		return bucket.Put(f.key, append(body, sum...))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// reforge applies a change to one record of a chunk, and keeps its length.
func reforge(seq Seq, change func(record []byte)) func([]byte) []byte {
	return func(body []byte) []byte {
		record, err := recordBytes(body, seq)
		if err != nil {
			panic(err)
		}
		change(record)
		return body
	}
}

// headerSize is the length of the header of records 128 and up.
const headerSize = 2 + 1 + 2 + 8

func TestVerifyFindsFaults(t *testing.T) {
	chunk := func(n uint64) []byte { return key8(n) }
	for name, c := range map[string]struct {
		fault
		where []string // places of which the report names at least one, once the checksum is forged
	}{
		"a bit of a record": {
			fault{bucketRecords, chunk(2), reforge(130, func(r []byte) { r[len(r)-1] ^= 1 })},
			[]string{"tree 2", "record 130"},
		},
		"a bit of a recent record": {
			fault{bucketRecords, chunk(3), reforge(200, func(r []byte) { r[len(r)-1] ^= 1 })},
			[]string{"meta root"},
		},
		"an id": {
			fault{bucketRecords, chunk(2), reforge(130, func(r []byte) { r[headerSize+2] ^= 1 })},
			[]string{"tree 2"},
		},
		"an id used twice": {
			fault{bucketRecords, chunk(2), reforge(130, func(r []byte) { r[headerSize+2+15]-- })},
			[]string{"record 130"},
		},
		"a record's own seq": {
			fault{bucketRecords, chunk(2), reforge(130, func(r []byte) { r[0] ^= 1 })},
			[]string{"record 130"},
		},
		"an earlier recorded time": {
			fault{bucketRecords, chunk(2), reforge(130, func(r []byte) { r[headerSize-8]-- })},
			[]string{"record 130"},
		},
		"another message's place": {
			fault{bucketRecords, chunk(2), reforge(130, func(r []byte) { r[3] ^= 4 })},
			[]string{"message 134"},
		},
		"a chunk gone":        {fault{bucketRecords, chunk(1), nil}, []string{"chunk 0000000000000002"}},
		"the last chunk gone": {fault{bucketRecords, chunk(3), nil}, []string{"meta last"}},
		"a chunk too many": {
			fault{bucketRecords, chunk(9), replace([]byte{1, 1})},
			[]string{"chunk 0000000000000009"},
		},
		"an empty chunk": {fault{bucketRecords, chunk(3), replace(nil)}, []string{"chunk 0000000000000003"}},
		"a record cut short": {
			fault{bucketRecords, chunk(3), func(b []byte) []byte { return b[:len(b)-1] }},
			[]string{"chunk 0000000000000003"},
		},
		"a hash of the tree":        {fault{bucketTree, chunk(1), flip(40)}, []string{"tree 1"}},
		"a hash gone":               {fault{bucketTree, chunk(1), nil}, []string{"tree 1"}},
		"a hash too many":           {fault{bucketTree, chunk(3), replace(make([]byte, 32))}, []string{"tree"}},
		"the root":                  {fault{bucketMeta, keyRoot, flip(0)}, []string{"meta root"}},
		"the root gone":             {fault{bucketMeta, keyRoot, nil}, []string{"meta"}},
		"the last seq":              {fault{bucketMeta, keyLast, flip(7)}, []string{"meta last"}},
		"the last recorded time":    {fault{bucketMeta, keyLast, flip(12)}, []string{"meta last"}},
		"the position":              {fault{bucketMeta, keyPosition, flip(7)}, []string{"meta position"}},
		"the position's epoch":      {fault{bucketMeta, keyPosition, flip(1)}, []string{"meta"}},
		"when the ledger was made":  {fault{bucketMeta, keyCreated, replace(nil)}, []string{"meta"}},
		"the stream's first record": {fault{bucketStreams, epochKey(0), flip(16)}, []string{"stream epoch 0000"}},
		"an epoch that never was": {
			fault{bucketStreams, epochKey(7), replace(stream{first: 1}.append(nil))},
			[]string{"stream epoch 0007"},
		},
		"a duplicate gone":     {fault{bucketDuplicates, key8(202), nil}, []string{"message 203"}},
		"a duplicate too many": {fault{bucketDuplicates, key8(207), replace(key8(1))}, []string{"message 207"}},
		"a duplicate of the future": {
			fault{bucketDuplicates, key8(202), replace(key8(207))},
			[]string{"duplicate 00000000000000ca"},
		},
		"a refused message gone": {fault{bucketRejected, key8(203), nil}, []string{"message 204"}},
		"a refused message shorter": {
			fault{bucketRejected, key8(201), func(b []byte) []byte { return b[:len(b)-1] }},
			[]string{"rejected 00000000000000c9"},
		},
		"a refused message to come": {
			fault{bucketRejected, key8(211), replace((&Rejected{}).append(nil))},
			[]string{"meta position"},
		},
		"a key of the wrong length": {fault{bucketDuplicates, []byte("x"), replace(key8(1))}, []string{"duplicate 78"}},
		"a chunk's key too long": {
			fault{bucketRecords, append(key8(3), 1), replace(key8(1))},
			[]string{"chunk 000000000000000301"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, forged := range []bool{true, false} {
				dir := busyFolder(t)
				c.plant(t, filepath.Join(dir, FileName), forged)
				report, err := Verify(t.Context(), dir)
				if err != nil || report.OK() {
					t.Fatalf("forged %t: nothing found, %v", forged, err)
				}
				named := func(p Problem) bool { return slices.Contains(c.where, p.Where) }
				if forged && !slices.ContainsFunc(report.Problems, named) {
					t.Errorf("found only %v", report.Problems)
				}
			}
		})
	}
}

func TestAReportDoesNotGrowForEver(t *testing.T) {
	var r Report
	for range 10 * maxProblems {
		r.add("record 1", "is wrong")
	}
	if len(r.Problems) != maxProblems+1 || !strings.Contains(r.Problems[maxProblems].What, "more") {
		t.Errorf("%d problems", len(r.Problems))
	}
}

// uncached takes the index cache away, so that opening reads all records.
func uncached(t testing.TB, dir string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, CacheName)); err != nil {
		t.Fatal(err)
	}
}

// TestOpeningNoticesCorruption asks that what opening reads it also checks.
func TestOpeningNoticesCorruption(t *testing.T) {
	for name, f := range map[string]fault{
		"a bit of an old record":  {bucketRecords, key8(0), flip(99)},
		"a bit of a new record":   {bucketRecords, key8(3), flip(99)},
		"a chunk gone":            {bucketRecords, key8(1), nil},
		"the last chunk gone":     {bucketRecords, key8(3), nil},
		"a chunk's key too long":  {bucketRecords, append(key8(1), 1), replace(nil)},
		"a hash that goes on":     {bucketTree, key8(2), flip(0)},
		"a hash that is gone":     {bucketTree, key8(1), nil},
		"the position":            {bucketMeta, keyPosition, flip(7)},
		"the position gone":       {bucketMeta, keyPosition, nil},
		"the last seq":            {bucketMeta, keyLast, flip(7)},
		"the root":                {bucketMeta, keyRoot, flip(7)},
		"the format":              {bucketMeta, keyFormat, flip(3)},
		"the stream's identity":   {bucketStreams, epochKey(0), flip(0)},
		"the stream's first seq":  {bucketStreams, epochKey(0), flip(9)},
		"a value cut to nothing":  {bucketMeta, keyRoot, replace(nil)},
		"a stream cut to nothing": {bucketStreams, epochKey(0), replace(nil)},
	} {
		t.Run(name, func(t *testing.T) {
			dir := busyFolder(t)
			f.plant(t, filepath.Join(dir, FileName), false)
			uncached(t, dir)
			if _, err := Open(dir, Options{}); !errors.Is(err, ErrDamaged) {
				t.Errorf("opening: %v", err)
			}
		})
	}
}

// TestOpeningNoticesForgery asks that the last records are compared with the root, whatever their checksum says.
func TestOpeningNoticesForgery(t *testing.T) {
	for name, f := range map[string]fault{
		"a recent record": {bucketRecords, key8(3), reforge(200, func(r []byte) { r[len(r)-1] ^= 1 })},
		"a record's seq":  {bucketRecords, key8(1), reforge(100, func(r []byte) { r[0] ^= 1 })},
		"an event":        {bucketRecords, key8(1), reforge(100, func(r []byte) { r[headerSize-2] ^= 0xff })},
		"the root":        {bucketMeta, keyRoot, flip(0)},
		"a stream":        {bucketStreams, epochKey(0), flip(8)},
	} {
		t.Run(name, func(t *testing.T) {
			dir := busyFolder(t)
			f.plant(t, filepath.Join(dir, FileName), true)
			uncached(t, dir)
			l, err := Open(dir, Options{})
			if err == nil {
				err = l.Bind("BILLING", opened, false)
				l.Close()
			}
			if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrStreamChanged) {
				t.Errorf("opening: %v", err)
			}
		})
	}
}

// TestReadingNoticesCorruption asks the same of what opening does not read.
func TestReadingNoticesCorruption(t *testing.T) {
	rejected := func(l *Log) error { _, err := l.Rejected(0, 0); return err }
	rejectedAt := func(l *Log) error { _, err := l.RejectedAt(201); return err }
	outcome := func(n uint64) func(l *Log) error {
		return func(l *Log) error { _, _, err := l.Outcome(n); return err }
	}
	again := func(l *Log) error { _, err := l.Append([]Arrival{malformed(201), malformed(202)}); return err }
	root := func(l *Log) error { _, err := l.Root(70); return err }
	for name, c := range map[string]struct {
		fault
		forged bool
		reads  []func(*Log) error
	}{
		"a refused message": {
			fault{bucketRejected, key8(201), flip(5)},
			false, []func(*Log) error{rejected, rejectedAt, outcome(201), again},
		},
		"a refused message short": {
			fault{bucketRejected, key8(201), replace(nil)},
			true, []func(*Log) error{rejected, rejectedAt, outcome(201), again},
		},
		"a refused message's key": {
			fault{bucketRejected, append(key8(201), 0), replace(nil)},
			true, []func(*Log) error{rejected},
		},
		"a duplicate": {
			fault{bucketDuplicates, key8(202), flip(5)},
			false, []func(*Log) error{outcome(202), again},
		},
		"a duplicate gone": {
			fault{bucketDuplicates, key8(202), nil},
			false, []func(*Log) error{outcome(202), again},
		},
		"a duplicate of a missing": {
			fault{bucketDuplicates, key8(202), replace(key8(999))},
			true, []func(*Log) error{outcome(202)},
		},
		"a hash": {fault{bucketTree, key8(0), flip(5)}, false, []func(*Log) error{root}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := busyFolder(t)
			c.plant(t, filepath.Join(dir, FileName), c.forged)
			l, err := Open(dir, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			for i, read := range c.reads {
				if err := read(l); !errors.Is(err, ErrDamaged) {
					t.Errorf("reading in way %d: %v", i, err)
				}
			}
		})
	}
}
