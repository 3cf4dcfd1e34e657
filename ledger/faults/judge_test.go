package faults

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"zhangben/ledger"
)

// judge knows what was acknowledged, and asks ledgers for it.
type judge struct {
	t    testing.TB
	run  *undisturbed
	last int // the last message acknowledged
}

func newJudge(t testing.TB) *judge {
	t.Helper()
	return &judge{t: t, run: newUndisturbed(t)}
}

// forget begins with a ledger in which nothing was acknowledged.
func (j *judge) forget() { j.last = 0 }

// hear records the acknowledgements of a keeper. Each must be what the message was due, and none may be left out.
func (j *judge) hear(lines []string) {
	j.t.Helper()
	for _, line := range lines {
		text, _, _ := strings.Cut(line, " ")
		n, err := strconv.Atoi(text)
		if err != nil || line != due(n) {
			j.t.Fatalf("acknowledged %q, due is %q", line, due(n))
		}
		j.last = max(j.last, n)
	}
}

// ask verifies the ledger of a folder and compares it, record by record, with the stream. It returns the position.
func (j *judge) ask(dir string) (position int) {
	j.t.Helper()
	report, err := ledger.Verify(j.t.Context(), dir)
	if errors.Is(err, ledger.ErrNoLedger) && j.last == 0 {
		return 0
	}
	if err != nil || !report.OK() {
		j.t.Fatalf("verifying: %v %v", report.Problems, err)
	}
	position = int(report.Position.StreamSeq)
	switch {
	case position < j.last:
		j.t.Fatalf("message %d was acknowledged, the log has come to %d", j.last, position)
	case report.Records != seqs(position):
		j.t.Fatalf("%d records of %d messages, %d are due", report.Records, position, seqs(position))
	case report.Root != j.run.root(j.t, position):
		j.t.Fatalf("after %d messages the root is %v, without the fault it is %v", position, report.Root,
			j.run.root(j.t, position))
	}
	if err := everyMessage(dir, position); err != nil {
		j.t.Fatal(err)
	}
	return position
}

// everyMessage compares what became of the messages up to a position with what was due to them.
func everyMessage(dir string, position int) error {
	log, err := ledger.Open(dir, ledger.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	return errors.Join(
		everyRecord(log, position),
		everyRefusal(log, position),
		everyOutcome(log, position),
		log.Close(),
	)
}

// everyRecord reads the log: the plain messages in their order, each once.
func everyRecord(log *ledger.Log, position int) error {
	n := 0
	err := log.Scan(0, func(r ledger.Record) error {
		for n++; !plain(n); n++ {
		}
		want := message(n).Event.AppendContent(nil)
		if r.Seq != seqs(n) || r.StreamSeq != uint64(n) || r.Recorded != recorded(n) || !bytes.Equal(r.Content, want) {
			return fmt.Errorf("record %d is not message %d as it came: %+v", r.Seq, n, r)
		}
		return nil
	})
	if err == nil && seqs(n) != seqs(position) {
		err = fmt.Errorf("the records end with message %d of %d", n, position)
	}
	return err
}

// everyRefusal reads the quarantine.
func everyRefusal(log *ledger.Log, position int) error {
	list, err := log.Rejected(0, 0)
	if err != nil {
		return err
	}
	for n := 1; n <= position; n++ {
		if !strings.Contains(due(n), string(ledger.Refused)) {
			continue
		}
		if len(list) == 0 || list[0].ID != uint64(n) || string(list[0].Body) != string(message(n).Body) {
			return fmt.Errorf("message %d is not in quarantine as it came", n)
		}
		list = list[1:]
	}
	if len(list) > 0 {
		return fmt.Errorf("%d messages too many are in quarantine, the first is %d", len(list), list[0].ID)
	}
	return nil
}

// everyOutcome asks for the outcome of each message; on the last ones of a long stream.
func everyOutcome(log *ledger.Log, position int) error {
	for n := max(1, position-1000); n <= position; n++ {
		v, known, err := log.Outcome(uint64(n))
		if err != nil || !known || acknowledgement(v) != due(n) {
			return fmt.Errorf("the outcome of message %d is %q, due is %q: %v", n, acknowledgement(v), due(n), err)
		}
	}
	return nil
}

// goOn restarts on the ledger without any fault, up to a message.
func (j *judge) goOn(dir string, upTo int) {
	j.t.Helper()
	k := newKeeper(j.t, dir, upTo)
	if code := k.run(j.t); code != 0 {
		j.t.Fatalf("the restart ends with exit code %d: %s", code, &k.messages)
	}
	j.hear(k.acknowledged())
	if got := j.ask(dir); got != upTo {
		j.t.Fatalf("after the restart the log has come to %d of %d", got, upTo)
	}
}
