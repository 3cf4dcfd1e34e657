package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger"
	"zhangben/ledger/replica"
)

// Condition is what the stream is to the log.
type Condition string

// The conditions. Only Fine and Unbound let events in.
const (
	Fine       Condition = "fine"
	Unbound    Condition = "unbound"     // the log has kept no stream yet
	Absent     Condition = "absent"      // there is no stream
	Drifted    Condition = "drift"       // the stream would lose or alter events
	Recreated  Condition = "recreated"   // the stream is another than the one the log was bound to
	RolledBack Condition = "rolled_back" // the stream ends before the log's position
	Gap        Condition = "gap"         // messages after the log's position are gone
	NoQuorum   Condition = "no_quorum"   // too few servers of the cluster are there to store anything
	Differs    Condition = "differs"     // another instance has built another log from the stream
)

// FullPercent is how full a stream may be before an operator should look.
const FullPercent = 70

// Status is the stream against the log's position.
type Status struct {
	Condition   Condition `json:"condition"`
	What        string    `json:"what,omitempty"` // is wrong
	Remedy      string    `json:"remedy,omitempty"`
	Stream      string    `json:"stream"`
	Created     string    `json:"created,omitempty"`
	FirstSeq    uint64    `json:"first_seq"` // of the stream, as the next four
	LastSeq     uint64    `json:"last_seq"`
	Bytes       uint64    `json:"bytes"`
	MaxBytes    int64     `json:"max_bytes"`
	UsedPercent int       `json:"used_percent"`
	Epoch       uint16    `json:"epoch"`              // of the log, as the next two
	Bound       string    `json:"bound_to,omitempty"` // when the stream it is bound to was created
	Position    uint64    `json:"position"`
	Behind      uint64    `json:"behind"`      // messages the log has still to take
	SkewMillis  int64     `json:"skew_ms"`     // this machine's clock less the NATS server's
	Server      string    `json:"nats_server"` // its version
	Last        string    `json:"last_message_at,omitempty"`

	// ServicesAsLedger says that what answers requests connects as the ledger's own NATS user, where a running one told.
	ServicesAsLedger bool `json:"services_as_ledger,omitempty"`

	Leader string `json:"leader,omitempty"` // the server that leads the stream, in a cluster
	Copies []Copy `json:"copies,omitempty"` // the other servers that keep the stream

	// Replicas are the other instances that read the stream, as far as a running one knows of them.
	Replicas []replica.Peer `json:"replicas,omitempty"`
}

// OK reports whether the log can go on with the stream.
func (s *Status) OK() bool { return s.Condition == Fine || s.Condition == Unbound }

// Full reports whether the stream needs more room soon.
func (s *Status) Full() bool { return s.UsedPercent >= FullPercent }

// Inspect compares the stream with the log. It changes neither. The error says that NATS did not answer.
func Inspect(ctx context.Context, js jetstream.JetStream, log *ledger.Log) (Status, error) {
	position := log.Position()
	s := Status{
		Stream: events.StreamName, Epoch: position.Epoch, Position: position.StreamSeq,
		Server: js.Conn().ConnectedServerVersion(),
	}
	if position.Stream != "" {
		s.Bound = position.Created.String()
	}
	asked := time.Now()
	asking, cancel := context.WithTimeout(ctx, unseenTime)
	defer cancel()
	found, err := js.Stream(asking, events.StreamName)
	if leaderless(err) && ctx.Err() == nil && js.Conn().IsConnected() {
		s.noQuorum("no server answers for the stream (%v)", err)
		return s, nil
	}
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		s.set(Absent, "start zhangben serve, which makes one", "there is no stream %s", events.StreamName)
		return s, nil
	}
	if err != nil {
		return s, fmt.Errorf("stream %s: %w", events.StreamName, err)
	}
	info := found.CachedInfo()
	middle := asked.Add(time.Since(asked) / 2)
	s.describe(info)
	s.SkewMillis = middle.Sub(info.TimeStamp).Milliseconds()
	s.evaluate(found, log)
	s.describeCluster(info.Cluster)
	if s.Condition != Fine {
		return s, nil
	}
	missing, err := misses(ctx, found, s.Position+1)
	if missing {
		s.set(Gap, gapRemedy, "the stream has lost message %d", s.Position+1)
	}
	return s, err
}

// set says what is wrong, and what an operator can do.
func (s *Status) set(condition Condition, remedy, what string, operands ...any) {
	s.Condition, s.What, s.Remedy = condition, fmt.Sprintf(what, operands...), remedy
}

// describe copies what the stream says of itself.
func (s *Status) describe(info *jetstream.StreamInfo) {
	s.Created = civil.Of(info.Created).String()
	s.FirstSeq, s.LastSeq = info.State.FirstSeq, info.State.LastSeq
	s.Bytes, s.MaxBytes = info.State.Bytes, info.Config.MaxBytes
	if s.MaxBytes > 0 {
		s.UsedPercent = int(s.Bytes * 100 / uint64(s.MaxBytes))
	}
	if s.LastSeq > s.Position {
		s.Behind = s.LastSeq - s.Position
	}
	if info.State.LastSeq > 0 {
		s.Last = civil.Of(info.State.LastTime).String()
	}
}

// evaluate finds the condition. The checks go by precedence.
func (s *Status) evaluate(found jetstream.Stream, log *ledger.Log) {
	stream, err := identify(found, StreamOptions{})
	switch {
	case err != nil:
		s.set(Drifted, "set the stream's fields back; zhangben serve changes none of them", "%v", err)
	case s.Bound == "":
		s.Condition = Unbound
	case log.Bind(stream.Name, stream.Created, stream.AcceptRecorded) != nil:
		s.set(Recreated, remedy, "the stream is not the one the log was bound to")
	case s.LastSeq < s.Position:
		s.set(RolledBack, remedy, "the stream ends at %d, the log has read up to %d", s.LastSeq, s.Position)
	case s.FirstSeq > s.Position+1:
		s.set(Gap, gapRemedy, "the stream begins at %d, the log has read up to %d", s.FirstSeq, s.Position)
	default:
		s.Condition = Fine
	}
}

// gapRemedy is what an operator can do where messages are gone that the log never read.
const gapRemedy = "restore the stream's storage, or a newer backup; or go on without the messages between, " +
	"which are in neither: zhangben stream adopt"
