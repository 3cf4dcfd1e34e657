// Package stream looks at the stream of a ledger and repairs it, whether a server runs or not.
package stream

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/server"
	"zhangben/cmd/zhangben/server/natsserver"
	"zhangben/ledger"
	"zhangben/ledger/ingest"
)

// Tool works through a running server, or with the log of a data folder that no server has, whose stream is in the
// folder or on a NATS server outside.
type Tool struct {
	Source client.Options
	NATS   client.NATS // its URL is "" where the stream is in the folder
}

// stopped reports whether a folder is meant that no server has. Where none is named it is the usual one, if it is
// there.
func (t *Tool) stopped() bool {
	if t.Source.Data != "" || t.Source.Server != "" {
		return t.Source.Data != ""
	}
	log, err := ledger.Open(server.DefaultData, ledger.Options{ReadOnly: true})
	if err != nil {
		return false
	}
	return log.Close() == nil
}

// Action does something with the stream and the log of a folder.
type Action func(ctx context.Context, js jetstream.JetStream, log *ledger.Log) error

// Use opens the folder's log and its stream, and has something done with them. An embedded NATS server takes no other
// connection meanwhile.
func (t *Tool) Use(ctx context.Context, act Action) (err error) {
	data := cmp.Or(t.Source.Data, server.DefaultData)
	if _, err := os.Stat(filepath.Join(data, ledger.FileName)); errors.Is(err, fs.ErrNotExist) {
		return client.Advise(ledger.ErrNoLedger) // opening it would make one
	}
	log, err := ledger.Open(data, ledger.Options{})
	if err != nil {
		return client.Advise(err)
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	nc, stop, err := t.connect(data)
	if err != nil {
		return err
	}
	defer stop()
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	return act(ctx, js, log)
}

// connect connects to the server outside, or starts the embedded one for this process alone.
func (t *Tool) connect(data string) (*nats.Conn, func(), error) {
	if t.NATS.URL != "" {
		nc, err := t.NATS.Connect(nats.Name("zhangben stream"))
		if err != nil {
			return nil, nil, err
		}
		return nc, nc.Close, nil
	}
	options := natsserver.Options{Dir: data, Listen: server.DefaultNATS, SyncAlways: true, Private: true}
	inside, err := natsserver.Start(options, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, nil, err
	}
	nc, err := inside.Connect(nats.Name("zhangben stream"))
	if err != nil {
		inside.Stop()
		return nil, nil, fmt.Errorf("connect to the embedded NATS server: %w", err)
	}
	return nc, func() { nc.Close(); inside.Stop() }, nil
}

// ask has the running server answer into a value.
func (t *Tool) ask(ctx context.Context, stderr io.Writer, method, path string, body, into any) error {
	source, err := t.Source.Open(stderr)
	if err != nil {
		return err
	}
	defer source.Close()
	return source.Ask(ctx, method, path, body, into)
}

// Status compares the stream with the log.
func (t *Tool) Status(ctx context.Context, stderr io.Writer) (status ingest.Status, err error) {
	if !t.stopped() {
		err = t.ask(ctx, stderr, http.MethodGet, "/v1/stream", nil, &status)
		return status, err
	}
	err = t.Use(ctx, func(ctx context.Context, js jetstream.JetStream, log *ledger.Log) (err error) {
		status, err = ingest.Inspect(ctx, js, log)
		return err
	})
	return status, err
}

// Adopt has the log go on with the stream that is there.
func (t *Tool) Adopt(ctx context.Context, stderr io.Writer) (status ingest.Status, err error) {
	if !t.stopped() {
		err = t.ask(ctx, stderr, http.MethodPost, "/v1/stream/adopt", nil, &status)
		return status, err
	}
	err = t.Use(ctx, func(ctx context.Context, js jetstream.JetStream, log *ledger.Log) error {
		stream, err := ingest.FindStream(ctx, js)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			return fmt.Errorf("%w: zhangben serve makes one; adopt it then", err)
		}
		if err != nil {
			return err
		}
		if err := server.AdoptStream(ctx, log, stream); err != nil {
			return err
		}
		status, err = ingest.Inspect(ctx, js, log)
		return err
	})
	return status, err
}

// Purge cuts off the messages that a backup holds, once the backup has verified.
func (t *Tool) Purge(ctx context.Context, backup string, stderr io.Writer) (purged ingest.Purged, err error) {
	report, err := ledger.VerifyFile(ctx, backup)
	switch {
	case err != nil:
		return purged, exit.Unverified(err)
	case !report.OK():
		err = fmt.Errorf("the backup did not verify: %d problems; nothing was purged", len(report.Problems))
		return purged, exit.With(exit.Rejected, err)
	}
	held := ingest.HeldBy(&report)
	if !t.stopped() {
		err = t.ask(ctx, stderr, http.MethodPost, "/v1/stream/purge", held, &purged)
		return purged, err
	}
	err = t.Use(ctx, func(ctx context.Context, js jetstream.JetStream, log *ledger.Log) (err error) {
		purged, err = ingest.Purge(ctx, js, log, held)
		return err
	})
	return purged, err
}
