package ingest

import (
	"context"
	"encoding/json"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"

	"zhangben/events"
	"zhangben/ledger"
)

// Retry publishes a refused message once more as it was, under the ledger's own subject, and waits for the verdict. Where
// it is in the log then, the refused one is closed. by is the name of the token with which that was asked for. Who
// published the message first stays its publisher.
func (p *Publisher) Retry(ctx context.Context, refused ledger.Rejected, by string) (ledger.Verdict, error) {
	created, err := p.created(ctx)
	if err != nil {
		return ledger.Verdict{}, err
	}
	receipt := Receipt{Created: created}
	if event, _ := events.DecodeMessage(refused.Subject, refused.Header, refused.Body); event != nil {
		receipt.ID = event.ID.String()
	}
	e := envelope{subject: events.Posted(refused.Subject), header: retryHeader(refused), body: refused.Body, receipt: &receipt}
	e.header.Set(events.HeaderRetryOf, strconv.FormatUint(refused.ID, 10))
	e.header.Set(events.HeaderRetryBy, by)
	if err := p.store(ctx, []envelope{e}); err != nil {
		return ledger.Verdict{}, err
	}
	verdicts, err := p.Verdicts(ctx, []Receipt{receipt})
	if err != nil {
		return ledger.Verdict{}, err
	}
	return verdicts[0], nil
}

// retryHeader is the header of a message published once more: the same, but for what belonged to its first publishing, and
// what its publisher had no right to claim.
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

// Dismissal is the event that says that nothing needs to be done about a refused message any more.
func Dismissal(rejectionID uint64, reason string) ([]byte, error) {
	type data struct {
		Account     string `json:"account_id"`
		RejectionID uint64 `json:"rejection_id"`
		Reason      string `json:"reason"`
	}
	body, err := json.Marshal(struct {
		SpecVersion string    `json:"specversion"`
		ID          uuid.UUID `json:"id"`
		Source      string    `json:"source"`
		Type        string    `json:"type"`
		Time        time.Time `json:"time"`
		Data        data      `json:"data"`
	}{"1.0", uuid.Must(uuid.NewV7()), "/zhangben/dismiss", "billing." + events.KindRejectionDismissed.String() + ".v1",
		time.Now(), data{events.All, rejectionID, reason}})
	if err != nil {
		return nil, err
	}
	_, err = events.DecodeJSON(body)
	return body, err
}

// Dismiss publishes that a refused message is dismissed, and waits for the verdict. The error is a *[events.Rejection]
// where the reason is none.
func (p *Publisher) Dismiss(ctx context.Context, rejectionID uint64, reason, by string) (ledger.Verdict, error) {
	body, err := Dismissal(rejectionID, reason)
	if err != nil {
		return ledger.Verdict{}, err
	}
	verdicts, err := p.As(events.Origin{By: events.ByLedger, Publisher: by}).Publish(ctx, [][]byte{body})
	if err != nil {
		return ledger.Verdict{}, err
	}
	return verdicts[0], nil
}
