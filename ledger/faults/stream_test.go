package faults

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/mod/sumdb/tlog"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/ledger"
)

// The stream of every sweep has messages 1, 2, 3 … without end, each a function of its number: payments, and among them
// repeated, contradicting and malformed ones.

// opened is when the stream was created.
var opened = civil.DateOf(2025, time.March, 1).Start()

// plain reports whether a message is a payment not seen before.
func plain(n int) bool { return n%17 != 0 && n%13 != 0 && n%11 != 0 }

// heard is a plain message shortly before another.
func heard(n int) int {
	for n -= 3; !plain(n); n-- {
	}
	return n
}

// seqs counts the plain messages up to n: the seq of message n, if it is one.
func seqs(n int) ledger.Seq {
	both := func(k int) int { return n / k }
	refused := both(17) + both(13) + both(11) - both(17*13) - both(17*11) - both(13*11) + both(17*13*11)
	return ledger.Seq(n - refused)
}

// received is the stream's timestamp of a message. Now and then the clock was put back.
func received(n int) civil.Instant {
	if n%7 == 0 {
		n -= 5
	}
	return opened.Add(civil.Seconds(int64(n)))
}

// recorded is the recorded time of a plain message: the latest timestamp of a plain one so far.
func recorded(n int) civil.Instant {
	latest := received(n)
	for k := max(1, n-6); k < n; k++ {
		if plain(k) {
			latest = civil.Later(latest, received(k))
		}
	}
	return latest
}

// idOf is the id of the payment of a message.
func idOf(n int) (id uuid.UUID) {
	binary.BigEndian.PutUint64(id[8:], uint64(n))
	id[6], id[8] = 0x70, 0x80
	return id
}

// payment is what a plain message says.
func payment(n int, fen money.Fen) *events.Event {
	return &events.Event{
		ID: idOf(n), Source: "/cashier", Time: received(n), Account: fmt.Sprintf("acct-%d", n%7),
		Contract: fmt.Sprintf("HT-%d", n%23),
		Data: &events.Paid{
			Amount:  money.Amount{Fen: fen, Decimals: 2},
			Channel: events.Online, Reference: "BOC-" + strings.Repeat("x", n*7%90),
		},
	}
}

// message is the nth message of the stream.
func message(n int) ledger.Arrival {
	a := ledger.Arrival{StreamSeq: uint64(n), Received: received(n), Subject: "billing.events.acct-1.contract.paid"}
	switch {
	case plain(n):
		a.Event = payment(n, money.Fen(n))
	case n%17 == 0:
		a.Refusal = &events.Rejection{Code: events.CodeMissing, Pointer: "/data/amount", Message: "an amount is needed"}
	case n%13 == 0:
		a.Event = payment(heard(n), money.Fen(heard(n)))
	default:
		a.Event = payment(heard(n), money.Fen(n))
	}
	a.Body = fmt.Appendf(nil, "message %d", n)
	return a
}

// acknowledgement is what becomes of a message, in one line.
func acknowledgement(v ledger.Outcome) string {
	return fmt.Sprintf("%d %s %d %s %s", v.StreamSeq, v.Status, v.Seq, v.ID, v.Code)
}

// due is the acknowledgement that a message must get, by the rules of the stream and not by the ledger.
func due(n int) string {
	v := ledger.Outcome{StreamSeq: uint64(n)}
	switch {
	case plain(n):
		v.Status, v.Seq, v.ID = ledger.Appended, seqs(n), idOf(n).String()
	case n%17 == 0:
		v.Status, v.Code = ledger.Refused, events.CodeMissing
	case n%13 == 0:
		v.Status, v.Seq, v.ID = ledger.Duplicate, seqs(heard(n)), idOf(heard(n)).String()
	default:
		v.Status, v.ID, v.Code = ledger.Refused, idOf(heard(n)).String(), events.CodeConflict
	}
	return acknowledgement(v)
}

// batchEnd is the last message of the batch that a message is in: batches are of 1 to 11 messages.
func batchEnd(n int) int {
	thirty := (n - 1) / 30 * 30
	for _, end := range []int{8, 9, 11, 14, 25, 26} {
		if n <= thirty+end {
			return thirty + end
		}
	}
	return thirty + 30
}

// undisturbed is the ledger of a run in which nothing goes wrong.
type undisturbed struct{ log *ledger.Log }

func newUndisturbed(t testing.TB) *undisturbed {
	t.Helper()
	log, err := ledger.Open(t.TempDir(), ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	if err := log.Bind("BILLING", opened, false); err != nil {
		t.Fatal(err)
	}
	return &undisturbed{log}
}

// root is that of the records of the messages up to n.
func (u *undisturbed) root(t testing.TB, n int) tlog.Hash {
	t.Helper()
	for at := int(u.log.Position().StreamSeq); at < n; at = int(u.log.Position().StreamSeq) {
		var batch []ledger.Arrival
		for k := at + 1; k <= min(n, at+500); k++ {
			batch = append(batch, message(k))
		}
		if _, err := u.log.Append(batch); err != nil {
			t.Fatal(err)
		}
	}
	root, err := u.log.Root(seqs(n))
	if err != nil {
		t.Fatal(err)
	}
	return root
}
