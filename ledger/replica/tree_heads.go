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

// headSubject begins the subject at which one run of an instance tells how its log stood; the run follows.
const headSubject = "billing.standing."

// HeadSubjects are those of all instances.
const HeadSubjects = headSubject + "*"

// How long another instance is asked where a difference begins: for one answer, and in all. About twenty answers
// suffice.
const (
	answerTime = 2 * time.Second
	bisectTime = 15 * time.Second
)

// headRequest asks how a log stood after a message of its stream.
type headRequest struct {
	identity
	StreamSeq uint64 `json:"stream_seq"`
}

// headReply is how a log stood, and which log that is: in another stream or epoch, the same sequence names another
// message.
type headReply struct {
	identity
	ledger.TreeHead
}

// errOtherStream says that two logs are not of one stream and epoch, or are not any more.
var errOtherStream = errors.New("the log is of another stream or epoch")

// serveHeads answers how the log stood after any message, until the service is stopped.
func (p *Peers) serveHeads(nc *nats.Conn) (micro.Service, error) {
	service, err := micro.AddService(nc, micro.Config{
		Name:        "zhangben-replica",
		Version:     p.version,
		Description: "says how a log stood after a message of the stream, to find where two logs begin to differ",
		Endpoint:    &micro.EndpointConfig{Subject: headSubject + p.run, Handler: inbox.Handler(p.answer)},
	})
	if err != nil {
		return nil, fmt.Errorf("serve %s: %w", headSubject+p.run, err)
	}
	return service, nil
}

// answer answers one request; an answer that cannot be sent is dropped.
func (p *Peers) answer(r micro.Request) {
	var asked headRequest
	if err := json.Unmarshal(r.Data(), &asked); err != nil || asked.Stream == "" {
		inbox.Refuse(r, "400", `ask with {"stream": "…", "created": "…", "epoch": 0, "stream_seq": 1}`)
		return
	}
	head, err := p.head(asked)
	switch {
	case errors.Is(err, errOtherStream):
		inbox.Refuse(r, codeOtherStream, err.Error())
	case errors.Is(err, ledger.ErrNotFound):
		inbox.Refuse(r, "404", err.Error())
	case err != nil:
		inbox.Refuse(r, "500", err.Error())
	default:
		_ = r.RespondJSON(headReply{asked.identity, head})
	}
}

// codeOtherStream is the code of the refusal to tell of another stream.
const codeOtherStream = "409"

// head returns how the log stood after a message, or errOtherStream.
func (p *Peers) head(asked headRequest) (ledger.TreeHead, error) {
	head, err := p.log.TreeHead(asked.StreamSeq)
	// A log never returns to an epoch that it has left, so it was of this one before too.
	if own := identityOf(p.log.Position()); own != asked.identity {
		return head, fmt.Errorf("%w: %v, not %v", errOtherStream, own, asked.identity)
	}
	return head, err
}

// askHead asks a run of another instance how its log stood after a message.
func askHead(ctx context.Context, nc *nats.Conn, run string, request headRequest) (ledger.TreeHead, error) {
	body, err := json.Marshal(request)
	if err != nil {
		return ledger.TreeHead{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	msg, err := nc.RequestWithContext(ctx, headSubject+run, body)
	if err != nil {
		return ledger.TreeHead{}, err
	}
	return readHead(msg, request)
}

// readHead reads the answer to a request. One that is not about what was asked is an error.
func readHead(msg *nats.Msg, request headRequest) (ledger.TreeHead, error) {
	switch msg.Header.Get(micro.ErrorCodeHeader) {
	case "":
	case codeOtherStream:
		return ledger.TreeHead{}, fmt.Errorf("%w: it answered %q", errOtherStream, msg.Header.Get(micro.ErrorHeader))
	default:
		return ledger.TreeHead{}, errors.New(msg.Header.Get(micro.ErrorHeader))
	}
	var reply headReply
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

// bisect finds the first message after which the logs do not stand alike, by halving: logs that differ after one
// message differ after all later ones.
func (p *Peers) bisect(ctx context.Context, d *difference,
	ask func(context.Context, headRequest) (ledger.TreeHead, error)) (*firstDifference, error) {
	ctx, cancel := context.WithTimeout(ctx, bisectTime)
	defer cancel()
	alike, first := d.agreed, firstDifference{d.mine, d.with.TreeHead}
	for alike+1 < first.mine.StreamSeq {
		middle := headRequest{d.with.identity, alike + (first.mine.StreamSeq-alike)/2}
		theirs, err := ask(ctx, middle)
		if err != nil {
			return nil, fmt.Errorf("ask %s how its log stood after message %d: %w", d.with.Instance, middle.StreamSeq, err)
		}
		mine, err := p.head(middle)
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
