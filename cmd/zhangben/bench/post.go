package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"zhangben/ledger"
	"zhangben/ledger/ingest"
	"zhangben/projections/api"
)

// post measures one event at a time over HTTP, each durable in the stream and in the log before the answer, beside a
// write of 4 KiB made durable once: what half of them do not exceed, and 99 of a hundred.
func (b *session) post(ctx context.Context) error {
	return b.live(ctx, func(site *environment, log *ledger.Log) (err error) {
		ctx, stop := site.follow(ctx, log, b.logger)
		defer func() { err = errors.Join(err, stop()) }()
		publisher, err := ingest.NewPublisher(site.conn, &ingest.LogOutcomes{Log: log})
		if err != nil {
			return err
		}
		server, err := serveAnswers(api.Config{
			Log: log, Publish: publisher.Post, Logger: b.logger, Now: api.Now, Context: ctx,
		})
		if err != nil {
			return err
		}
		defer server.close()
		return b.postTo(server)
	})
}

func (b *session) postTo(server *apiServer) error {
	medians, err := byTurns(
		func() ([]time.Duration, error) { return twoPercentiles(rawSync(b.root, b.Posts)) },
		func() ([]time.Duration, error) {
			return twoPercentiles(postEach(server.client, b.more.eventsAsJSON(b.Posts)))
		})
	if err != nil {
		return err
	}
	for i, name := range []string{"post one event at a time, p50", "post one event at a time, p99"} {
		b.report.addTime(name, medians[1][i], medians[0][i], "a write of 4 KiB and fdatasync")
	}
	return nil
}

// twoPercentiles are the 50th and the 99th.
func twoPercentiles(all []time.Duration, err error) ([]time.Duration, error) {
	if err != nil {
		return nil, err
	}
	return []time.Duration{percentile(all, 50), percentile(all, 99)}, nil
}

// postEach posts events one after the other, wants each taken, and returns what each took.
func postEach(client *client, bodies [][]byte) ([]time.Duration, error) {
	took := make([]time.Duration, len(bodies))
	for i, body := range bodies {
		start := time.Now()
		answer, err := client.post("/v1/events", body)
		took[i] = time.Since(start)
		if err != nil {
			return nil, err
		}
		if !bytes.Contains(answer, []byte(`"appended"`)) {
			return nil, fmt.Errorf("an event was not appended: %s", answer)
		}
	}
	return took, nil
}
