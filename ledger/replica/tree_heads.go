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

// How long another instance is asked where a difference begins: for one answer, and in all. About twenty answers
// suffice.
const (
	answerTime = 2 * time.Second
	narrowTime = 15 * time.Second
)

// standingRequest asks how a log stood after a message of its stream.
type standingRequest struct {
	identity
	StreamSeq uint64 `json:"stream_seq"`
}

// standingReply is how a log stood, and which log that is: in another stream or epoch, the same sequence names another
// message.
type standingReply struct {
	identity
	ledger.TreeHead
}

// errOtherStream says that two logs are not of one stream and epoch, or are not any more.
var errOtherStream = errors.New("the log is of another stream or epoch")

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
	if err := json.Unmarshal(r.Data(), &asked); err != nil || asked.Stream == "" {
		inbox.Refuse(r, "400", `ask with {"stream": "…", "created": "…", "epoch": 0, "stream_seq": 1}`)
		return
	}
	standing, err := p.standing(asked)
	switch {
	case errors.Is(err, errOtherStream):
		inbox.Refuse(r, codeOtherStream, err.Error())
	case errors.Is(err, ledger.ErrNotFound):
		inbox.Refuse(r, "404", err.Error())
	case err != nil:
		inbox.Refuse(r, "500", err.Error())
	default:
		_ = r.RespondJSON(standingReply{asked.identity, standing})
	}
}

// codeOtherStream is the code of the refusal to tell of another stream.
const codeOtherStream = "409"

// standing returns how the log stood after a message, or errOtherStream.
func (p *Peers) standing(asked standingRequest) (ledger.TreeHead, error) {
	standing, err := p.log.TreeHead(asked.StreamSeq)
	// A log never returns to an epoch that it has left, so it was of this one before too.
	if own := identityOf(p.log.Position()); own != asked.identity {
		return standing, fmt.Errorf("%w: %v, not %v", errOtherStream, own, asked.identity)
	}
	return standing, err
}

// askStanding asks a run of another instance how its log stood after a message.
func askStanding(ctx context.Context, nc *nats.Conn, run string, request standingRequest) (ledger.TreeHead, error) {
	body, err := json.Marshal(request)
	if err != nil {
		return ledger.TreeHead{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	msg, err := nc.RequestWithContext(ctx, standingPrefix+run, body)
	if err != nil {
		return ledger.TreeHead{}, err
	}
	return readStanding(msg, request)
}

// readStanding reads the answer to a request. One that is not about what was asked is an error.
func readStanding(msg *nats.Msg, request standingRequest) (ledger.TreeHead, error) {
	switch msg.Header.Get(micro.ErrorCodeHeader) {
	case "":
	case codeOtherStream:
		return ledger.TreeHead{}, fmt.Errorf("%w: it answered %q", errOtherStream, msg.Header.Get(micro.ErrorHeader))
	default:
		return ledger.TreeHead{}, errors.New(msg.Header.Get(micro.ErrorHeader))
	}
	var reply standingReply
	err := json.Unmarshal(msg.Data, &reply)
	switch {
	case err != nil:
	case reply.identity != request.identity:
		err = fmt.Errorf("%w: it told of %v, not of %v", errOtherStream, reply.identity, request.identity)
	case reply.StreamSeq != request.StreamSeq:
		err = fmt.Errorf("asked for message %d, told of %d", request.StreamSeq, reply.StreamSeq)
	}
	return reply.TreeHead, err
}

// narrow finds the first message after which the logs do not stand alike, by halving: logs that differ after one
// message differ after all later ones.
func (p *Peers) narrow(ctx context.Context, d *difference,
	ask func(context.Context, standingRequest) (ledger.TreeHead, error)) (*firstDifference, error) {
	ctx, cancel := context.WithTimeout(ctx, narrowTime)
	defer cancel()
	alike, first := d.agreed, firstDifference{d.mine, d.with.TreeHead}
	for alike+1 < first.mine.StreamSeq {
		middle := standingRequest{d.with.identity, alike + (first.mine.StreamSeq-alike)/2}
		theirs, err := ask(ctx, middle)
		if err != nil {
			return nil, fmt.Errorf("ask %s how its log stood after message %d: %w", d.with.Instance, middle.StreamSeq, err)
		}
		mine, err := p.standing(middle)
		switch {
		case err != nil:
			return nil, err
		case mine == theirs:
			alike = middle.StreamSeq
		default:
			first = firstDifference{mine, theirs}
		}
	}
	return &first, nil
}
