package api

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"zhangben/projections/query"
)

func (s *server) exceptions(w http.ResponseWriter, r *http.Request) error {
	p := parametersOf(r)
	at, err := s.clocks(p)
	if err != nil {
		return err
	}
	limit, err := p.limit()
	if err != nil {
		return err
	}
	page, err := s.reader.Exceptions(r.Context(), at, p.get("account_id"), p.get("after"), limit)
	if err != nil {
		return err
	}
	return sendJSON(w, &page)
}

// exportRejected sends refused messages whole, one a line.
func (s *server) exportRejected(w http.ResponseWriter, clocks query.RejectionClocks, after uint64, limit int) error {
	page, err := s.reader.RejectedWhole(clocks, after, limit)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", ndjson)
	w.Header().Set("Cache-Control", "no-store")
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	for i := range page.Rejected {
		if err := encoder.Encode(&page.Rejected[i]); err != nil {
			return err
		}
	}
	return nil
}

// exceptionCount keeps the number of exceptions at hand for the metrics. Counting folds every account, so it is done in
// the background, and at most a fiftieth of the time.
type exceptionCount struct {
	mu    sync.Mutex
	count int
}

const (
	leastCountPause = time.Minute
	countShare      = 50
)

func (c *exceptionCount) value() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return float64(c.count)
}

// countExceptions counts until Stop is closed.
func (s *server) countExceptions() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() {
		defer cancel()
		select {
		case <-s.Stop:
		case <-ctx.Done():
		}
	}()
	for {
		begun := time.Now()
		s.countOnce(ctx)
		select {
		case <-ctx.Done():
			return
		case <-time.After(max(leastCountPause, countShare*time.Since(begun))):
		}
	}
}

func (s *server) countOnce(ctx context.Context) {
	n, err := s.reader.CountExceptions(ctx, query.At{AsOf: s.Now(), KnownAt: s.Log.Last()})
	if err != nil {
		if ctx.Err() == nil {
			s.Logger.Error("the exceptions cannot be counted", "error", err)
		}
		return
	}
	s.metrics.exceptions.mu.Lock()
	s.metrics.exceptions.count = n
	s.metrics.exceptions.mu.Unlock()
}
