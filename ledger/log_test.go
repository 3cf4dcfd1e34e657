package ledger

import (
	"bytes"
	"encoding/binary"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"zhangben/events"
	"zhangben/events/civil"
)

// answers is everything a reader can ask of a ledger.
type answers struct {
	Position  Position
	State     state
	Records   []Record
	Accounts  map[string][]Seq
	Contracts []ContractKey
	Rejected  []Rejected
	Verdicts  []Outcome
}

func ask(t rapid.TB, l *Log) answers {
	t.Helper()
	a := answers{
		Position:  l.Position(),
		State:     l.current(),
		Accounts:  map[string][]Seq{},
		Contracts: l.Contracts(ContractKey{}, 0),
	}
	err := l.Scan(0, func(r Record) error {
		r.Content, r.origin = slices.Clone(r.Content), slices.Clone(r.origin)
		a.Records = append(a.Records, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range l.Accounts("", 0) {
		a.Accounts[name] = l.AccountSeqs(name, l.Last())
	}
	if a.Rejected, err = l.Rejected(0, 0); err != nil {
		t.Fatal(err)
	}
	for n := uint64(1); n <= a.Position.StreamSeq; n++ {
		v, known, err := l.Outcome(n)
		if err != nil || !known {
			t.Fatalf("message %d: known %t, %v", n, known, err)
		}
		a.Verdicts = append(a.Verdicts, v)
	}
	return a
}

// busy fills a ledger with three chunks and a bit of records, duplicates and refused messages.
func busy(t testing.TB, l *Log) {
	for from := 1; from <= 200; from += 50 {
		payments(t, l, from, from+49)
	}
	appended(
		t,
		l,
		malformed(201),
		stated(202, paid(2, "acct-2", "HT-2", 2)),
		stated(203, paid(3, "acct-3", "HT-3", 99)),
	)
	payments(t, l, 204, 210)
}

func TestReopeningKeepsEverything(t *testing.T) {
	dir := t.TempDir()
	l := keeping(t, dir)
	busy(t, l)
	before := ask(t, l)
	closed(t, l, dir)

	if after := ask(t, keeping(t, dir)); !reflect.DeepEqual(before, after) {
		t.Errorf("before:\n%v\nafter:\n%v", before, after)
	}
	last := before.Records[len(before.Records)-1]
	if last.Seq != 207 || last.RejectionID() != before.Position.StreamSeq {
		t.Errorf("record %d of message %d", last.Seq, last.RejectionID())
	}
	if size, err := l.Size(); err != nil || size < 207*50 {
		t.Errorf("%d bytes, %v", size, err)
	}
}

func TestReadersWithoutWriting(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(dir, Options{ReadOnly: true}); !errors.Is(err, ErrNoLedger) {
		t.Errorf("reading an empty folder: %v", err)
	}
	l := keeping(t, dir)
	busy(t, l)
	before := ask(t, l)
	closed(t, l, dir)

	one, err := Open(dir, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	another, err := Open(dir, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer another.Close()
	if after := ask(t, another); !reflect.DeepEqual(before, after) {
		t.Error("reading only, the answers differ")
	}
	if _, err := another.Append([]Arrival{malformed(211)}); !errors.Is(err, ErrReadOnly) {
		t.Errorf("appending to a ledger open for reading: %v", err)
	}
	if err := another.Adopt("OTHER", opened, false); !errors.Is(err, ErrReadOnly) {
		t.Errorf("adopting for a ledger open for reading: %v", err)
	}
}

func TestAnotherProcessIsKeptOut(t *testing.T) {
	dir := t.TempDir()
	keeping(t, dir)
	for _, o := range []Options{{}, {ReadOnly: true}} {
		if _, err := Open(dir, o); !errors.Is(err, ErrLocked) {
			t.Errorf("%+v: %v", o, err)
		}
	}
	if _, err := Verify(t.Context(), dir); !errors.Is(err, ErrLocked) {
		t.Errorf("verifying: %v", err)
	}
}

func TestFilesArePrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	keeping(t, dir)
	for path, want := range map[string]os.FileMode{dir: 0o700 | os.ModeDir, filepath.Join(dir, FileName): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s: %v", path, info.Mode())
		}
	}
	names, err := os.ReadDir(dir)
	if err != nil || len(names) != 1 {
		t.Errorf("making a ledger left %v behind, %v", names, err)
	}
}

func TestForeignFilesAreRefused(t *testing.T) {
	for name, make := range map[string]func(path string) error{
		"an empty file": func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"a text": func(path string) error {
			return os.WriteFile(path, slices.Repeat([]byte("账本\n"), 9000), 0o600)
		},
		"another bbolt file": func(path string) error { return onFile(path, func(*bolt.Tx) error { return nil }) },
		"a later format": func(path string) error {
			return errors.Join(writeFresh(path), onFile(path, func(tx *bolt.Tx) error {
				return putWithCRC(tx.Bucket(bucketMeta), keyFormat, binary.BigEndian.AppendUint32(nil, formatOrigins+1))
			}))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := make(filepath.Join(dir, FileName)); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(dir, Options{}); !errors.Is(err, ErrFormat) {
				t.Errorf("opening: %v", err)
			}
			if _, err := Verify(t.Context(), dir); !errors.Is(err, ErrFormat) {
				t.Errorf("verifying: %v", err)
			}
		})
	}
}

// onFile changes a file that no ledger has open.
func onFile(path string, change func(*bolt.Tx) error) error {
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		return err
	}
	return errors.Join(db.Update(change), db.Close())
}

func TestAFileCutShortIsRefused(t *testing.T) {
	dir := t.TempDir()
	l := keeping(t, dir)
	busy(t, l)
	closed(t, l, dir)
	path := filepath.Join(dir, FileName)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer os.WriteFile(path, whole, 0o600)
	if err := os.Truncate(path, 5*pageSize); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Options{}); !errors.Is(err, ErrDamaged) {
		t.Errorf("opening: %v", err)
	}
	if report, err := Verify(t.Context(), dir); err != nil || report.OK() {
		t.Errorf("verifying: %v, %v", report, err)
	}
}

// TestAfterAFailedWrite asks that a full disk ends writing, and that opening again finds what was committed before.
func TestAfterAFailedWrite(t *testing.T) {
	dir := t.TempDir()
	l, err := Open(dir, Options{maxSize: 256 << 10})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Bind("BILLING", opened, false); err != nil {
		t.Fatal(err)
	}
	payments(t, l, 1, 100)
	before := ask(t, l)
	var tooMuch []Arrival
	for n := 101; n <= 10_000; n++ {
		tooMuch = append(tooMuch, stated(n, paid(n, "acct-1", "HT-1", 1)))
	}
	for _, batch := range [][]Arrival{tooMuch, {malformed(101)}} {
		if _, err := l.Append(batch); !errors.Is(err, ErrStorage) {
			t.Fatalf("%d messages onto a full disk: %v", len(batch), err)
		}
	}
	if after := ask(t, l); !reflect.DeepEqual(before, after) {
		t.Error("readers see what was not committed")
	}
	closed(t, l, dir)

	again := keeping(t, dir)
	if after := ask(t, again); !reflect.DeepEqual(before, after) {
		t.Error("the ledger is not what it was")
	}
	appended(t, again, tooMuch...)
}

// TestACommitWhoseOutcomeIsUnknown takes both outcomes: the batch was lost, or it persisted though an error was
// reported. Either way the stream delivers it again, and the outcomes and the log are the same.
func TestACommitWhoseOutcomeIsUnknown(t *testing.T) {
	batch := []Arrival{
		stated(211, paid(211, "acct-1", "HT-1", 1)),
		malformed(212),
		stated(213, paid(211, "acct-1", "HT-1", 1)),
	}
	ends := map[string]answers{}
	outcomes := map[string][]Outcome{}
	for _, outcome := range []string{"lost", "persisted"} {
		dir := t.TempDir()
		l := keeping(t, dir)
		busy(t, l)
		if outcome == "persisted" {
			appended(t, l, batch...)
		}
		closed(t, l, dir)
		again := keeping(t, dir)
		outcomes[outcome] = appended(t, again, batch...)
		ends[outcome] = ask(t, again)
	}
	if !reflect.DeepEqual(outcomes["lost"], outcomes["persisted"]) {
		t.Errorf("outcomes %v", outcomes)
	}
	if !reflect.DeepEqual(ends["lost"], ends["persisted"]) {
		t.Errorf("logs %v", ends)
	}
}

func TestAClosedLedger(t *testing.T) {
	dir := t.TempDir()
	l := keeping(t, dir)
	payments(t, l, 1, 1)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	_, record := l.Record(1)
	_, append := l.Append([]Arrival{malformed(2)})
	_, verify := l.Verify(t.Context())
	failed := map[string]error{
		"Record": record, "Append": append, "Verify": verify, "Wait": l.Wait(t.Context(), 9), "Close": l.Close(),
		"Scan": l.Scan(0, func(Record) error { return nil }), "Adopt": l.Adopt("OTHER", opened, false),
	}
	if failed["Close"] != nil {
		t.Errorf("closing twice: %v", failed["Close"])
	}
	delete(failed, "Close")
	for _, what := range slices.Sorted(maps.Keys(failed)) {
		if !errors.Is(failed[what], ErrClosed) {
			t.Errorf("%s: %v", what, failed[what])
		}
	}
}

// TestStoredBytes keeps the drawing in doc.go true, byte for byte.
func TestStoredBytes(t *testing.T) {
	header := []byte{0x01, 0x00, 0x01, 0x18, 0x28, 0x88, 0x02, 0x6e, 0x44, 0xa0, 0x00}
	for _, c := range []struct {
		origin events.Origin
		bytes  []byte
		format byte
	}{
		{events.Origin{}, nil, 1},
		{events.Origin{By: events.OverHTTP, Publisher: "shop"}, []byte{0x00, 0x01, 0x04, 's', 'h', 'o', 'p'}, 2},
		{events.Origin{By: events.OverHTTP}, []byte{0x00, 0x01, 0x00}, 2},
		{events.Origin{By: events.ByLedger, Publisher: "a-1"}, []byte{0x00, 0x02, 0x03, 'a', '-', '1'}, 2},
	} {
		l := keeping(t, t.TempDir())
		e := paid(1, "acct-1", "HT-1", 31_000)
		nine := civil.DateOf(2025, time.March, 1).Start().Add(civil.Seconds(9 * 3600))
		appended(t, l, Arrival{StreamSeq: 1, Received: nine, Event: e, Origin: c.origin})
		want := appendText(nil, slices.Concat(header, c.bytes, e.AppendContent(nil)))
		var got, format []byte
		err := l.view(func(tx *bolt.Tx) error {
			got = slices.Clone(tx.Bucket(bucketRecords).Get(make([]byte, 8)))
			format = slices.Clone(tx.Bucket(bucketMeta).Get(keyFormat))
			return nil
		})
		if err != nil || len(got) < crcSize || !slices.Equal(got[:len(got)-crcSize], want) {
			t.Errorf("stored % x\nwant   % x and a checksum, %v", got, want, err)
		}
		if !bytes.HasPrefix(format, []byte{0, 0, 0, c.format}) {
			t.Errorf("%+v: the format is % x", c.origin, format)
		}
		if back, err := l.Record(1); err != nil || originOf(t, back) != c.origin {
			t.Errorf("%+v came back as %+v, %v", c.origin, originOf(t, back), err)
		}
	}
}

func originOf(t *testing.T, r Record) events.Origin {
	t.Helper()
	origin, err := r.Origin()
	if err != nil {
		t.Fatal(err)
	}
	return origin
}

// The token that published an event is no part of what it says.
func TestTheSameContentOfAnotherPublisherIsADuplicate(t *testing.T) {
	l := keeping(t, t.TempDir())
	var batch []Arrival
	for n, origin := range []events.Origin{
		{By: events.OverHTTP, Publisher: "shop"},
		{By: events.OverHTTP, Publisher: "till"},
		{},
	} {
		a := stated(n+1, paid(1, "acct-1", "HT-1", 5))
		a.Origin = origin
		batch = append(batch, a)
	}
	outcomes := appended(t, l, batch...)
	if outcomes[0].Status != Appended || outcomes[1].Status != Duplicate || outcomes[2].Status != Duplicate {
		t.Errorf("%+v", outcomes)
	}
	r, err := l.Record(1)
	if err != nil || originOf(t, r).Publisher != "shop" {
		t.Errorf("%+v, %v", originOf(t, r), err)
	}
	for i, want := range []bool{true, true, true} {
		if same, err := l.Matches(&batch[i]); err != nil || same != want {
			t.Errorf("message %d: took it %t, %v", i+1, same, err)
		}
	}
	batch[0].Origin.Publisher = "till"
	if same, err := l.Matches(&batch[0]); err != nil || same {
		t.Errorf("the first message, of another publisher: took it %t, %v", same, err)
	}
}
