package api

import (
	"errors"
	"fmt"
	"net/http"
)

// errNotReady says that the ledger takes no events now; the reason is wrapped beside it.
var errNotReady = errors.New("not ready")

type health struct {
	Status string `json:"status"`
}

func (s *server) healthz(w http.ResponseWriter, _ *http.Request) error {
	return sendJSON(w, health{"ok"})
}

func (s *server) readyz(w http.ResponseWriter, _ *http.Request) error {
	if s.Ready != nil {
		if err := s.Ready(); err != nil {
			return fmt.Errorf("%w: %w", errNotReady, err)
		}
	}
	return sendJSON(w, health{"ready"})
}
