package ingest

import (
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

// VerdictSubject is where one asks what became of messages, by their stream sequence numbers.
const VerdictSubject = "billing.verdict"

// OutcomeUnknown is the verdict on a message that the log has not reached in time, or has no memory of: it is stored in
// the stream, and what becomes of it can be asked again.
const OutcomeUnknown ledger.Outcome = "unknown"

const (
	maxVerdicts    = 1_000            // in one request
	maxAskers      = 256              // waiting at one time
	verdictTimeout = 30 * time.Second // the longest a request waits for the log
	answerTimeout  = 5 * time.Second  // the longest an asker waits for a ledger to be there
)

// verdictRequest and verdictReply are the JSON of billing.verdict.
type (
	verdictRequest struct {
		StreamSeqs []uint64 `json:"stream_seqs"`
	}
	verdictReply struct {
		Results []ledger.Verdict `json:"results"`
	}
)

// Verdicts waits until each message is in the log or in quarantine, at most 30 seconds, and says what became of it, in the
// order asked. One not decided by then gets OutcomeUnknown.
func Verdicts(ctx context.Context, log *ledger.Log, streamSeqs []uint64) ([]ledger.Verdict, error) {
	if len(streamSeqs) == 0 {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, verdictTimeout)
	defer cancel()
	return verdictsWithin(ctx, log, streamSeqs)
}

// verdictsWithin waits until the deadline of ctx.
func verdictsWithin(ctx context.Context, log *ledger.Log, streamSeqs []uint64) ([]ledger.Verdict, error) {
	if err := log.Wait(ctx, slices.Max(streamSeqs)); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return nil, err
	}
	verdicts := make([]ledger.Verdict, len(streamSeqs))
	for i, seq := range streamSeqs {
		v, known, err := log.Verdict(seq)
		if err != nil {
			return nil, fmt.Errorf("verdict on message %d: %w", seq, err)
		}
		if !known {
			v = ledger.Verdict{StreamSeq: seq, Outcome: OutcomeUnknown, Message: "stored in the stream; the verdict on it is not known"}
		}
		verdicts[i] = v
	}
	return verdicts, nil
}

// ServeVerdicts answers requests to billing.verdict from the log until the service it returns is stopped. Whoever asks about
// messages that the log does not have, while shut says why it takes none, is told that at once: another instance may have
// them, and is asked next.
func ServeVerdicts(nc *nats.Conn, log *ledger.Log, version string, shut func() error) (micro.Service, error) {
	askers := make(chan struct{}, maxAskers)
	service, err := micro.AddService(nc, micro.Config{
		Name:        "zhangben",
		Version:     version,
		Description: "says what became of events, by stream sequence",
		Endpoint: &micro.EndpointConfig{Subject: VerdictSubject, Handler: inbox.Handler(func(r micro.Request) {
			select {
			case askers <- struct{}{}:
				go func() {
					defer func() { <-askers }()
					answer(r, log, shut, int(nc.MaxPayload()))
				}()
			default:
				inbox.Refuse(r, "503", "too many requests are waiting; ask again")
			}
		})},
	})
	if err != nil {
		return nil, fmt.Errorf("serve %s: %w", VerdictSubject, err)
	}
	return service, nil
}

// answer answers one request; an answer nobody can be given is dropped, for the asker will ask again.
func answer(r micro.Request, log *ledger.Log, shut func() error, maxPayload int) {
	var asked verdictRequest
	if err := json.Unmarshal(r.Data(), &asked); err != nil || len(asked.StreamSeqs) == 0 {
		inbox.Refuse(r, "400", `ask with {"stream_seqs": [1, 2]}`)
		return
	}
	if len(asked.StreamSeqs) > maxVerdicts {
		inbox.Refuse(r, "413", "at most "+strconv.Itoa(maxVerdicts)+" stream sequences in one request")
		return
	}
	if reason := shut(); reason != nil && log.Position().StreamSeq < slices.Max(asked.StreamSeqs) {
		inbox.Refuse(r, "503", reason.Error())
		return
	}
	verdicts, err := Verdicts(context.Background(), log, asked.StreamSeqs)
	if err != nil {
		inbox.Refuse(r, "500", err.Error())
		return
	}
	body, err := json.Marshal(verdictReply{verdicts})
	if err != nil || len(body) >= maxPayload {
		inbox.Refuse(r, "413", "the answer is too large; ask for fewer")
		return
	}
	_ = r.Respond(body)
}

// AskVerdicts asks the ledger over NATS what became of messages, any number of them.
func AskVerdicts(ctx context.Context, nc *nats.Conn, streamSeqs []uint64) ([]ledger.Verdict, error) {
	verdicts := make([]ledger.Verdict, 0, len(streamSeqs))
	for some := range slices.Chunk(streamSeqs, maxVerdicts) {
		more, err := ask(ctx, nc, some)
		if err != nil {
			return nil, err
		}
		verdicts = append(verdicts, more...)
	}
	return verdicts, nil
}

// ask sends one request, and two halves of it when the answer would be too large for a message.
func ask(ctx context.Context, nc *nats.Conn, streamSeqs []uint64) ([]ledger.Verdict, error) {
	body, err := json.Marshal(verdictRequest{streamSeqs})
	if err != nil {
		return nil, err
	}
	msg, err := request(ctx, nc, body)
	if err != nil {
		return nil, fmt.Errorf("ask for verdicts: %w", err)
	}
	if code := msg.Header.Get(micro.ErrorCodeHeader); code == "413" && len(streamSeqs) > 1 {
		return askHalves(ctx, nc, streamSeqs)
	} else if code != "" {
		return nil, fmt.Errorf("ask for verdicts: %s", msg.Header.Get(micro.ErrorHeader))
	}
	var reply verdictReply
	if err := json.Unmarshal(msg.Data, &reply); err != nil {
		return nil, fmt.Errorf("ask for verdicts: %w", err)
	}
	if len(reply.Results) != len(streamSeqs) {
		return nil, fmt.Errorf("ask for verdicts: asked for %d, got %d", len(streamSeqs), len(reply.Results))
	}
	return reply.Results, nil
}

// request asks once more while no ledger answers, or while it is too busy: it may be starting, or connecting again.
func request(ctx context.Context, nc *nats.Conn, body []byte) (*nats.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, verdictTimeout+answerTimeout)
	defer cancel()
	for patience := time.Now().Add(answerTimeout); ; pause(ctx, retryPause) {
		msg, err := nc.RequestWithContext(ctx, VerdictSubject, body)
		absent := errors.Is(err, nats.ErrNoResponders)
		busy := err == nil && msg.Header.Get(micro.ErrorCodeHeader) == "503"
		if (absent || busy) && time.Now().Before(patience) {
			continue
		}
		if absent {
			return nil, fmt.Errorf("no ledger answers on %s; is zhangben serve running: %w", VerdictSubject, err)
		}
		return msg, err
	}
}

func askHalves(ctx context.Context, nc *nats.Conn, streamSeqs []uint64) ([]ledger.Verdict, error) {
	half := len(streamSeqs) / 2
	first, err := ask(ctx, nc, streamSeqs[:half])
	if err != nil {
		return nil, err
	}
	second, err := ask(ctx, nc, streamSeqs[half:])
	return append(first, second...), err
}
