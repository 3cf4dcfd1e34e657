package ingest

import (
	"context"
	"maps"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go"

	"zhangben/events"
	"zhangben/ledger"
)

// Retry publishes a refused message once more as it was, under the ledger's own subject, and waits for the outcome.
// Where it is in the log then, the refused one is closed. by is the name of the token with which that was asked for.
// Who published the message first stays its publisher.
func (p *Publisher) Retry(ctx context.Context, refused ledger.Rejected, by string) (ledger.Outcome, error) {
	created, err := p.created(ctx)
	if err != nil {
		return ledger.Outcome{}, err
	}
	receipt := Receipt{Created: created}
	if event, _ := events.DecodeMessage(refused.Subject, refused.Header, refused.Body); event != nil {
		receipt.ID = event.ID.String()
	}
	e := envelope{
		subject: events.Posted(refused.Subject), header: retryHeader(refused), body: refused.Body, receipt: &receipt,
	}
	e.header.Set(events.HeaderRetryOf, strconv.FormatUint(refused.ID, 10))
	e.header.Set(events.HeaderRetryBy, by)
	if err := p.store(ctx, []envelope{e}); err != nil {
		return ledger.Outcome{}, err
	}
	outcomes, err := p.Outcomes(ctx, []Receipt{receipt})
	if err != nil {
		return ledger.Outcome{}, err
	}
	return outcomes[0], nil
}

// retryHeader is the header of a message published once more: the same, but for what belonged to its first publishing,
// and what its publisher had no right to claim.
func retryHeader(refused ledger.Rejected) nats.Header {
	h := make(nats.Header, len(refused.Header)+2)
	for name, values := range refused.Header {
		if lower := strings.ToLower(name); !strings.HasPrefix(lower, "nats-") && !strings.HasPrefix(lower, "zhangben-") {
			h[name] = values
		}
	}
	maps.Copy(h, events.OriginOf(refused.Subject, refused.Header).Header())
	return h
}
