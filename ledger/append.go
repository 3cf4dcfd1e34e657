package ledger

import (
	"bytes"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"zhangben/events"
	"zhangben/events/civil"
)

// Arrival is a message of the stream: what it says, or why it was refused.
type Arrival struct {
	StreamSeq uint64
	Received  civil.Instant     // the stream's own timestamp
	Origin    events.Origin     // who put it into the stream
	Retry     events.Retry      // of which refused message it is a copy
	Event     *events.Event     // nil when refused
	Refusal   *events.Rejection // nil when well-formed
	Subject   string            // kept of the refused, with header and body
	Header    map[string][]string
	Body      []byte
}

// Append takes a batch of messages in the order of the stream and returns the outcome of each. When the error is nil
// all of it is on the disk; this is the commit point of the whole system. Messages up to the position came before:
// they change nothing, and have the outcome they had then. ErrGap says that a message before one of these is missing;
// nothing of the batch is written then. ErrStorage says that writing failed: what became of the batch is unknown, and
// every later Append fails until the log is opened again.
func (l *Log) Append(arrivals []Arrival) ([]Outcome, error) {
	l.writing.Lock()
	defer l.writing.Unlock()
	fresh, err := l.admit(arrivals)
	if err != nil {
		return nil, err
	}
	outcomes := make([]Outcome, len(arrivals))
	if fresh == 0 {
		return outcomes, l.view(func(tx *bolt.Tx) error { return l.earlierOutcomes(tx, arrivals, outcomes) })
	}
	b := &l.batch
	defer b.release()
	err = l.update(func(tx *bolt.Tx) error {
		b.begin(l, fresh)
		for i := range arrivals {
			if outcomes[i], err = l.outcomeOf(tx, b, &arrivals[i]); err != nil {
				return fmt.Errorf("message %d: %w", arrivals[i].StreamSeq, err)
			}
		}
		return b.write(tx)
	})
	if err != nil {
		return nil, err
	}
	l.expose(b)
	return outcomes, nil
}

// admit counts the messages of a batch that are new, and refuses one that leaves others out.
func (l *Log) admit(arrivals []Arrival) (fresh int, err error) {
	switch {
	case l.failed != nil:
		return 0, l.failed
	case l.db.IsReadOnly():
		return 0, ErrReadOnly
	case l.stream.name == "":
		return 0, ErrUnbound
	}
	position := l.state.at.streamSeq()
	last := position
	for i := range arrivals {
		n := arrivals[i].StreamSeq
		if n == 0 || n > last+1 || n > maxStreamSeq {
			return 0, fmt.Errorf("message %d came after message %d: %w", n, last, ErrGap)
		}
		last = max(last, n)
	}
	return int(last - position), nil
}

// earlierOutcomes fills in the outcomes of messages that all came before.
func (l *Log) earlierOutcomes(tx *bolt.Tx, arrivals []Arrival, outcomes []Outcome) (err error) {
	for i := range arrivals {
		if outcomes[i], err = l.outcomeIn(tx, l.state, arrivals[i].StreamSeq); err != nil {
			return err
		}
	}
	return nil
}

// outcomeOf decides on one message. The checks go by precedence: came before, malformed, known id, recorded time.
func (l *Log) outcomeOf(tx *bolt.Tx, b *batch, a *Arrival) (Outcome, error) {
	if a.StreamSeq <= l.state.at.streamSeq() {
		return l.outcomeIn(tx, l.state, a.StreamSeq)
	}
	if a.StreamSeq <= b.state.at.streamSeq() {
		return b.outcomes[a.StreamSeq-l.state.at.streamSeq()-1], nil
	}
	b.state.at++
	outcome, err := l.decide(tx, b, a)
	if outcome.StreamSeq = a.StreamSeq; a.Event != nil {
		outcome.ID = a.Event.ID.String()
	}
	b.outcomes = append(b.outcomes, outcome)
	return outcome, err
}

// decide makes a record, a duplicate or a refused message of a new message.
func (l *Log) decide(tx *bolt.Tx, b *batch, a *Arrival) (Outcome, error) {
	switch {
	case a.Refusal != nil:
		return b.addRejected(a, a.Refusal), nil
	case a.Event == nil:
		return b.addRejected(a, &unreadable), nil
	}
	recorded, inOrder := l.recordedTime(b, a)
	b.encode(a, recorded)
	first, same, err := l.lookUp(tx, b, a.Event)
	switch {
	case err != nil:
		return Outcome{}, err
	case same:
		b.closes(a, first)
		return b.addDuplicate(first), nil
	case first > 0:
		return b.addRejected(a, conflictWith(first)), nil
	case !inOrder:
		return b.addRejected(a, earlierThan(b.state.recorded)), nil
	}
	outcome := b.append(a)
	b.closes(a, outcome.Seq)
	return outcome, nil
}

// recordedTime is the recorded time of a message, if it becomes the next record: the stream's timestamp, never earlier
// than the record before. Where the stream accepts the publisher's own, that one counts; inOrder is false when it runs
// backwards.
func (l *Log) recordedTime(b *batch, a *Arrival) (recorded civil.Instant, inOrder bool) {
	if l.stream.acceptRecorded && !a.Event.Recorded.IsZero() {
		own := storable(a.Event.Recorded)
		return own, b.state.last == 0 || !own.Before(b.state.recorded)
	}
	if b.state.last == 0 {
		return storable(a.Received), true
	}
	return civil.Later(b.state.recorded, storable(a.Received)), true
}

// lookUp finds the record that has the event's id, in the batch or before: 0 when none has. same reports whether it
// also has the content that was encoded last.
func (l *Log) lookUp(tx *bolt.Tx, b *batch, e *events.Event) (first Seq, same bool, err error) {
	b.hash = l.index.Hash(e.ID)
	compare := func(stored []byte) (bool, error) {
		content := b.leaf[b.content:]
		if same = bytes.Equal(stored, content); same {
			return true, nil
		}
		head, err := events.ParseHead(stored)
		if err != nil || head.ID != e.ID {
			return false, err
		}
		same = events.SameContent(stored, content)
		return true, nil
	}
	first, err = b.ids.Find(b.hash, func(seq Seq) (bool, error) {
		return compare(b.contentOf(seq))
	})
	if first > 0 || err != nil {
		return first, same, err
	}
	first, err = l.index.FindID(b.hash, func(seq Seq) (bool, error) {
		r, err := readRecord(tx, seq)
		if err != nil {
			return false, err
		}
		return compare(r.Content)
	})
	return first, same, err
}

// expose lets readers see what was committed.
func (l *Log) expose(b *batch) {
	l.tree = b.tree
	l.tail = append(l.tail[:0], b.openChunk()...)
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, e := range b.events {
		l.index.Add(b.first+Seq(i), e)
	}
	l.state = b.state
	l.announce()
}

// unreadable is the refusal of a message without an event, whose decoder did not say why.
var unreadable = events.Rejection{Code: events.CodeInvalid, Message: "the message holds no event"}

func conflictWith(first Seq) *events.Rejection {
	return &events.Rejection{
		Code: events.CodeConflict, Pointer: "/id",
		Message: fmt.Sprintf("record %d has this id and other content; give a new fact a new id", first),
	}
}

func earlierThan(last civil.Instant) *events.Rejection {
	return &events.Rejection{
		Code: events.CodeInvalid, Pointer: "/recordedtime",
		Message: fmt.Sprintf("earlier than the record before, %v; recorded times may not run backwards", last),
	}
}
