package ingest

import (
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
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
const quorumRemedy = "start the NATS servers that are down: more than half of those that keep the stream must run, " +
	"and reach each other"

// describeCluster copies what the leader says of the other copies, and judges whether they are enough to store
// anything.
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
		s.noQuorum("%d of the %d servers that keep the stream can be reached; not %s", seen+1, all, strings.Join(gone, ", "))
	}
}

func (s *Status) noQuorum(what string, operands ...any) {
	s.set(NoQuorum, quorumRemedy, what+": nothing can be stored", operands...)
}
