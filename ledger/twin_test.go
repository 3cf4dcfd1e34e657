package ledger

import (
	"bytes"
	"errors"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"zhangben/events"
	"zhangben/events/civil"
)

// twin is the ledger as one would write it in a minute: it keeps what came in slices, and searches them.
type twin struct {
	acceptRecorded bool
	records        []Record
	ids            []string
	outcomes       []Outcome
	rejected       []Rejected
}

// take does what Append must do with the next message.
func (w *twin) take(a Arrival) Outcome {
	v := w.judge(a)
	v.StreamSeq = uint64(len(w.outcomes) + 1)
	if a.Event != nil {
		v.ID = a.Event.ID.String()
	}
	w.outcomes = append(w.outcomes, v)
	if v.Status == Refused {
		w.rejected = append(w.rejected, Rejected{
			ID: a.StreamSeq, Received: a.Received, EventID: v.ID, Code: v.Code, Pointer: v.Pointer, Message: v.Message,
			Subject: a.Subject, Header: a.Header, Body: a.Body,
		})
	}
	return v
}

func (w *twin) judge(a Arrival) Outcome {
	if a.Refusal != nil {
		return Outcome{Status: Refused, Code: a.Refusal.Code, Pointer: a.Refusal.Pointer, Message: a.Refusal.Message}
	}
	content := a.Event.AppendContent(nil)
	if i := slices.Index(w.ids, a.Event.ID.String()); i >= 0 {
		if bytes.Equal(w.records[i].Content, content) {
			return Outcome{Status: Duplicate, Seq: Seq(i + 1)}
		}
		r := conflictWith(Seq(i + 1))
		return Outcome{Status: Refused, Code: r.Code, Pointer: r.Pointer, Message: r.Message}
	}
	recorded := a.Received
	if n := len(w.records); n > 0 {
		before := w.records[n-1].Recorded
		recorded = civil.Later(recorded, before)
		if w.acceptRecorded && !a.Event.Recorded.IsZero() && a.Event.Recorded.Before(before) {
			r := earlierThan(before)
			return Outcome{Status: Refused, Code: r.Code, Pointer: r.Pointer, Message: r.Message}
		}
	}
	if w.acceptRecorded && !a.Event.Recorded.IsZero() {
		recorded = a.Event.Recorded
	}
	seq := Seq(len(w.records) + 1)
	w.records = append(w.records, Record{seq, 0, a.StreamSeq, recorded, content, a.Origin.Append([]byte{})})
	w.ids = append(w.ids, a.Event.ID.String())
	return Outcome{Status: Appended, Seq: seq}
}

// answers is everything a reader can ask of the twin.
func (w *twin) answers(t *rapid.T) answers {
	a := answers{
		Position: Position{0, "BILLING", opened, uint64(len(w.outcomes))}, Records: w.records, Verdicts: w.outcomes,
		Rejected: w.rejected, Accounts: map[string][]Seq{},
	}
	var hashes reference
	keys := map[ContractKey]bool{}
	for i, r := range w.records {
		head, err := r.Head()
		if err != nil {
			t.Fatal(err)
		}
		account := string(head.Account)
		a.Accounts[account] = append(a.Accounts[account], r.Seq)
		if key := (ContractKey{Account: account, Contract: string(head.Contract)}); !keys[key] {
			keys[key] = true
			a.Contracts = append(a.Contracts, key)
		}
		bytes := slices.Concat(
			appendRecordHeader(nil, r.Seq, positionOf(0, r.StreamSeq), r.Recorded),
			r.origin,
			r.Content,
		)
		stored, err := tlog.StoredHashes(int64(i), bytes, &hashes)
		if err != nil {
			t.Fatal(err)
		}
		hashes.hashes = append(hashes.hashes, stored...)
		a.State.last, a.State.recorded = r.Seq, r.Recorded
	}
	slices.SortFunc(a.Contracts, func(x, y ContractKey) int {
		return strings.Compare(x.Contract+"/"+x.Account, y.Contract+"/"+y.Account)
	})
	a.State.at = positionOf(0, a.Position.StreamSeq)
	a.State.root, _ = tlog.TreeHash(int64(len(w.records)), &hashes)
	return a
}

// arrivals draws messages of which many repeat or contradict each other.
func arrivals(from uint64) *rapid.Generator[[]Arrival] {
	return rapid.Custom(func(t *rapid.T) (batch []Arrival) {
		for i := range rapid.IntRange(1, 90).Draw(t, "messages") {
			n := from + uint64(i)
			a := malformed(int(n))
			if id := rapid.IntRange(-10, 400).Draw(t, "id"); id >= 0 {
				account := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "account")
				contract := rapid.SampledFrom([]string{"HT-1", "HT-2"}).Draw(t, "contract")
				a = stated(int(n), paid(id, account, contract, rapid.Int64Range(1, 2).Draw(t, "fen")))
				a.Origin = rapid.SampledFrom([]events.Origin{{}, {By: events.OverHTTP}, {By: events.ByLedger, Publisher: "p"}}).
					Draw(t, "origin")
				if rapid.Bool().Draw(t, "says when it was recorded") {
					a.Event.Recorded = second(int(n) + rapid.IntRange(-3, 10).Draw(t, "recorded"))
				}
			}
			a.StreamSeq, a.Received = n, second(int(n)+rapid.IntRange(-3, 3).Draw(t, "received"))
			batch = append(batch, a)
		}
		return batch
	})
}

// TestTheLedgerAndItsTwin does the same to both, in any order, and asks both everything.
func TestTheLedgerAndItsTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp("", "ledger")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(dir)
		w := &twin{acceptRecorded: rapid.Bool().Draw(t, "accepts recordedtime")}
		l := boundForTwin(t, dir, w)
		var came []Arrival
		t.Repeat(map[string]func(*rapid.T){
			"append": func(t *rapid.T) {
				fresh := arrivals(uint64(len(came)+1)).Draw(t, "batch")
				again := min(len(came), rapid.IntRange(0, 3).Draw(t, "redelivered"))
				came = append(came, fresh...)
				batch := came[len(came)-len(fresh)-again:]
				var want []Outcome
				for _, a := range batch {
					if a.StreamSeq <= uint64(len(w.outcomes)) {
						want = append(want, w.outcomes[a.StreamSeq-1])
					} else {
						want = append(want, w.take(a))
					}
				}
				got, err := l.Append(batch)
				if err != nil || !reflect.DeepEqual(got, want) {
					t.Fatalf("outcomes\n%v, want\n%v, %v", got, want, err)
				}
			},
			"leave a gap": func(t *rapid.T) {
				missing := malformed(len(came) + 2)
				if _, err := l.Append([]Arrival{missing}); !errors.Is(err, ErrGap) {
					t.Fatal(err)
				}
			},
			"reopen": func(t *rapid.T) {
				if err := l.Close(); err != nil {
					t.Fatal(err)
				}
				l = boundForTwin(t, dir, w)
			},
			"": func(t *rapid.T) { compareTwins(t, l, w) },
		})
		if report, err := l.Verify(t.Context()); err != nil || !report.OK() {
			t.Fatal(report.Problems, err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

func boundForTwin(t *rapid.T, dir string, w *twin) *Log {
	l, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	l.db.NoSync = true // nothing is cut off from power here
	if err := l.Bind("BILLING", opened, w.acceptRecorded); err != nil {
		t.Fatal(err)
	}
	return l
}

func compareTwins(t *rapid.T, l *Log, w *twin) {
	got, want := ask(t, l), w.answers(t)
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("the ledger answers\n%+v\nits twin\n%+v", got, want)
	}
}
