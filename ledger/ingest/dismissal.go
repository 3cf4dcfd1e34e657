package ingest

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/ledger"
)

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
