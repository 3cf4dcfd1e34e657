package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"zhangben/ledger"
	"zhangben/ledger/ingest"
)

// benchSite is a NATS server on loopback TCP with the stream in it, which syncs to disk before it acknowledges.
type benchSite struct {
	server *embedded
	conn   *nats.Conn
	js     jetstream.JetStream
	stream *ingest.Stream
}

// openSite makes a site in an empty folder.
func openSite(ctx context.Context, dir string, logger *slog.Logger) (s *benchSite, err error) {
	s = new(benchSite)
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if s.server, err = startEmbedded(embeddedOptions{dataDir: dir, listen: "127.0.0.1:0", syncEvery: true}, logger); err != nil {
		return s, err
	}
	if s.conn, err = s.server.connect(nats.Name("zhangben bench")); err != nil {
		return s, err
	}
	if s.js, err = jetstream.New(s.conn); err != nil {
		return s, err
	}
	s.stream, err = ingest.EnsureStream(ctx, s.js, ingest.StreamOptions{MaxBytes: 16 << 30})
	return s, err
}

func (s *benchSite) close() {
	if s == nil {
		return
	}
	if s.conn != nil {
		s.conn.Close()
	}
	if s.server != nil {
		s.server.stop()
	}
}

// publishers is how many store batches side by side: a stream takes in more while it waits for the disk less.
const publishers = 4

// publish stores bodies in atomic batches, each publisher's durable one after the other.
func (s *benchSite) publish(ctx context.Context, bodies [][]byte) error {
	publisher, err := ingest.NewPublisher(s.conn, nil)
	if err != nil {
		return err
	}
	batches := slices.Collect(slices.Chunk(bodies, ingest.MaxPublishEvents))
	ended := make(chan error, publishers)
	for first := range publishers {
		go func() {
			var err error
			for i := first; i < len(batches) && err == nil; i += publishers {
				_, err = publisher.Store(ctx, batches[i])
			}
			ended <- err
		}()
	}
	for range publishers {
		err = errors.Join(err, <-ended)
	}
	return err
}

// follow copies the stream into log until stop is called, which gives the error copying ended with.
func (s *benchSite) follow(ctx context.Context, log *ledger.Log, logger *slog.Logger) (stop func() error) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- ingest.Run(ctx, s.js, log, ingest.Options{Logger: logger}) }()
	return func() error {
		cancel()
		return <-ended
	}
}

// drain copies count messages of the stream into an empty log in dir, and closes it.
func (s *benchSite) drain(ctx context.Context, dir string, count int, logger *slog.Logger) (took time.Duration, err error) {
	log, err := ledger.Open(dir, ledger.Options{Logger: logger})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	start := time.Now()
	stop := s.follow(ctx, log, logger)
	err = log.Wait(ctx, uint64(count))
	took = time.Since(start)
	return took, errors.Join(err, stop(), complete(log, count))
}

// complete checks that nothing was refused: the events are all valid.
func complete(log *ledger.Log, count int) error {
	if int(log.Last()) != count {
		return fmt.Errorf("the log has %d events instead of %d", log.Last(), count)
	}
	return nil
}
