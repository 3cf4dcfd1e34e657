package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"zhangben/cmd/zhangben/client"
)

// newHealthCommand asks a running server whether it is ready: for containers, scripts and tests.
func newHealthCommand() *cobra.Command {
	var server string
	var ca client.CAPool
	var wait time.Duration
	command := &cobra.Command{
		Use:   "health",
		Short: "Report whether a server is ready",
		Args:  cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			asking, err := ca.HTTPClient()
			if err != nil {
				return err
			}
			defer asking.CloseIdleConnections()
			ctx, cancel := context.WithTimeout(command.Context(), max(wait, 3*time.Second))
			defer cancel()
			if err := client.AwaitReady(ctx, &asking, server, wait > 0); err != nil {
				return err
			}
			fmt.Fprintln(command.OutOrStdout(), "ready")
			return nil
		},
	}
	command.Flags().StringVar(&server, "server", client.DefaultServer, "`URL` of the server")
	addCA(command, &ca)
	command.Flags().DurationVar(&wait, "wait", 0, "go on asking for this long")
	return command
}
