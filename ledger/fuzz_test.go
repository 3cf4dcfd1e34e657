package ledger

import (
	"bytes"
	"reflect"
	"slices"
	"testing"

	"zhangben/events"
)

// FuzzRecord asks that a record that parses is encoded as it was, unless its numbers were encoded longer than
// needed.
func FuzzRecord(f *testing.F) {
	e := paid(1, "acct-1", "HT-1", 1)
	for _, seq := range []Seq{1, 127, 128, 1 << 39} {
		header := appendRecordHeader(nil, seq, positionOf(3, uint64(seq)), second(1))
		f.Add(e.AppendContent(slices.Clone(header)))
		f.Add(e.AppendContent(events.Origin{By: events.OverHTTP, Publisher: "shop"}.Append(header)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := parseRecord(b)
		if err != nil {
			return
		}
		again := slices.Concat(
			appendRecordHeader(nil, r.Seq, positionOf(r.Epoch, r.StreamSeq), r.Recorded),
			r.origin,
			r.Content,
		)
		if len(again) > len(b) || len(again) == len(b) && !bytes.Equal(again, b) {
			t.Errorf("% x is spelled % x", b, again)
		}
		if origin, err := r.Origin(); err == nil && !bytes.Equal(origin.Append(nil), r.origin) && len(again) == len(b) {
			t.Errorf("origin % x is spelled % x", r.origin, origin.Append(nil))
		}
		r.Event()
		r.Head()
	})
}

// FuzzChunk asks that walking a chunk and looking single records up agree.
func FuzzChunk(f *testing.F) {
	var body []byte
	for n := 1; n <= 3; n++ {
		record := appendRecordHeader(nil, Seq(n), positionOf(0, uint64(n)), second(n))
		body = appendText(body, paid(n, "acct-1", "HT-1", 1).AppendContent(record))
	}
	f.Add(body)
	f.Fuzz(func(t *testing.T, body []byte) {
		rest := body
		for seq := Seq(1); len(rest) > 0 && seq <= chunkRecords; seq++ {
			r, after, err := cutRecord(rest, seq)
			if err != nil {
				return
			}
			if one, err := recordIn(body, seq); err != nil || !reflect.DeepEqual(one, r) {
				t.Errorf("record %d: %v, looked up %v, %v", seq, r, one, err)
			}
			rest = after
		}
	})
}

// FuzzRejected asks that a refused message that parses is stored as equal bytes again, and parses to itself.
func FuzzRejected(f *testing.F) {
	m := malformed(1)
	f.Add((&Rejected{ID: 1, Received: second(1), Code: "invalid", Header: m.Header, Body: m.Body}).append(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := parseRejected(1, b)
		if err != nil {
			return
		}
		again, err := parseRejected(1, r.append(nil))
		if err != nil || !reflect.DeepEqual(r, again) {
			t.Errorf("%v became %v, %v", r, again, err)
		}
	})
}
