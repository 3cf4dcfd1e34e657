package ingest

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"zhangben/ledger"
)

// wantCondition compares the stream with the log.
func (s *fixture) wantCondition(want Condition) Status {
	s.t.Helper()
	status, err := Inspect(s.ctx(), s.js, s.log)
	s.must(err)
	explained := status.Remedy != "" && status.What != ""
	if status.Condition != want || status.OK() != (want == Fine || want == Unbound) || !status.OK() && !explained {
		s.t.Errorf("%+v, want %s", status, want)
	}
	return status
}

func TestStatusOfTheRightStream(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.publish(topUps(10)...)
	status := s.wantCondition(Fine)
	if status.Position != 10 || status.LastSeq != 10 || status.Behind != 0 || status.Bytes == 0 ||
		status.MaxBytes != 64<<20 || status.Server == "" {
		t.Errorf("%+v", status)
	}
	if skew := time.Duration(status.SkewMillis) * time.Millisecond; skew.Abs() > time.Second {
		t.Errorf("one clock differs from itself by %v", skew)
	}
}

func TestStatusTellsWhatIsWrong(t *testing.T) {
	t.Run("nothing is there", func(t *testing.T) {
		s := newFixture(t, StreamOptions{})
		s.must(s.js.DeleteStream(s.ctx(), "BILLING"))
		s.wantCondition(Absent)
	})
	t.Run("another stream", func(t *testing.T) {
		s := newFixture(t, StreamOptions{})
		s.publish(topUps(3)...)
		s.must(s.js.DeleteStream(s.ctx(), "BILLING"))
		s.ensure(StreamOptions{MaxBytes: 64 << 20})
		s.wantCondition(Recreated)
	})
	t.Run("a stream that forgets", func(t *testing.T) {
		s := newFixture(t, StreamOptions{})
		s.publish(topUps(3)...)
		stream, err := s.js.Stream(s.ctx(), "BILLING")
		s.must(err)
		config := stream.CachedInfo().Config
		config.MaxAge = time.Hour
		_, err = s.js.UpdateStream(s.ctx(), config)
		s.must(err)
		s.wantCondition(Drifted)
	})
	t.Run("messages gone that the log never read", func(t *testing.T) {
		s := newFixture(t, StreamOptions{})
		s.publish(topUps(3)...)
		s.stopLog()
		for _, event := range topUps(3) {
			s.put(address(event).subject, nil, event)
		}
		stream, err := s.js.Stream(s.ctx(), "BILLING")
		s.must(err)
		s.must(stream.Purge(s.ctx(), jetstream.WithPurgeSequence(6)))
		s.startLog()
		s.wantHalt(ledger.ErrGap)
		s.wantCondition(Gap)
	})
}

// While the gate is shut nothing is appended and nothing acknowledged; when it opens nothing is missing.
func TestGateHoldsEventsBack(t *testing.T) {
	s := newStreamFixture(t, StreamOptions{})
	log, err := ledger.Open(t.TempDir(), ledger.Options{})
	s.must(err)
	defer log.Close()
	opened := make(chan struct{})
	gate := func(ctx context.Context) error {
		select {
		case <-opened:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, s.js, log, Options{Logger: slog.New(slog.DiscardHandler), Gate: gate}) }()
	for _, event := range topUps(20) {
		s.put(address(event).subject, nil, event)
	}
	short, stop := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer stop()
	if err := log.Wait(short, 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("taken though the gate is shut: %v", err)
	}
	close(opened)
	s.must(log.Wait(s.ctx(), 20))
	if log.Last() != 20 {
		t.Errorf("%d records", log.Last())
	}
	cancel()
	s.must(<-ended)
}
