package ingest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"zhangben/events"
)

// Copy is one server's copy of the stream, in a cluster.
type Copy struct {
	Server        string `json:"server"`
	Current       bool   `json:"current"` // has all that the leader has
	Offline       bool   `json:"offline"`
	SeenMillisAgo int64  `json:"seen_ms_ago"` // when the leader heard of it last
	Lag           uint64 `json:"lag"`         // operations that it has still to take
}

// unseenTime is after how long of silence a copy counts as gone. A leader hears of each copy every second, and believes
// itself to lead for ten seconds after the last of them has gone.
const unseenTime = 5 * time.Second

func (c *Copy) seen() bool { return !c.Offline && c.SeenMillisAgo < unseenTime.Milliseconds() }

// quorumRemedy is what an operator can do where nothing can be stored.
const quorumRemedy = "start the NATS servers that are down: more than half of those that keep the stream must run, and reach each other"

// leaderless reports whether an error says that no server answers for the stream at the moment.
func leaderless(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && api.Code == 503 && api.ErrorCode != codeStreamFull ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, nats.ErrTimeout) || errors.Is(err, nats.ErrNoResponders) ||
		errors.Is(err, jetstream.ErrNoStreamResponse) || errors.Is(err, jetstream.ErrAsyncPublishTimeout)
}

// overloaded reports whether an error says that the server has more to do than it takes.
func overloaded(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && api.Code == 429
}

// describeCluster copies what the leader says of the other copies, and judges whether they are enough to store anything.
func (s *Status) describeCluster(cluster *jetstream.ClusterInfo) {
	if cluster == nil {
		return
	}
	s.Leader = cluster.Leader
	seen := 0
	var gone []string
	for _, peer := range cluster.Replicas {
		c := Copy{peer.Name, peer.Current, peer.Offline, peer.Active.Milliseconds(), peer.Lag}
		s.Copies = append(s.Copies, c)
		if c.seen() {
			seen++
		} else {
			gone = append(gone, c.Server)
		}
	}
	if s.Leader == "" {
		s.noQuorum("no server leads the stream")
	} else if all := len(s.Copies) + 1; seen+1 <= all/2 {
		s.noQuorum(fmt.Sprintf("%d of the %d servers that keep the stream can be reached; not %s", seen+1, all, strings.Join(gone, ", ")))
	}
}

func (s *Status) noQuorum(what string) {
	s.Condition, s.What, s.Remedy = NoQuorum, what+": nothing can be stored", quorumRemedy
}

// denied reports whether the server has refused what this connection asked for last.
func (p *Publisher) denied() bool {
	return errors.Is(p.js.Conn().LastError(), nats.ErrPermissionViolation)
}

// missing says why an event could not be stored for as long as an election may take.
func (p *Publisher) missing(ctx context.Context, err error) error {
	nc := p.js.Conn()
	if !nc.IsConnected() {
		return fmt.Errorf("the connection to NATS is lost: %w", err)
	}
	if overloaded(err) {
		return fmt.Errorf("the NATS server has too much to do; publish again later: %w", err)
	}
	if p.denied() {
		return fmt.Errorf("this NATS user has not the permission: %w", nc.LastError())
	}
	ctx, cancel := context.WithTimeout(ctx, 2*retryPause)
	defer cancel()
	if p.judge != nil {
		if _, asked := p.judge.Stream(ctx); asked == nil {
			return fmt.Errorf("a ledger answers, but no server leads the stream; %s: %w", quorumRemedy, err)
		}
	}
	return fmt.Errorf("no stream takes %s; is zhangben serve running: %w", events.SubjectAll, err)
}
