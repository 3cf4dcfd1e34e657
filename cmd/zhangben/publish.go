package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/input"
	"zhangben/cmd/zhangben/publish"
)

const defaultNATS = "nats://127.0.0.1:4222"

func newPublishCommand() *cobra.Command {
	var server client.NATS
	var asJSON, dryRun bool
	cmd := &cobra.Command{
		Use:   "publish [FILE|-]",
		Short: "Publish events, one JSON object a line, and wait for the ledger's verdict on each",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			in, err := input.Open(cmd.Context(), cmd.InOrStdin(), strings.Join(args, ""))
			if err != nil {
				return err
			}
			defer in.Close()
			to := publish.Output{Out: cmd.OutOrStdout(), Messages: cmd.ErrOrStderr(), JSON: asJSON}
			if dryRun {
				return publish.Preflight(in, to)
			}
			ctx, cancel := context.WithCancelCause(cmd.Context())
			defer cancel(nil)
			nc, err := server.Connect(nats.Name("zhangben publish"), client.StopWhereForbidden(server.User(), cancel))
			if err != nil {
				return fmt.Errorf("%w: is a ledger running there? %s", err, client.StartHint)
			}
			defer nc.Close()
			return publish.Run(ctx, nc, in, to)
		},
	}
	addNATS(cmd, &server, defaultNATS)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one line of JSON for each event")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "say which events would be refused for what they are, and send nothing")
	return cmd
}
