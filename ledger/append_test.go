package ledger

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"zhangben/events"
	"zhangben/events/civil"
)

func TestAGapIsRefused(t *testing.T) {
	l := keeping(t, t.TempDir())
	payments(t, l, 1, 5)
	before := ask(t, l)
	for name, batch := range map[string][]Arrival{
		"the next is missing":          {malformed(7)},
		"one in the middle is missing": {malformed(6), malformed(8)},
		"no sequence":                  {malformed(0)},
	} {
		if _, err := l.Append(batch); !errors.Is(err, ErrGap) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if !reflect.DeepEqual(before, ask(t, l)) {
		t.Error("a batch with a gap left something behind")
	}
	payments(t, l, 6, 6)
}

func TestRedeliveryIsIgnored(t *testing.T) {
	l := keeping(t, t.TempDir())
	batch := []Arrival{
		stated(1, paid(1, "acct-1", "HT-1", 1)), stated(2, paid(1, "acct-1", "HT-1", 1)),
		stated(3, paid(1, "acct-1", "HT-1", 2)), malformed(4), stated(5, paid(5, "acct-1", "HT-1", 5)),
	}
	first := appended(t, l, batch...)
	before := ask(t, l)
	for name, again := range map[string][]Arrival{
		"whole":     batch,
		"one":       batch[2:3],
		"backwards": {batch[4], batch[3], batch[2], batch[1], batch[0]},
	} {
		for i, v := range appended(t, l, again...) {
			if want := first[again[i].StreamSeq-1]; v != want {
				t.Errorf("%s: %v, was %v", name, v, want)
			}
		}
	}
	if !reflect.DeepEqual(before, ask(t, l)) {
		t.Error("redelivery changed something")
	}

	next := stated(6, paid(6, "acct-1", "HT-1", 6))
	mixed := appended(t, l, batch[3], next, next, batch[0])
	if mixed[0] != first[3] || mixed[1] != mixed[2] || mixed[1].Status != Appended || mixed[3] != first[0] {
		t.Errorf("old and new mixed: %v", mixed)
	}
	if l.Last() != 3 || l.Position().StreamSeq != 6 {
		t.Errorf("last %d, position %v", l.Last(), l.Position())
	}
}

func TestOneIDOneFact(t *testing.T) {
	first := paid(1, "acct-1", "HT-1", 31_000)
	same := paid(1, "acct-1", "HT-1", 31_000)
	same.Recorded = second(99) // not part of the content
	other := paid(1, "acct-1", "HT-1", 32_000)
	want := []Outcome{
		{StreamSeq: 1, ID: first.ID.String(), Status: Appended, Seq: 1},
		{StreamSeq: 2, ID: first.ID.String(), Status: Duplicate, Seq: 1},
		{
			StreamSeq: 3, ID: first.ID.String(), Status: Refused, Code: events.CodeConflict, Pointer: "/id",
			Message: "record 1 has this id and other content; give a new fact a new id",
		},
	}
	batch := []Arrival{stated(1, first), stated(2, same), stated(3, other)}
	for name, sizes := range map[string]int{"in one batch": 3, "in batches of one": 1} {
		l := keeping(t, t.TempDir())
		var got []Outcome
		for rest := batch; len(rest) > 0; rest = rest[sizes:] {
			got = append(got, appended(t, l, rest[:sizes]...)...)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n%v, want\n%v", name, got, want)
		}
		if l.Last() != 1 || l.Position().StreamSeq != 3 {
			t.Errorf("%s: last %d, position %v", name, l.Last(), l.Position())
		}
		kept, err := l.RejectedAt(3)
		if err != nil || string(kept.Body) != other.ID.String() || kept.EventID != other.ID.String() {
			t.Errorf("%s: quarantined %v, %v", name, kept, err)
		}
	}
}

func TestQuarantineKeepsTheWholeMessage(t *testing.T) {
	l := keeping(t, t.TempDir())
	m := malformed(1)
	appended(t, l, m, Arrival{StreamSeq: 2, Received: second(2)})
	got, err := l.RejectedAt(1)
	want := Rejected{
		ID: 1, Received: m.Received, Code: events.CodeMissing, Pointer: "/data/amount", Message: "an amount is needed",
		Subject: m.Subject, Header: m.Header, Body: m.Body,
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant %+v, %v", got, want, err)
	}
	if empty, err := l.RejectedAt(2); err != nil || empty.Code != events.CodeInvalid {
		t.Errorf("a message with neither event nor refusal: %v, %v", empty, err)
	}
	if _, err := l.RejectedAt(3); !errors.Is(err, ErrNotFound) {
		t.Errorf("one that is not there: %v", err)
	}
	for _, page := range []struct {
		after uint64
		limit int
		ids   []uint64
	}{{0, 0, []uint64{1, 2}}, {0, 1, []uint64{1}}, {1, 5, []uint64{2}}, {2, 5, nil}, {1<<64 - 1, 0, nil}} {
		list, err := l.Rejected(page.after, page.limit)
		var ids []uint64
		for _, r := range list {
			ids = append(ids, r.ID)
		}
		if err != nil || !reflect.DeepEqual(ids, page.ids) {
			t.Errorf("after %d, %d of them: %v, %v", page.after, page.limit, ids, err)
		}
	}
}

func TestRecordedTimeNeverRunsBackwards(t *testing.T) {
	l := keeping(t, t.TempDir())
	for i, received := range []int{10, 5, 10, 20, 19} {
		a := stated(i+1, paid(i+1, "acct-1", "HT-1", 1))
		a.Received = second(received)
		a.Event.Recorded = second(1) // the publisher's word counts only where the stream says so
		appended(t, l, a)
	}
	var got []civil.Instant
	l.Scan(0, func(r Record) error { got = append(got, r.Recorded); return nil })
	if want := []civil.Instant{second(10), second(10), second(10), second(20), second(20)}; !reflect.DeepEqual(
		got,
		want,
	) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestThePublishersRecordedTime(t *testing.T) {
	dir := t.TempDir()
	l, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, l, dir) })
	if err := l.Bind("BILLING", opened, true); err != nil {
		t.Fatal(err)
	}
	recorded := func(n, id int, at civil.Instant) Arrival {
		a := stated(n, paid(id, "acct-1", "HT-1", 1))
		a.Event.Recorded = at
		return a
	}
	outcomes := appended(t, l,
		recorded(1, 1, second(-1000)), // before the stream was made: a migration
		recorded(2, 2, second(-10)),
		recorded(3, 3, second(-11)),     // backwards
		recorded(4, 1, second(-2000)),   // backwards, but it is the first again
		recorded(5, 5, civil.Instant{}), // none: the stream's
		recorded(6, 6, second(-10)),     // backwards
		recorded(7, 7, second(100)),     // ahead of the stream
		recorded(8, 8, civil.Instant{})) // not before the one before
	want := []Status{Appended, Appended, Refused, Duplicate, Appended, Refused, Appended, Appended}
	for i, v := range outcomes {
		if v.Status != want[i] {
			t.Errorf("message %d: %v", i+1, v)
		}
		if v.Status == Refused && (v.Code != events.CodeInvalid || v.Pointer != "/recordedtime") {
			t.Errorf("message %d: %v", i+1, v)
		}
	}
	var got []civil.Instant
	l.Scan(0, func(r Record) error { got = append(got, r.Recorded); return nil })
	if want := []civil.Instant{second(-1000), second(-10), second(5), second(100), second(100)}; !reflect.DeepEqual(
		got,
		want,
	) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestVerdictsInJSON(t *testing.T) {
	for want, v := range map[string]Outcome{
		`{"stream_seq":7,"id":"x","outcome":"appended","seq":5}`: {StreamSeq: 7, ID: "x", Status: Appended, Seq: 5},
		`{"stream_seq":8,"id":"","outcome":"rejected","code":"invalid","pointer":"/id","message":"m"}`: {
			StreamSeq: 8, Status: Refused, Code: "invalid", Pointer: "/id", Message: "m"},
	} {
		if got, err := json.Marshal(v); err != nil || string(got) != want {
			t.Errorf("%s, want %s, %v", got, want, err)
		}
	}
}
