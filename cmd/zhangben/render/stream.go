package render

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"zhangben/cmd/zhangben/disk"
	"zhangben/ledger/ingest"
	"zhangben/ledger/replica"
)

// Stream prints the status of a stream.
func Stream(w io.Writer, s *ingest.Status) error {
	t := new(Table)
	t.Add("stream", s.Stream)
	t.Add("condition", string(s.Condition))
	t.Add("created", OrDash(s.Created))
	t.Add("messages", fmt.Sprintf("%d to %d", s.FirstSeq, s.LastSeq))
	t.Add("size", fmt.Sprintf("%s of %s, %d %%", disk.Size(int64(s.Bytes)), disk.Size(s.MaxBytes), s.UsedPercent))
	t.Add("log", fmt.Sprintf("has read up to %d (epoch %d)", s.Position, s.Epoch))
	t.Add("bound to", OrDash(s.Bound))
	t.Add("behind", strconv.FormatUint(s.Behind, 10))
	t.Add("clock", (time.Duration(s.SkewMillis)*time.Millisecond).String()+" from the NATS server's")
	addCopies(t, s)
	addReplicas(t, s.Replicas)
	return t.Write(w, "")
}

// addCopies tells of the servers that keep the stream.
func addCopies(t *Table, s *ingest.Status) {
	if s.Leader != "" || len(s.Copies) > 0 {
		t.Add("leader", OrDash(s.Leader))
	}
	for _, c := range s.Copies {
		t.Add("copy", CopyText(&c))
	}
}

// CopyText tells of one copy.
func CopyText(c *ingest.Copy) string {
	state := "current"
	switch {
	case c.Offline:
		state = "offline"
	case !c.Current:
		state = "not current"
	}
	return fmt.Sprintf("%s: %s, %d behind, seen %v ago", c.Server, state, c.Lag,
		time.Duration(c.SeenMillisAgo)*time.Millisecond)
}

// addReplicas tells of other instances in a table.
func addReplicas(t *Table, peers []replica.Peer) {
	for _, p := range peers {
		t.Add("replica", ReplicaText(&p))
	}
}

// ReplicaText tells of one instance.
func ReplicaText(p *replica.Peer) string {
	text := fmt.Sprintf("%s: %s, has read up to %d, %d behind this one, the same up to %d", p.Instance, p.State,
		p.Position, p.Behind, p.Agreed)
	if p.Away() {
		text += fmt.Sprintf(", not heard of for %d s", p.HeardMillisAgo/1_000)
	}
	return text
}
