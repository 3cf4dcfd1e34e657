package bench

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"zhangben/cmd/zhangben/server/natsserver"
	"zhangben/ledger"
	"zhangben/ledger/ingest"
)

// environment is a NATS server on loopback TCP with the stream in it.
type environment struct {
	dir    string
	server *natsserver.Server
	conn   *nats.Conn
	js     jetstream.JetStream
	stream *ingest.Stream
}

// openEnvironment opens the environment of a folder, and makes it where there is none. With syncEvery the stream syncs
// to disk before it acknowledges.
func openEnvironment(ctx context.Context, dir string, syncEvery bool, logger *slog.Logger) (s *environment, err error) {
	s = &environment{dir: dir}
	defer func() {
		if err != nil {
			s.close()
		}
	}()
	if s.server, err = natsserver.Start(natsserver.Options{Dir: dir, Listen: "127.0.0.1:0", SyncAlways: syncEvery},
		logger); err != nil {
		return s, err
	}
	if s.conn, err = s.server.Connect(nats.Name("zhangben bench")); err != nil {
		return s, err
	}
	if s.js, err = jetstream.New(s.conn); err != nil {
		return s, err
	}
	s.stream, err = ingest.EnsureStream(ctx, s.js, ingest.StreamOptions{MaxBytes: 16 << 30})
	return s, err
}

func (s *environment) close() {
	if s == nil {
		return
	}
	if s.conn != nil {
		s.conn.Close()
	}
	if s.server != nil {
		s.server.Stop()
	}
}

// filled returns an environment whose stream holds n events with ids of a version.
func (b *session) filled(ctx context.Context, n int, ids string) (*environment, error) {
	dir := filepath.Join(b.root, fmt.Sprintf("stream-%d-%s", n, ids))
	if site := b.environments[dir]; site != nil {
		return site, nil
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		if err := b.fill(ctx, dir, n, ids); err != nil {
			return nil, err
		}
	}
	site, err := openEnvironment(ctx, dir, true, b.logger)
	if err == nil {
		b.environments[dir] = site
	}
	return site, err
}

// fill makes an environment with events in its stream, some at a time, and all of them synced in the end at once: what
// is measured comes later.
func (b *session) fill(ctx context.Context, dir string, n int, ids string) error {
	const some = 100_000
	site, err := openEnvironment(ctx, dir, false, b.logger)
	if err != nil {
		return err
	}
	generator := newEventGenerator(1, ids)
	for left := n; left > 0 && err == nil; left -= some {
		err = site.publish(ctx, generator.eventsAsJSON(min(left, some)))
	}
	site.close()
	return errors.Join(err, eachFile(dir, (*os.File).Sync))
}

// eachFile opens every file in a folder and beneath it.
func eachFile(dir string, fn func(*os.File) error) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		return errors.Join(fn(file), file.Close())
	})
}

// publishers is how many store batches side by side: a stream stores more while it waits for the disk less.
const publishers = 4

// publish stores bodies in atomic batches, each publisher's durable one after the other.
func (s *environment) publish(ctx context.Context, bodies [][]byte) error {
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

// follow copies the stream into log until stop is called, which returns the error that copying ended with. The context
// that it returns ends with the copying.
func (s *environment) follow(ctx context.Context, log *ledger.Log,
	logger *slog.Logger) (copying context.Context, stop func() error) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() {
		defer cancel()
		ended <- ingest.Run(ctx, s.js, log, ingest.Options{Logger: logger})
	}()
	return ctx, func() error {
		cancel()
		return <-ended
	}
}

// copyTo copies the stream into log, and returns how long it took up to each mark, a number of messages, from the one
// before.
func (s *environment) copyTo(ctx context.Context, log *ledger.Log, logger *slog.Logger,
	marks ...int) (took []time.Duration, err error) {
	start := time.Now()
	ctx, stop := s.follow(ctx, log, logger)
	for _, mark := range marks {
		if err = log.Wait(ctx, uint64(mark)); err != nil {
			break
		}
		took = append(took, time.Since(start))
		start = time.Now()
	}
	return took, errors.Join(err, stop())
}
