package ledger

import (
	"bytes"
	"strconv"
	"testing"

	bolt "go.etcd.io/bbolt"

	"zhangben/events"
)

// dismissed is the nth message: the ledger, or another publisher, dismisses a refused one.
func dismissed(n int, refused uint64, by events.Origin) Arrival {
	a := stated(n, &events.Event{ID: idOf(n), Source: "/desk", Time: second(n), Account: events.All,
		Data: &events.RejectionDismissed{RejectionID: refused, Reason: "sent again"}})
	a.Origin = by
	return a
}

// resent is the nth message, a copy of a refused one.
func resent(n int, a Arrival, of uint64) Arrival {
	a.StreamSeq, a.Received, a.Retry = uint64(n), second(n), events.Retry{Of: of, By: "clerk"}
	a.Subject = events.Posted(a.Subject)
	a.Header = map[string][]string{events.HeaderRetryOf: {strconv.FormatUint(of, 10)}, events.HeaderRetryBy: {"clerk"}}
	return a
}

// closingStory is a stream in which refused messages are closed in every way, and in none.
func closingStory() []Arrival {
	byLedger := events.Origin{By: events.ByLedger, Publisher: "clerk"}
	return []Arrival{
		malformed(1), malformed(2), malformed(3), malformed(4), malformed(5), malformed(6),
		dismissed(7, 1, byLedger),
		dismissed(8, 1, events.Origin{By: events.ByLedger, Publisher: "later"}), // it is closed already
		dismissed(9, 2, events.Origin{}),                                        // a publisher over NATS
		dismissed(10, 2, events.Origin{By: events.OverHTTP, Publisher: "shop"}), // and one over HTTP
		dismissed(11, 12, byLedger),                                             // of a message to come
		malformed(12),
		resent(13, malformed(13), 3),                         // refused again, as message 13
		resent(14, stated(14, paid(14, "a", "HT-1", 1)), 13), // and now it is in the log: so is 3
		resent(15, stated(15, paid(14, "a", "HT-1", 1)), 4),  // a duplicate is in the log too
		dismissed(16, 999, byLedger),
		resent(17, stated(17, paid(17, "a", "HT-1", 1)), 7), // not refused
	}
}

// closedBy lists which message closed which refused one.
func closedBy(t *testing.T, l *Log) map[uint64]Closed {
	t.Helper()
	list, err := l.Rejected(0, 0)
	if err != nil {
		t.Fatal(err)
	}
	closed := map[uint64]Closed{}
	for _, r := range list {
		if r.Closed != nil {
			closed[r.ID] = *r.Closed
		}
	}
	return closed
}

func TestRefusedMessagesAreClosed(t *testing.T) {
	want := map[uint64]Closed{
		1:  {ID: 7, At: second(7), Seq: 1, By: "clerk", Reason: "sent again"},
		3:  {ID: 14, At: second(14), Seq: 6, By: "clerk"},
		13: {ID: 14, At: second(14), Seq: 6, By: "clerk"},
		4:  {ID: 15, At: second(15), Seq: 6, By: "clerk"},
	}
	var stored [][]byte
	for _, size := range []int{1, 2, 5, 17} { // batches are no part of the stream
		dir := t.TempDir()
		l := keeping(t, dir)
		story := closingStory()
		for len(story) > 0 {
			n := min(size, len(story))
			appended(t, l, story[:n]...)
			story = story[n:]
		}
		got := closedBy(t, l)
		if len(got) != len(want) {
			t.Errorf("in batches of %d: closed %+v", size, got)
		}
		for id, c := range want {
			if got[id] != c {
				t.Errorf("in batches of %d: %d was closed by %+v, want %+v", size, id, got[id], c)
			}
		}
		if n, err := l.ClosedCount(); err != nil || n != len(want) {
			t.Errorf("%d closed, %v", n, err)
		}
		stored = append(stored, bucketBytes(t, l, bucketClosed))
	}
	for _, other := range stored {
		if !bytes.Equal(stored[0], other) {
			t.Error("what is stored depends on the batches")
		}
	}
}

func bucketBytes(t *testing.T, l *Log, name []byte) (all []byte) {
	t.Helper()
	err := l.view(func(tx *bolt.Tx) error {
		return tx.Bucket(name).ForEach(func(key, value []byte) error {
			all = append(append(all, key...), value...)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// What closes refused messages is checked as all else is.
func TestVerifyLooksAtWhatIsClosed(t *testing.T) {
	closedAs := func(message uint64, c Closed) func(*bolt.Bucket) error {
		return func(b *bolt.Bucket) error { return putWithCRC(b, key8(message), c.append(nil)) }
	}
	for name, plant := range map[string]func(*bolt.Bucket) error{
		"a closed one open again":       func(b *bolt.Bucket) error { return b.Delete(key8(1)) },
		"one that was never refused":    closedAs(7, Closed{ID: 9, Seq: 1}),
		"closed before it was refused":  closedAs(12, Closed{ID: 11, Seq: 1}),
		"by a record that is not there": closedAs(5, Closed{ID: 9, Seq: 99}),
		"cut short":                     func(b *bolt.Bucket) error { return putWithCRC(b, key8(5), []byte{1}) },
		"a bit turned":                  func(b *bolt.Bucket) error { return b.Put(key8(5), []byte("no checksum")) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			l, err := Open(dir, Options{})
			if err == nil {
				err = l.Bind("BILLING", opened, false)
			}
			if err != nil {
				t.Fatal(err)
			}
			appended(t, l, closingStory()...)
			if err := l.update(func(tx *bolt.Tx) error { return plant(tx.Bucket(bucketClosed)) }); err != nil {
				t.Fatal(err)
			}
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			report, err := Verify(t.Context(), dir)
			if err != nil || report.OK() {
				t.Errorf("%+v, %v", report, err)
			}
		})
	}
}
