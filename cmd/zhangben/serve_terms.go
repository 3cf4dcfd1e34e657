package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"zhangben/events"
	"zhangben/ledger"
	"zhangben/ledger/ingest"
)

// readTerms reads the file of the terms a new ledger starts with: one terms.published event. Without a file there are
// none, and the default terms hold.
func readTerms(file string) ([]byte, error) {
	if file == "" {
		return nil, nil
	}
	body, err := os.ReadFile(file)
	if err != nil {
		return nil, usagef("--terms: %w", err)
	}
	event, err := events.DecodeJSON(body)
	if err != nil {
		return nil, usagef("--terms %s: %w", file, err)
	}
	if event.Kind() != events.KindTermsPublished {
		return nil, usagef("--terms %s holds %v, not %v", file, event.Kind(), events.KindTermsPublished)
	}
	return body, nil
}

// publishTerms publishes terms as the very first event of a ledger. Later ones are published like any other event.
func publishTerms(ctx context.Context, publisher *ingest.Publisher, stream *ingest.Stream, terms []byte) error {
	if terms == nil || stream.CachedInfo().State.LastSeq > 0 {
		return nil
	}
	verdicts, err := publisher.Publish(ctx, [][]byte{terms})
	if err != nil {
		return fmt.Errorf("--terms: %w", err)
	}
	if v := verdicts[0]; v.Outcome == ledger.Refused {
		return &exitError{exitRejected, errors.New("--terms: " + v.Message)}
	}
	return nil
}
