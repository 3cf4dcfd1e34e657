// Package demo serves a year of sample contracts from a temporary folder.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"

	"github.com/nats-io/nats.go"

	"zhangben/cmd/zhangben/server"
	"zhangben/cmd/zhangben/server/natsserver"
	"zhangben/ledger"
	"zhangben/ledger/ingest"
)

// Options are the options of demo.
type Options struct {
	HTTP, NATS string // addresses; "" takes the usual one, or a free one where that is taken
	Once       bool   // stop as soon as everything is published and printed
	JSON       bool
}

// Run publishes the stories to a ledger in a temporary folder, prints what there is to see, and serves it until ctx
// ends.
func Run(ctx context.Context, o Options, out io.Writer, logger *slog.Logger) (err error) {
	stories, err := readStories()
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "zhangben-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()

	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var failed error
	config := o.serverConfig(folder)
	config.Started = func(at server.Endpoints) {
		if failed = o.publish(ctx, out, stories, at); failed != nil || o.Once {
			stop()
		}
	}
	return errors.Join(server.Run(ctx, config, logger), failed)
}

// serverConfig is that of a ledger that believes recordedtime: the stories say when it learned of each event.
func (o *Options) serverConfig(folder string) server.Config {
	return server.Config{
		Data:     folder,
		HTTP:     server.HTTPConfig{Listen: usualOrFree(o.HTTP, server.DefaultHTTP)},
		Embedded: natsserver.Options{Listen: usualOrFree(o.NATS, server.DefaultNATS)},
		Stream:   ingest.StreamOptions{AcceptRecorded: true},
	}
}

// usualOrFree takes the address asked for, or the usual one, or one with a free port where that is taken.
func usualOrFree(asked, usual string) string {
	if asked != "" {
		return asked
	}
	listener, err := net.Listen("tcp", usual)
	if err != nil {
		return "127.0.0.1:0"
	}
	_ = listener.Close()
	return usual
}

// publish publishes the stories as anybody would, over NATS, and prints what there is to see.
func (o *Options) publish(ctx context.Context, out io.Writer, stories []story, at server.Endpoints) error {
	bodies, err := recordings(stories)
	if err != nil {
		return err
	}
	if err := publishAll(ctx, at.NATS, bodies); err != nil {
		return err
	}
	return newReport(stories, len(bodies), at).print(out, o.JSON, o.Once)
}

// publishAll publishes events and wants every one of them to get into the log.
func publishAll(ctx context.Context, url string, bodies [][]byte) error {
	nc, err := nats.Connect(url, nats.Name("zhangben demo"))
	if err != nil {
		return fmt.Errorf("connect to %s: %w", url, err)
	}
	defer nc.Close()
	publisher, err := ingest.NewPublisher(nc, ingest.NATSOutcomes{Conn: nc})
	if err != nil {
		return err
	}
	verdicts, err := publisher.Publish(ctx, bodies)
	if err != nil {
		return err
	}
	for i, v := range verdicts {
		if v.Status != ledger.Appended {
			return fmt.Errorf("%s: %s %s %s %s", bodies[i], v.Status, v.Code, v.Pointer, v.Message)
		}
	}
	return nil
}
