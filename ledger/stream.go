package ledger

import (
	"encoding/binary"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"zhangben/events/civil"
)

// Position is how far in the stream the log has come: the message StreamSeq is the last one taken, 0 before the first.
type Position struct {
	Epoch     uint16
	Stream    string        // "" while the log is not bound
	Created   civil.Instant // when the stream was created
	StreamSeq uint64
}

// stream is one incarnation of the stream.
type stream struct {
	epoch          uint16
	name           string // "" while the log is not bound
	created        civil.Instant
	acceptRecorded bool // whether records take the publishers' recordedtime
	first          Seq  // the first record of the epoch has this seq
}

func (s stream) append(dst []byte) []byte {
	dst = appendInstant(dst, s.created)
	dst = append(dst, 0)
	if s.acceptRecorded {
		dst[len(dst)-1] = 1
	}
	return append(binary.BigEndian.AppendUint64(dst, uint64(s.first)), s.name...)
}

func parseStream(epoch uint16, b []byte) (stream, error) {
	if len(b) < 18 || b[8] > 1 {
		return stream{}, fmt.Errorf("identity of stream epoch %d: %w", epoch, ErrDamaged)
	}
	return stream{epoch, string(b[17:]), instantAt(b), b[8] == 1, Seq(binary.BigEndian.Uint64(b[9:]))}, nil
}

func epochKey(epoch uint16) []byte { return binary.BigEndian.AppendUint16(nil, epoch) }

// readStream reads an epoch's identity; without a name when there is none.
func readStream(tx *bolt.Tx, epoch uint16) (stream, error) {
	body, err := getWithCRC(bucketIn(tx, bucketStreams), epochKey(epoch))
	if err != nil || body == nil {
		return stream{epoch: epoch, first: 1}, err
	}
	return parseStream(epoch, body)
}

// Bind tells the log which stream it keeps: its name, when it was created, and whether it accepts the publishers'
// recordedtime. The first time the log remembers; later it answers ErrStreamChanged to any difference, for a recreated
// stream counts from 1 again, and its messages would pass for known ones.
func (l *Log) Bind(name string, created civil.Instant, acceptRecorded bool) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	want := stream{l.stream.epoch, name, storable(created), acceptRecorded, l.stream.first}
	switch {
	case l.stream == want:
		return nil
	case l.stream.name != "":
		return fmt.Errorf("bound to %v, asked to keep %v: %w", l.stream, want, ErrStreamChanged)
	}
	return l.beginEpoch(want)
}

// Adopt switches to a recreated stream: an operator's decision, after which positions count from 0 in a new epoch.
// What was recorded stays.
func (l *Log) Adopt(name string, created civil.Instant, acceptRecorded bool) error {
	l.writing.Lock()
	defer l.writing.Unlock()
	switch {
	case l.stream.name == "":
		return l.beginEpoch(stream{0, name, storable(created), acceptRecorded, 1})
	case l.stream.epoch == 1<<16-1:
		return fmt.Errorf("there is no epoch after %d: %w", l.stream.epoch, ErrStreamChanged)
	}
	return l.beginEpoch(stream{l.stream.epoch + 1, name, storable(created), acceptRecorded, l.current().last + 1})
}

// beginEpoch begins the epoch of a stream. The caller holds l.writing.
func (l *Log) beginEpoch(s stream) error {
	next := l.current()
	next.at = positionOf(s.epoch, 0)
	err := l.update(func(tx *bolt.Tx) error {
		if err := putWithCRC(bucketIn(tx, bucketStreams), epochKey(s.epoch), s.append(nil)); err != nil {
			return err
		}
		return writeState(tx, next)
	})
	if err != nil {
		return err
	}
	l.mu.Lock()
	l.stream, l.state = s, next
	l.mu.Unlock()
	return nil
}

// String names a stream to an operator.
func (s stream) String() string {
	return fmt.Sprintf("%q created %v (recordedtime accepted: %t)", s.name, s.created, s.acceptRecorded)
}
