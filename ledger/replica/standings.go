package replica

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"

	"zhangben/ledger"
	"zhangben/ledger/inbox"
)

// standingPrefix begins the subject at which one run of an instance tells how its log stood; the run follows.
const standingPrefix = "billing.standing."

// StandingSubjects are those of all instances.
const StandingSubjects = standingPrefix + "*"

// How long another instance is asked where a difference begins: for one answer, and in all. About twenty answers suffice.
const (
	answerTime = 2 * time.Second
	narrowTime = 15 * time.Second
)

// standingRequest asks how a log stood after a message.
type standingRequest struct {
	StreamSeq uint64 `json:"stream_seq"`
}

// serveStandings answers how the log stood after any message, until the service is stopped.
func (p *Peers) serveStandings(nc *nats.Conn) (micro.Service, error) {
	service, err := micro.AddService(nc, micro.Config{
		Name:        "zhangben-replica",
		Version:     p.version,
		Description: "says how a log stood after a message of the stream, to find where two logs begin to differ",
		Endpoint:    &micro.EndpointConfig{Subject: standingPrefix + p.run, Handler: inbox.Handler(p.answer)},
	})
	if err != nil {
		return nil, fmt.Errorf("serve %s: %w", standingPrefix+p.run, err)
	}
	return service, nil
}

// answer answers one request; an answer that cannot be sent is dropped.
func (p *Peers) answer(r micro.Request) {
	var asked standingRequest
	if err := json.Unmarshal(r.Data(), &asked); err != nil {
		inbox.Refuse(r, "400", `ask with {"stream_seq": 1}`)
		return
	}
	standing, err := p.log.Standing(asked.StreamSeq)
	switch {
	case errors.Is(err, ledger.ErrNotFound):
		inbox.Refuse(r, "404", err.Error())
	case err != nil:
		inbox.Refuse(r, "500", err.Error())
	default:
		_ = r.RespondJSON(standing)
	}
}

// askStanding asks a run of another instance how its log stood after a message.
func askStanding(ctx context.Context, nc *nats.Conn, run string, streamSeq uint64) (s ledger.Standing, err error) {
	body, err := json.Marshal(standingRequest{streamSeq})
	if err != nil {
		return s, err
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	msg, err := nc.RequestWithContext(ctx, standingPrefix+run, body)
	if err != nil {
		return s, err
	}
	if msg.Header.Get(micro.ErrorCodeHeader) != "" {
		return s, errors.New(msg.Header.Get(micro.ErrorHeader))
	}
	if err = json.Unmarshal(msg.Data, &s); err == nil && s.StreamSeq != streamSeq {
		err = fmt.Errorf("asked for message %d, told of %d", streamSeq, s.StreamSeq)
	}
	return s, err
}

// narrow finds the first message after which the logs do not stand alike, by halving: logs that differ after one message
// differ after all later ones.
func (p *Peers) narrow(ctx context.Context, d *difference, ask func(context.Context, uint64) (ledger.Standing, error)) (*firstDifference, error) {
	ctx, cancel := context.WithTimeout(ctx, narrowTime)
	defer cancel()
	alike, first := d.agreed, firstDifference{d.mine, d.with.Standing}
	for alike+1 < first.mine.StreamSeq {
		middle := alike + (first.mine.StreamSeq-alike)/2
		theirs, err := ask(ctx, middle)
		if err != nil {
			return nil, fmt.Errorf("ask %s how its log stood after message %d: %w", d.with.Instance, middle, err)
		}
		mine, err := p.log.Standing(middle)
		switch {
		case err != nil:
			return nil, err
		case mine == theirs:
			alike = middle
		default:
			first = firstDifference{mine, theirs}
		}
	}
	return &first, nil
}
