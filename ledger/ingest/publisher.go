package ingest

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"zhangben/events"
	"zhangben/ledger"
)

// One atomic batch, which shares one sync on the server, is at most this much.
const (
	MaxPublishEvents = 1_000
	MaxPublishBytes  = 4 << 20
)

// storeTimeout is how long the stream may take to acknowledge.
const storeTimeout = 10 * time.Second

// headerRoom is what the headers and the subject of a message may need beside its body, in bytes.
const headerRoom = 1_024

// Publisher puts events into the stream and says what became of them.
type Publisher struct {
	js       jetstream.JetStream
	outcomes OutcomeSource
	header   nats.Header // of the events' origin; nil for events under billing.events
}

// NewPublisher publishes over nc and learns outcomes from a source; nil: it only stores.
func NewPublisher(nc *nats.Conn, outcomes OutcomeSource) (*Publisher, error) {
	js, err := jetstream.New(nc,
		jetstream.WithDefaultTimeout(storeTimeout), jetstream.WithPublishAsyncTimeout(storeTimeout))
	if err != nil {
		return nil, err
	}
	return &Publisher{js: js, outcomes: outcomes}, nil
}

// As returns a publisher of events of an origin, which only the ledger's own user may publish.
func (p *Publisher) As(origin events.Origin) *Publisher {
	return &Publisher{p.js, p.outcomes, origin.Header()}
}

// Post publishes events as Publish does, under the ledger's own subject: they were posted with a token of a name.
func (p *Publisher) Post(ctx context.Context, publisher string, bodies [][]byte) ([]ledger.Outcome, error) {
	return p.As(events.Origin{By: events.OverHTTP, Publisher: publisher}).Publish(ctx, bodies)
}

// Receipt says that an event is durable in the stream, or why it could not be put there.
type Receipt struct {
	Created   string // when the stream was created that the ledger read just before
	StreamSeq uint64
	ID        string            // the event's id as far as it could be read
	Refused   *events.Rejection // too large for the stream: not stored
}

// Publish stores events, each one structured CloudEvent, and waits for the outcome of each, in order. An event stored
// but not decided within 30 seconds has Unknown. Publishing again after an error is safe: what was taken is a
// duplicate.
func (p *Publisher) Publish(ctx context.Context, bodies [][]byte) ([]ledger.Outcome, error) {
	receipts, err := p.Store(ctx, bodies)
	if err != nil {
		return nil, err
	}
	return p.Outcomes(ctx, receipts)
}

// Store puts events into the stream, in order, and returns once they are durable there. A malformed event is stored
// too: its outcome will be a rejection, kept in quarantine. Nothing is stored where no ledger reads its stream.
func (p *Publisher) Store(ctx context.Context, bodies [][]byte) ([]Receipt, error) {
	created, err := p.created(ctx)
	if err != nil {
		return nil, err
	}
	receipts := make([]Receipt, len(bodies))
	var batch []envelope
	size := 0
	for i, body := range bodies {
		e := address(body).posted(p.header)
		e.receipt = &receipts[i]
		e.receipt.ID, e.receipt.Created = e.id, created
		if e.receipt.Refused = p.tooLarge(body); e.receipt.Refused != nil {
			continue
		}
		if len(batch) == MaxPublishEvents || len(batch) > 0 && size+len(body) > MaxPublishBytes {
			if err := p.store(ctx, batch); err != nil {
				return nil, err
			}
			batch, size = batch[:0], 0
		}
		batch, size = append(batch, e), size+len(body)
	}
	return receipts, p.store(ctx, batch)
}

// created asks which stream the ledger reads. Sequences mean nothing in another.
func (p *Publisher) created(ctx context.Context) (string, error) {
	if p.outcomes == nil {
		return "", nil
	}
	id, err := p.outcomes.Stream(ctx)
	if err != nil {
		return "", fmt.Errorf("nothing was published: %w", err)
	}
	return id.Created, nil
}

// Outcomes waits for the outcomes of events that one call of Store has stored, in order.
func (p *Publisher) Outcomes(ctx context.Context, receipts []Receipt) ([]ledger.Outcome, error) {
	var q Question
	for _, r := range receipts {
		if r.Refused == nil {
			q.Created, q.StreamSeqs, q.IDs = r.Created, append(q.StreamSeqs, r.StreamSeq), append(q.IDs, uuidOf(r.ID))
		}
	}
	found, err := p.outcomes.Outcomes(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("the events are stored, but not the verdicts known: %w", err)
	}
	outcomes := make([]ledger.Outcome, len(receipts))
	for i, r := range receipts {
		if r.Refused != nil {
			outcomes[i] = refused(r)
			continue
		}
		outcomes[i], found = found[0], found[1:]
		outcomes[i].ID = cmp.Or(outcomes[i].ID, r.ID)
	}
	return outcomes, nil
}

// uuidOf returns an id as the ledger knows it, "" where it knows none such.
func uuidOf(id string) string {
	parsed, err := uuid.Parse(id)
	if err != nil {
		return ""
	}
	return parsed.String()
}

func refused(r Receipt) ledger.Outcome {
	return ledger.Outcome{
		ID: r.ID, Status: ledger.Refused,
		Code: r.Refused.Code, Pointer: r.Refused.Pointer, Message: r.Refused.Message,
	}
}

// tooLarge refuses here and now what no NATS message can hold. All other bounds are the ledger's to check, so that what
// breaks them is kept in quarantine.
func (p *Publisher) tooLarge(body []byte) *events.Rejection {
	most := p.js.Conn().MaxPayload() - headerRoom
	if int64(len(body)) <= most {
		return nil
	}
	return &events.Rejection{
		Code:    events.CodeTooLarge,
		Message: fmt.Sprintf("%d bytes are more than a message may have (%d); it was not stored", len(body), most),
	}
}
