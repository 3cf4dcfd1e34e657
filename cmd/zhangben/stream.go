package main

import (
	"cmp"
	"context"
	"encoding/json"
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
	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/render"
	"zhangben/cmd/zhangben/server"
	"zhangben/cmd/zhangben/server/natsserver"
	"zhangben/ledger"
	"zhangben/ledger/ingest"
)

func newStreamCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "stream",
		Short: "Look at the stream, adopt another, purge what a backup holds",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newStreamStatusCommand(), newStreamAdoptCommand(), newStreamPurgeCommand())
	return cmd
}

// streamFlags say where the stream is: with a running server, or in a data folder that nobody serves, whose stream is in
// the folder or on a NATS server outside.
type streamFlags struct {
	from    readFlags
	outside client.NATS
}

func (f *streamFlags) add(cmd *cobra.Command) {
	f.from.add(cmd)
	addNATS(cmd, &f.outside, "")
	cmd.Flags().Lookup("data").Usage = "`folder` that nobody serves now"
}

// stopped tells whether a folder is meant that nobody serves. Without flags it is, if there is one.
func (f *streamFlags) stopped() bool {
	if f.from.Data != "" || f.from.Server != "" {
		return f.from.Data != ""
	}
	log, err := ledger.Open(server.DefaultData, ledger.Options{ReadOnly: true})
	if err != nil {
		return false
	}
	return log.Close() == nil
}

// streamTool does something with the stream of a folder that nobody serves.
type streamTool func(ctx context.Context, js jetstream.JetStream, log *ledger.Log) error

// use opens the folder's log and its stream. An embedded NATS server listens to nobody else meanwhile.
func (f *streamFlags) use(ctx context.Context, tool streamTool) (err error) {
	data := cmp.Or(f.from.Data, server.DefaultData)
	if _, err := os.Stat(filepath.Join(data, ledger.FileName)); errors.Is(err, fs.ErrNotExist) {
		return client.Advise(ledger.ErrNoLedger) // opening it would make one
	}
	log, err := ledger.Open(data, ledger.Options{})
	if err != nil {
		return client.Advise(err)
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	nc, stop, err := f.connect(data)
	if err != nil {
		return err
	}
	defer stop()
	js, err := jetstream.New(nc)
	if err != nil {
		return err
	}
	return tool(ctx, js, log)
}

// connect connects to the server outside, or starts the embedded one for this process alone.
func (f *streamFlags) connect(data string) (*nats.Conn, func(), error) {
	if f.outside.URL != "" {
		nc, err := f.outside.Connect(nats.Name("zhangben stream"))
		if err != nil {
			return nil, nil, err
		}
		return nc, nc.Close, nil
	}
	inside, err := natsserver.Start(natsserver.Options{Dir: data, Listen: server.DefaultNATS, SyncAlways: true, Private: true}, slog.New(slog.DiscardHandler))
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
func (f *streamFlags) ask(ctx context.Context, stderr io.Writer, method, path string, body, into any) error {
	source, err := f.from.Open(stderr)
	if err != nil {
		return err
	}
	defer source.Close()
	return source.Ask(ctx, method, path, body, into)
}

// status finds out how the stream is.
func (f *streamFlags) status(ctx context.Context, stderr io.Writer) (status ingest.Status, err error) {
	if !f.stopped() {
		err = f.ask(ctx, stderr, http.MethodGet, "/v1/stream", nil, &status)
		return status, err
	}
	err = f.use(ctx, func(ctx context.Context, js jetstream.JetStream, log *ledger.Log) (err error) {
		status, err = ingest.Inspect(ctx, js, log)
		return err
	})
	return status, err
}

func newStreamStatusCommand() *cobra.Command {
	var flags streamFlags
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Compare the stream with the log's position, and tell how full it is",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			status, err := flags.status(cmd.Context(), cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			return tellStream(cmd.OutOrStdout(), &status, flags.from.asJSON)
		},
	}
	flags.add(cmd)
	return cmd
}

// tellStream prints the status. It fails with exit code 3 where the log cannot go on with the stream.
func tellStream(w io.Writer, s *ingest.Status, asJSON bool) (err error) {
	if asJSON {
		err = json.NewEncoder(w).Encode(s)
	} else {
		err = render.Stream(w, s)
	}
	if err == nil && !s.OK() {
		err = exit.With(exit.Rejected, fmt.Errorf("%s: %s", s.What, s.Remedy))
	}
	return err
}

func newStreamAdoptCommand() *cobra.Command {
	var flags streamFlags
	cmd := &cobra.Command{
		Use:   "adopt",
		Short: "Go on with a stream made anew, or rolled back, keeping the log",
		Long: "Tells the log to go on with the stream there is, from the stream's beginning: what the log has already will be\n" +
			"duplicates. Do it when the stream was lost or rolled back for good, and its storage cannot be restored.\n" +
			"Where the stream is the right one but has lost messages that come next, they are put into quarantine, without what\n" +
			"they said, and the log goes on after them.\n" +
			"It works with a running server, which halted, or on a data folder that nobody serves. Where the stream is the right\n" +
			"one and whole, nothing changes.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			status, err := flags.adopt(cmd.Context(), cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			return tellStream(cmd.OutOrStdout(), &status, flags.from.asJSON)
		},
	}
	flags.add(cmd)
	return cmd
}

func (f *streamFlags) adopt(ctx context.Context, stderr io.Writer) (status ingest.Status, err error) {
	if !f.stopped() {
		err = f.ask(ctx, stderr, http.MethodPost, "/v1/stream/adopt", nil, &status)
		return status, err
	}
	err = f.use(ctx, func(ctx context.Context, js jetstream.JetStream, log *ledger.Log) error {
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

func newStreamPurgeCommand() *cobra.Command {
	var flags streamFlags
	var backup string
	cmd := &cobra.Command{
		Use:   "purge --backup FILE",
		Short: "Cut off the messages of the stream that a backup holds",
		Long: "Verifies the backup, makes sure that it is one of this ledger, and cuts off the messages of the stream up to the last\n" +
			"one that it holds. Keep the backup: who loses the log needs it, or a later one, to restore.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			purged, err := flags.purge(cmd.Context(), backup, cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			if flags.from.asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(purged)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "purged %d messages, up to %d\n", purged.Messages, purged.Through)
			return err
		},
	}
	flags.add(cmd)
	cmd.Flags().StringVar(&backup, "backup", "", "`file` of a backup of this ledger")
	_ = cmd.MarkFlagRequired("backup")
	return cmd
}

func (f *streamFlags) purge(ctx context.Context, backup string, stderr io.Writer) (purged ingest.Purged, err error) {
	report, err := ledger.VerifyFile(ctx, backup, ledger.VerifyOptions{})
	switch {
	case err != nil:
		return purged, unverified(err)
	case !report.OK():
		return purged, exit.With(exit.Rejected, fmt.Errorf("the backup did not verify: %d problems; nothing was purged", len(report.Problems)))
	}
	held := ingest.HeldBy(&report)
	if !f.stopped() {
		err = f.ask(ctx, stderr, http.MethodPost, "/v1/stream/purge", held, &purged)
		return purged, err
	}
	err = f.use(ctx, func(ctx context.Context, js jetstream.JetStream, log *ledger.Log) (err error) {
		purged, err = ingest.Purge(ctx, js, log, held)
		return err
	})
	return purged, err
}
