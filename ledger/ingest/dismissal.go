package ingest

import (
	"context"
	"time"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger"
)

// Dismissal is the event that says that nothing needs to be done about a refused message any more.
func Dismissal(rejectionID uint64, reason string) ([]byte, error) {
	event := events.Event{
		ID: uuid.Must(uuid.NewV7()), Source: "/zhangben/dismiss", Time: civil.Of(time.Now()), Account: events.All,
		Data: &events.RejectionDismissed{RejectionID: rejectionID, Reason: reason},
	}
	body := event.AppendJSON(nil)
	_, err := events.DecodeJSON(body)
	return body, err
}

// Dismiss publishes that a refused message is dismissed, and waits for the outcome. The error is a *[events.Rejection]
// where the reason is none.
func (p *Publisher) Dismiss(ctx context.Context, rejectionID uint64, reason, by string) (ledger.Outcome, error) {
	body, err := Dismissal(rejectionID, reason)
	if err != nil {
		return ledger.Outcome{}, err
	}
	outcomes, err := p.As(events.Origin{By: events.ByLedger, Publisher: by}).Publish(ctx, [][]byte{body})
	if err != nil {
		return ledger.Outcome{}, err
	}
	return outcomes[0], nil
}
