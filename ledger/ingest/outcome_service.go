package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"

	"zhangben/ledger"
	"zhangben/ledger/inbox"
)

// VerdictSubject is the subject of requests for what became of messages, and, by an empty request, for the stream that
// the ledger reads.
const VerdictSubject = "billing.verdict"

// Unknown is the outcome of a message that the log has not reached in time, or has no memory of: it is stored in
// the stream, and what becomes of it can be asked again.
const Unknown ledger.Status = "unknown"

const (
	maxOutcomes    = 1_000            // in one request
	maxRequest     = 96 << 10         // bytes, of that many sequences and ids
	outcomeTimeout = 30 * time.Second // the longest a request waits for the log
	streamTimeout  = 3 * time.Second  // the longest a request waits for the log to find its stream
	answerTimeout  = 5 * time.Second  // the longest an asker waits for that
)

// The codes of refusals: of those that another instance may answer, or the same one later, and of the others.
const (
	codeMalformed   = "400"
	codeBeyondEnd   = "404"
	codeOtherStream = "409"
	codeHalted      = "410"
	codeTooLarge    = "413"
	codeFailed      = "500"
	codeNotNow      = "503"
)

// outcomeReply is the JSON that answers a Question.
type outcomeReply struct {
	Results []ledger.Outcome `json:"results"`
}

// outcomeService answers requests to billing.verdict.
type outcomeService struct {
	outcomes   *LogOutcomes
	shut       func() error
	maxPayload func() int64 // bytes of an answer; not known before NATS is
	askers     askers
}

// ServeOutcomes answers requests to billing.verdict until the service it returns is stopped. Where the log does
// not have the messages, and shut returns why it takes none, the request is refused at once: another instance may have
// them, and is asked next.
func ServeOutcomes(nc *nats.Conn, outcomes *LogOutcomes, version string, shut func() error) (micro.Service, error) {
	s := &outcomeService{outcomes: outcomes, shut: shut, maxPayload: nc.MaxPayload}
	service, err := micro.AddService(nc, micro.Config{
		Name:        "zhangben",
		Version:     version,
		Description: "says what became of events, by stream sequence",
		Endpoint:    &micro.EndpointConfig{Subject: VerdictSubject, Handler: inbox.Handler(s.handle)},
	})
	if err != nil {
		return nil, fmt.Errorf("serve %s: %w", VerdictSubject, err)
	}
	return service, nil
}

// handle answers one request, on a goroutine of its own. An answer that cannot be sent is dropped, for the asker will
// ask again.
func (s *outcomeService) handle(r micro.Request) {
	asker, leave, err := s.askers.admit(clientOf(r.Reply()))
	if err != nil {
		inbox.Refuse(r, codeNotNow, err.Error())
		return
	}
	go func() {
		defer leave()
		if len(r.Data()) == 0 {
			s.answerStream(asker, r)
		} else {
			s.answer(asker, r)
		}
	}()
}

// answerStream says which stream the ledger reads.
func (s *outcomeService) answerStream(ctx context.Context, r micro.Request) {
	ctx, cancel := context.WithTimeout(ctx, streamTimeout)
	defer cancel()
	id, err := s.outcomes.Stream(ctx)
	if err != nil {
		refuse(r, err)
		return
	}
	_ = r.RespondJSON(id)
}

func (s *outcomeService) answer(asker *asker, r micro.Request) {
	var q Question
	var err error
	s.askers.work(asker, len(r.Data()), func() { q, err = readQuestion(r.Data()) })
	if err != nil {
		refuse(r, err)
		return
	}
	if reason := s.shut(); reason != nil && s.outcomes.Log.Position().StreamSeq < slices.Max(q.StreamSeqs) {
		inbox.Refuse(r, codeNotNow, reason.Error())
		return
	}
	if err := s.outcomes.await(asker, q); err != nil {
		refuse(r, err)
		return
	}
	s.askers.work(asker, len(r.Data()), func() { s.answerNow(r, q) })
}

// answerNow answers a question about messages that are waited for no longer.
func (s *outcomeService) answerNow(r micro.Request, q Question) {
	outcomes, err := s.outcomes.lookUp(q)
	if err != nil {
		refuse(r, err)
		return
	}
	body, err := json.Marshal(outcomeReply{outcomes})
	if err != nil || int64(len(body)) >= s.maxPayload() {
		inbox.Refuse(r, codeTooLarge, "the answer is too large; ask for fewer")
		return
	}
	_ = r.Respond(body)
}

// Why a question is not answered at all.
var (
	errMalformed = errors.New(`ask with {"stream_seqs": [1, 2]}, and better with "created" and "ids" too; ` +
		`or with nothing, for which stream is read`)
	errTooMany = errors.New("at most " + strconv.Itoa(maxOutcomes) + " stream sequences in one request")
)

// readQuestion reads the body of a request. One that asks for far too much is refused by the number of its commas: to
// decode it would take a hundred times as long.
func readQuestion(body []byte) (q Question, err error) {
	if len(body) > maxRequest || bytes.Count(body, []byte(",")) > 3*maxOutcomes {
		return q, errTooMany
	}
	err = json.Unmarshal(body, &q)
	switch {
	case err != nil, len(q.StreamSeqs) == 0, q.IDs != nil && len(q.IDs) != len(q.StreamSeqs):
		return q, errMalformed
	case len(q.StreamSeqs) > maxOutcomes:
		return q, errTooMany
	}
	return q, nil
}

// refuse answers with an error and its code.
func refuse(r micro.Request, err error) {
	code := codeFailed
	for _, known := range []struct {
		is   error
		code string
	}{
		{errMalformed, codeMalformed},
		{errTooMany, codeTooLarge},
		{ErrBeyondEnd, codeBeyondEnd},
		{ErrOtherStream, codeOtherStream},
		{errBusy, codeNotNow},
		{ErrNotReading, codeNotNow},
	} {
		if errors.Is(err, known.is) {
			code = known.code
			break
		}
	}
	if code == codeFailed && permanent(err) {
		code = codeHalted
	}
	inbox.Refuse(r, code, err.Error())
}
