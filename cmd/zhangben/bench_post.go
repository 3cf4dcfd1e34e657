package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"zhangben/events/civil"
	"zhangben/ledger"
	"zhangben/ledger/ingest"
	"zhangben/projections/api"
)

// post measures one event at a time over HTTP, each durable in the stream and in the log before the answer, beside a
// write of 4 KiB made durable once.
func (b *bench) post(ctx context.Context) (err error) {
	log, err := ledger.Open(b.wholeDir(), ledger.Options{Logger: b.logger})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	stop := b.whole.follow(ctx, log, b.logger)
	defer func() { err = errors.Join(err, stop()) }()
	url, closeServer, err := b.serveHTTP(log)
	if err != nil {
		return err
	}
	defer closeServer()
	generator := newEventGenerator(2, b.ids == "v4")
	bare, took, err := sideBySide(
		func(int) (time.Duration, error) { return rawSync(b.root, b.posts) },
		func(int) (time.Duration, error) {
			return postEach(ctx, url+"/v1/events", generator.eventsAsJSON(b.posts))
		})
	b.report.add("post one event at a time", perSecond(b.posts, took), "events/s",
		perSecond(b.posts, bare), "a write of 4 KiB and fdatasync")
	return err
}

// serveHTTP serves the log on loopback as zhangben serve does.
func (b *bench) serveHTTP(log *ledger.Log) (url string, closeServer func() error, err error) {
	publisher, err := ingest.NewPublisher(b.whole.conn, func(ctx context.Context, streamSeqs []uint64) ([]ledger.Verdict, error) {
		return ingest.Verdicts(ctx, log, streamSeqs)
	})
	if err != nil {
		return "", nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{ReadHeaderTimeout: time.Second, Handler: api.New(api.Config{
		Log: log, Publish: publisher.Publish, Logger: b.logger,
		Now: func() civil.Instant { return civil.Of(time.Now()) },
	})}
	go func() { _ = server.Serve(listener) }()
	return "http://" + listener.Addr().String(), server.Close, nil
}

// postEach posts events one after the other over one connection, and wants each taken.
func postEach(ctx context.Context, url string, bodies [][]byte) (time.Duration, error) {
	start := time.Now()
	for _, body := range bodies {
		if err := postOne(ctx, url, body); err != nil {
			return 0, err
		}
	}
	return time.Since(start), nil
}

func postOne(ctx context.Context, url string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/cloudevents+json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	answer, err := io.ReadAll(response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return err
	}
	if !bytes.Contains(answer, []byte(`"appended"`)) {
		return fmt.Errorf("an event was not appended: %s: %s", response.Status, answer)
	}
	return nil
}
