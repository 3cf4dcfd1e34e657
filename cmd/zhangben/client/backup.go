package client

import (
	"context"
	"net/http"

	"zhangben/ledger"
)

// Download has a server send a copy of its log, and places it once it has verified.
func (s *Source) Download(ctx context.Context, file string) (ledger.Report, error) {
	answer, err := s.Do(ctx, http.MethodPost, "/v1/backup", nil, "application/octet-stream", nil)
	if err != nil {
		return ledger.Report{}, err
	}
	defer answer.Body.Close()
	return ledger.Receive(ctx, answer.Body, answer.ContentLength, file)
}
