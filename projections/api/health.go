package api

import (
	"errors"
	"fmt"
)

// errNotReady says that the ledger takes no events now; the reason is wrapped beside it.
var errNotReady = errors.New("not ready")

type health struct {
	Status string `json:"status"`
}

func (s *server) healthz(*request) (any, error) { return health{"ok"}, nil }

func (s *server) readyz(*request) (any, error) {
	if s.Ready != nil {
		if err := s.Ready(); err != nil {
			return nil, fmt.Errorf("%w: %w", errNotReady, err)
		}
	}
	return health{"ready"}, nil
}
