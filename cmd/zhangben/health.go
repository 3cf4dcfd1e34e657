package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

// newHealthCommand asks a running server whether it is ready: for containers, scripts and tests.
func newHealthCommand() *cobra.Command {
	var server string
	var ca trust
	var wait time.Duration
	command := &cobra.Command{
		Use:   "health",
		Short: "Tell whether a server is ready",
		Args:  cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			client, err := ca.client()
			if err != nil {
				return err
			}
			defer client.CloseIdleConnections()
			ctx, cancel := context.WithTimeout(command.Context(), max(wait, 3*time.Second))
			defer cancel()
			if err := awaitReady(ctx, &client, server, wait > 0); err != nil {
				return err
			}
			fmt.Fprintln(command.OutOrStdout(), "ready")
			return nil
		},
	}
	command.Flags().StringVar(&server, "server", defaultServer, "`URL` of the server")
	addCA(command, &ca)
	command.Flags().DurationVar(&wait, "wait", 0, "go on asking for this long")
	return command
}
