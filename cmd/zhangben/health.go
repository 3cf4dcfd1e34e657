package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// healthPause is how long to wait before asking again.
const healthPause = 200 * time.Millisecond

// errNotReady says that the server answered, but cannot serve yet or any more.
var errNotReady = errors.New("not ready")

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
	ca.register(command)
	command.Flags().DurationVar(&wait, "wait", 0, "go on asking for this long")
	return command
}

// awaitReady asks until the server is ready or ctx ends; only once unless patient.
func awaitReady(ctx context.Context, client *http.Client, server string, patient bool) error {
	for {
		err := askReady(ctx, client, server)
		if err == nil || !patient {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(healthPause):
		}
	}
}

func askReady(ctx context.Context, client *http.Client, server string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(server, "/")+"/readyz", nil)
	if err != nil {
		return fmt.Errorf("server address: %w", err)
	}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("%w: is a server running there? %s", err, startHint)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		reason, _ := io.ReadAll(io.LimitReader(response.Body, 4096))
		return fmt.Errorf("%w: %s: %s", errNotReady, response.Status, reason)
	}
	return nil
}
