package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/render"
	"zhangben/cmd/zhangben/stream"
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

// streamFlags say where the stream is, and how it is printed.
type streamFlags struct {
	from readFlags
	nats client.NATS
}

func (f *streamFlags) add(cmd *cobra.Command) {
	f.from.add(cmd)
	addNATS(cmd, &f.nats, "")
	cmd.Flags().Lookup("data").Usage = "`folder` that no server has"
}

func (f *streamFlags) tool() *stream.Tool { return &stream.Tool{Source: f.from.Options, NATS: f.nats} }

func newStreamStatusCommand() *cobra.Command {
	var flags streamFlags
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Compare the stream with the log's position, and tell how full it is",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			status, err := flags.tool().Status(cmd.Context(), cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			return printStream(cmd.OutOrStdout(), &status, flags.from.asJSON)
		},
	}
	flags.add(cmd)
	return cmd
}

// printStream prints the status. It fails with exit code 3 where the log cannot go on with the stream.
func printStream(w io.Writer, s *ingest.Status, asJSON bool) (err error) {
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
		Short: "Go on with a stream created again or rolled back, keeping the log",
		Long: `Tells the log to go on with the stream there is, from the stream's beginning: what the log has already
will be duplicates. Do it when the stream was lost or rolled back, and its storage cannot be restored.
Where the stream is the right one but has lost messages that come next, they are put into quarantine, without
what they said, and the log goes on after them.
It works with a running server, which halted, or on a data folder that no server has open. Where the stream is
the right one and whole, nothing changes.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			status, err := flags.tool().Adopt(cmd.Context(), cmd.ErrOrStderr())
			if err != nil {
				return err
			}
			return printStream(cmd.OutOrStdout(), &status, flags.from.asJSON)
		},
	}
	flags.add(cmd)
	return cmd
}

func newStreamPurgeCommand() *cobra.Command {
	var flags streamFlags
	var backup string
	cmd := &cobra.Command{
		Use:   "purge --backup FILE",
		Short: "Cut off the messages of the stream that a backup holds",
		Long: `Verifies the backup, makes sure that it is one of this ledger, and cuts off the messages of the stream up
to the last one that it holds. Keep the backup: who loses the log needs it, or a later one, to restore.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			purged, err := flags.tool().Purge(cmd.Context(), backup, cmd.ErrOrStderr())
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
