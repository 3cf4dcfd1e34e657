package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"

	"github.com/nats-io/nats.go"
	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/server"
	"zhangben/cmd/zhangben/server/natsserver"
	"zhangben/ledger"
	"zhangben/ledger/ingest"
)

// demoOptions is what demo can be told.
type demoOptions struct {
	http, nats string // addresses; "" takes the usual one, or a free one where that is taken
	once       bool
	asJSON     bool
	verbose    bool
}

func newDemoCommand() *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Serve a year of sample contracts from a temporary folder",
		Long: "Starts a ledger in a temporary folder, publishes the events of a year of sample contracts to it over NATS, as if\n" +
			"they had been recorded over that year, and serves them until it is interrupted. Then the folder is removed.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return demo(cmd, o) },
	}
	flags := cmd.Flags()
	flags.StringVar(&o.http, "http", "", "`address` of the HTTP server (default "+server.DefaultHTTP+", or a free port where that is taken)")
	flags.StringVar(&o.nats, "nats-listen", "", "`address` of the NATS server (default "+server.DefaultNATS+", or a free port where that is taken)")
	flags.BoolVar(&o.once, "once", false, "stop as soon as everything is published and printed, for trying it in scripts")
	flags.BoolVar(&o.asJSON, "json", false, "print addresses, contracts and commands as JSON")
	flags.BoolVarP(&o.verbose, "verbose", "v", false, "write diagnostics")
	return cmd
}

// demo serves the sample contracts until its context ends.
func demo(cmd *cobra.Command, o demoOptions) (err error) {
	stories, err := readStories()
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "zhangben-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()

	ctx, stop := context.WithCancel(cmd.Context())
	defer stop()
	var told error
	options := o.serveOptions(folder)
	options.Started = func(at server.Endpoints) {
		if told = o.tell(ctx, cmd, stories, at); told != nil || o.once {
			stop()
		}
	}
	return errors.Join(server.Run(ctx, options, o.logger(cmd)), told)
}

// serveOptions is a ledger that believes recordedtime: the stories tell when it learned of what.
func (o *demoOptions) serveOptions(folder string) server.Config {
	return server.Config{
		Data:     folder,
		HTTP:     server.HTTPConfig{Listen: usualOrFree(o.http, server.DefaultHTTP)},
		Embedded: natsserver.Options{Listen: usualOrFree(o.nats, server.DefaultNATS)},
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

// logger keeps silent about what goes well: the demo says that itself.
func (o *demoOptions) logger(cmd *cobra.Command) *slog.Logger {
	if o.verbose {
		return newLogger(cmd.ErrOrStderr(), false, true)
	}
	return slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// tell publishes the stories as anybody would, over NATS, and says what there is to see.
func (o *demoOptions) tell(ctx context.Context, cmd *cobra.Command, stories []story, at server.Endpoints) error {
	bodies, err := recordings(stories)
	if err != nil {
		return err
	}
	if err := publishAll(ctx, at.NATS, bodies); err != nil {
		return err
	}
	return newDemoReport(stories, len(bodies), at).print(cmd.OutOrStdout(), o.asJSON, o.once)
}

// publishAll publishes events and wants every one of them to get into the log.
func publishAll(ctx context.Context, url string, bodies [][]byte) error {
	nc, err := nats.Connect(url, nats.Name("zhangben demo"))
	if err != nil {
		return fmt.Errorf("connect to %s: %w", url, err)
	}
	defer nc.Close()
	publisher, err := ingest.NewPublisher(nc, ingest.NATSJudge{Conn: nc})
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
