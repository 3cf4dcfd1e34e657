package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"

	"zhangben/ledger"
)

// electionTime is how long a cluster may take to agree on another leader, or a ledger to find the stream again.
// Requests are retried for that long.
const electionTime = 15 * time.Second

// patienceWith is how long a question is asked again after a refusal. A ledger that has halted may not be the only one,
// and one that knows of no such message may learn of it a moment later.
var patienceWith = map[string]time.Duration{
	codeNotNow: electionTime, codeHalted: answerTimeout, codeBeyondEnd: answerTimeout,
}

// NATSOutcomes asks the ledger over NATS.
type NATSOutcomes struct{ Conn *nats.Conn }

// Stream asks which stream the ledger reads. It asks again while no ledger answers.
func (s NATSOutcomes) Stream(ctx context.Context) (id StreamID, err error) {
	msg, err := s.request(ctx, nil, answerTimeout)
	if err == nil {
		err = json.Unmarshal(msg.Data, &id)
	}
	if err != nil {
		err = fmt.Errorf("ask which stream the ledger reads: %w", err)
	}
	return id, err
}

// Outcomes asks what became of messages, any number of them: in two halves where they, or their outcomes, are too many
// for a message.
func (s NATSOutcomes) Outcomes(ctx context.Context, q Question) (outcomes []ledger.Outcome, err error) {
	n := len(q.StreamSeqs)
	var refused *refusedError
	if n <= maxOutcomes {
		outcomes, err = s.ask(ctx, q)
		if n <= 1 || !errors.As(err, &refused) || refused.code != codeTooLarge {
			return outcomes, err
		}
	}
	first, rest := q, q
	first.StreamSeqs, rest.StreamSeqs = q.StreamSeqs[:n/2], q.StreamSeqs[n/2:]
	if q.IDs != nil {
		first.IDs, rest.IDs = q.IDs[:n/2], q.IDs[n/2:]
	}
	if outcomes, err = s.Outcomes(ctx, first); err != nil {
		return nil, err
	}
	more, err := s.Outcomes(ctx, rest)
	return append(outcomes, more...), err
}

// ask sends one request.
func (s NATSOutcomes) ask(ctx context.Context, q Question) ([]ledger.Outcome, error) {
	if len(q.StreamSeqs) == 0 {
		return nil, nil
	}
	body, err := json.Marshal(q)
	if err != nil {
		return nil, err
	}
	msg, err := s.request(ctx, body, outcomeTimeout+answerTimeout)
	var reply outcomeReply
	if err == nil {
		err = json.Unmarshal(msg.Data, &reply)
	}
	if err == nil && len(reply.Results) != len(q.StreamSeqs) {
		err = fmt.Errorf("asked for %d, got %d", len(q.StreamSeqs), len(reply.Results))
	}
	if err != nil {
		return nil, fmt.Errorf("ask for verdicts: %w", err)
	}
	return reply.Results, nil
}

// refusedError is what a ledger answered instead.
type refusedError struct{ code, what string }

func (e *refusedError) Error() string { return e.what }

// request asks once more while no ledger answers, or one says that it cannot now. A question without an answer, however
// long that was waited for, is not the last one.
func (s NATSOutcomes) request(ctx context.Context, body []byte, timeout time.Duration) (*nats.Msg, error) {
	longest := time.Duration(0)
	for begun := time.Now(); ; pause(ctx, retryPause) {
		asked := time.Now()
		msg, err := s.requestOnce(ctx, body, timeout)
		longest = max(longest, time.Since(asked))
		patience := time.Duration(0)
		var refused *refusedError
		switch {
		case errors.As(err, &refused):
			patience = patienceWith[refused.code]
		case ctx.Err() == nil && unanswered(err):
			patience = electionTime + longest
			err = explainSilence(err, timeout)
		}
		if err == nil || ctx.Err() != nil || time.Since(begun) >= patience {
			return msg, err
		}
	}
}

// explainSilence says why there is no answer.
func explainSilence(err error, timeout time.Duration) error {
	if late(err) {
		return fmt.Errorf("no answer on %s within %v: NATS or the ledger is busy; ask again later: %w",
			VerdictSubject, timeout, err)
	}
	return fmt.Errorf("no ledger answers on %s; is zhangben serve running: %w", VerdictSubject, err)
}

// unanswered reports whether an error says that a request, or the answer to it, did not arrive.
func unanswered(err error) bool {
	return isAny(err, nats.ErrNoResponders, nats.ErrDisconnected, context.DeadlineExceeded)
}

// requestOnce asks once. An answer does not find the way to a connection that is lost meanwhile.
func (s NATSOutcomes) requestOnce(ctx context.Context, body []byte, timeout time.Duration) (*nats.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	asking, stop := whileConnected(ctx, s.Conn)
	defer stop()
	msg, err := s.Conn.RequestWithContext(asking, VerdictSubject, body)
	if err != nil && ctx.Err() == nil && errors.Is(err, context.Canceled) {
		return nil, nats.ErrDisconnected
	}
	if err != nil {
		return nil, err
	}
	if code := msg.Header.Get(micro.ErrorCodeHeader); code != "" {
		return nil, &refusedError{code, msg.Header.Get(micro.ErrorHeader)}
	}
	return msg, nil
}
