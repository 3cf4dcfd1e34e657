package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// AwaitReady asks until the server is ready or ctx ends; only once unless patient.
func AwaitReady(ctx context.Context, client *http.Client, server string, patient bool) error {
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
		return fmt.Errorf("%w: is a server running there? %s", err, StartHint)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		reason, _ := io.ReadAll(io.LimitReader(response.Body, 4096))
		return fmt.Errorf("%w: %s: %s", ErrNotReady, response.Status, reason)
	}
	return nil
}

// ErrNotReady says that the server answered, but cannot serve yet or any more.
var ErrNotReady = errors.New("not ready")

// healthPause is how long to wait before asking again.
const healthPause = 200 * time.Millisecond
