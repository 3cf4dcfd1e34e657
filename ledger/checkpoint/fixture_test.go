package checkpoint

import (
	"encoding/binary"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.uber.org/goleak"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/ledger"
	"zhangben/ledger/proof"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// opened is when the stream of every test was created.
var opened = civil.DateOf(2025, time.March, 1).Start()

// second is the instant n seconds later.
func second(n int) civil.Instant { return opened.Add(civil.Seconds(int64(n))) }

// idOf is the id of the nth event of a test.
func idOf(n int) (id uuid.UUID) {
	binary.BigEndian.PutUint64(id[8:], uint64(n))
	id[6], id[8] = 0x40, 0x80
	return id
}

// opening opens a bound ledger, and closes it when the test is over.
func opening(t testing.TB, dir string) *ledger.Log {
	t.Helper()
	l, err := ledger.Open(dir, ledger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closing(t, l) })
	if err := l.Bind("BILLING", opened, false); err != nil {
		t.Fatal(err)
	}
	return l
}

func closing(t testing.TB, l *ledger.Log) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

// payment is the nth message of the stream: a payment of an amount.
func payment(n int, fen money.Fen) ledger.Arrival {
	return ledger.Arrival{StreamSeq: uint64(n), Received: second(n), Event: &events.Event{
		ID: idOf(n), Source: "/cashier", Time: second(n), Account: fmt.Sprintf("acct-%d", n%7), Contract: "HT-1",
		Data: &events.Paid{
			Amount: money.Amount{Fen: fen, Decimals: 2}, Channel: events.Online, Reference: fmt.Sprintf("BOC-%d", n),
		},
	}}
}

// pay appends the nth message of the stream.
func pay(t testing.TB, l *ledger.Log, n int, fen money.Fen) {
	t.Helper()
	if _, err := l.Append([]ledger.Arrival{payment(n, fen)}); err != nil {
		t.Fatal(err)
	}
}

// payments appends the messages from..to in one batch.
func payments(t testing.TB, l *ledger.Log, from, to int) {
	t.Helper()
	var batch []ledger.Arrival
	for n := from; n <= to; n++ {
		batch = append(batch, payment(n, money.Fen(n)))
	}
	if _, err := l.Append(batch); err != nil {
		t.Fatal(err)
	}
}

// signing returns the signer of a log, with the key of its folder.
func signing(t testing.TB, l *ledger.Log) *Signer {
	t.Helper()
	key, _, err := EnsureKey(l, filepath.Join(l.Dir(), KeyFileName), "")
	if err != nil {
		t.Fatal(err)
	}
	return NewSigner(l, key)
}

// publicOf is the key that outsiders of a signer have.
func publicOf(t testing.TB, s *Signer) proof.Key {
	t.Helper()
	key, err := s.Key()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// checkpointed asks for the signed checkpoint of a size.
func checkpointed(t testing.TB, s *Signer, size ledger.Seq) proof.Checkpoint {
	t.Helper()
	note, err := s.Checkpoint(size)
	if err != nil {
		t.Fatal(err)
	}
	c, err := proof.OpenCheckpoint(note, publicOf(t, s))
	if err != nil {
		t.Fatal(err)
	}
	return c
}
