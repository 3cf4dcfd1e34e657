package bench

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/nats-io/nats.go/jetstream"

	"zhangben/cmd/zhangben/exit"
	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger"
)

// builtLog is a log that was made without a stream's work, in a folder that can be served.
type builtLog struct {
	dir       string
	events    int   // so far: steps add to them
	lineBytes int64 // of the events it was made with as lines of JSON
	pageBytes int64 // of the file then, in use
}

func (l *builtLog) file() string { return filepath.Join(l.dir, ledger.FileName) }

// size measures the pages of the log in use, which hold ids and hashes too, beside the events as lines of JSON.
func (b *session) size(ctx context.Context) error {
	log, err := b.log(ctx, b.Events)
	if err != nil {
		return err
	}
	n := float64(b.Events)
	b.report.add("size of the log", float64(log.pageBytes)/n, "bytes/event", float64(log.lineBytes)/n,
		"the same events as NDJSON")
	return nil
}

// log returns the log of n events. It is as if they had come out of the stream, which was purged since.
func (b *session) log(ctx context.Context, n int) (made *builtLog, err error) {
	if made := b.logs[n]; made != nil {
		return made, nil
	}
	made = &builtLog{dir: filepath.Join(b.root, fmt.Sprintf("log-%d", n)), events: n}
	if err := b.makeLog(ctx, made); err != nil {
		return nil, err
	}
	if made.pageBytes, err = rawSize(made.file()); err != nil {
		return nil, err
	}
	b.logs[n] = made
	return made, nil
}

func (b *session) makeLog(ctx context.Context, made *builtLog) (err error) {
	site, err := openEnvironment(ctx, made.dir, true, b.logger)
	if err != nil {
		return err
	}
	defer site.close()
	if err := site.stream.Purge(ctx, jetstream.WithPurgeSequence(uint64(made.events)+1)); err != nil {
		return err
	}
	log, err := ledger.Open(made.dir, ledger.Options{Logger: b.logger})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	if err := log.Bind(site.stream.Name, site.stream.Created, site.stream.AcceptRecorded); err != nil {
		return err
	}
	made.lineBytes, err = appendGenerated(log, newEventGenerator(1, b.IDs), made.events, site.stream.Created)
	return errors.Join(err, complete(log, made.events))
}

// appendGenerated appends n generated events to an empty log, and counts the bytes of them as lines of JSON.
func appendGenerated(log *ledger.Log, generator *eventGenerator, n int,
	received civil.Instant) (lineBytes int64, err error) {
	const batch = 5_000
	arrivals := make([]ledger.Arrival, 0, batch)
	for seq := 1; seq <= n; seq++ {
		body := generator.next()
		lineBytes += int64(len(body)) + 1
		event, err := events.DecodeJSON(body)
		if err != nil {
			return 0, err
		}
		arrivals = append(arrivals, ledger.Arrival{StreamSeq: uint64(seq), Received: received, Event: event})
		if len(arrivals) == batch || seq == n {
			if _, err := log.Append(arrivals); err != nil {
				return 0, err
			}
			arrivals = arrivals[:0]
		}
	}
	return lineBytes, nil
}

// live opens the log of all events, and the stream that it goes on with.
func (b *session) live(ctx context.Context, fn func(*environment, *ledger.Log) error) (err error) {
	made, err := b.log(ctx, b.Events)
	if err != nil {
		return err
	}
	site, err := openEnvironment(ctx, made.dir, true, b.logger)
	if err != nil {
		return err
	}
	defer site.close()
	log, err := ledger.Open(made.dir, ledger.Options{Logger: b.logger})
	if err != nil {
		return err
	}
	defer func() {
		made.events = int(log.Last())
		err = errors.Join(err, log.Close())
	}()
	return fn(site, log)
}

// read opens the log of all events for reading.
func (b *session) read(ctx context.Context, fn func(*builtLog, *ledger.Log) error) (err error) {
	made, err := b.log(ctx, b.Events)
	if err != nil {
		return err
	}
	log, err := ledger.Open(made.dir, ledger.Options{ReadOnly: true, Logger: b.logger})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	return fn(made, log)
}

// verify checks every byte of the logs that the run made: figures of a log that does not verify are worth nothing.
func (b *session) verify(ctx context.Context) error {
	return filepath.WalkDir(b.root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Name() != ledger.FileName {
			return err
		}
		report, err := ledger.VerifyFile(ctx, path)
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(b.root, filepath.Dir(path))
		if !report.OK() {
			return exit.With(exit.Rejected, fmt.Errorf("%s does not verify: %s: %s", name, report.Problems[0].Where,
				report.Problems[0].What))
		}
		b.report.Verified = append(b.report.Verified, name)
		return nil
	})
}
