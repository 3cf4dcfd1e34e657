package main

import (
	"fmt"
	"strconv"
	"time"

	"zhangben/cmd/zhangben/disk"
	"zhangben/ledger/ingest"
	"zhangben/ledger/replica"
)

func streamTable(s *ingest.Status) *table {
	t := new(table)
	t.add("stream", s.Stream)
	t.add("condition", string(s.Condition))
	t.add("created", orDash(s.Created))
	t.add("messages", fmt.Sprintf("%d to %d", s.FirstSeq, s.LastSeq))
	t.add("size", fmt.Sprintf("%s of %s, %d %%", disk.Size(int64(s.Bytes)), disk.Size(s.MaxBytes), s.UsedPercent))
	t.add("log", fmt.Sprintf("has read up to %d (epoch %d)", s.Position, s.Epoch))
	t.add("bound to", orDash(s.Bound))
	t.add("behind", strconv.FormatUint(s.Behind, 10))
	t.add("clock", (time.Duration(s.SkewMillis)*time.Millisecond).String()+" from the NATS server's")
	copyRows(t, s)
	replicaRows(t, s.Replicas)
	return t
}

// copyRows tells of the servers that keep the stream.
func copyRows(t *table, s *ingest.Status) {
	if s.Leader != "" || len(s.Copies) > 0 {
		t.add("leader", orDash(s.Leader))
	}
	for _, c := range s.Copies {
		t.add("copy", copyText(&c))
	}
}

// copyText tells of one copy.
func copyText(c *ingest.Copy) string {
	state := "current"
	switch {
	case c.Offline:
		state = "offline"
	case !c.Current:
		state = "not current"
	}
	return fmt.Sprintf("%s: %s, %d behind, seen %v ago", c.Server, state, c.Lag, time.Duration(c.SeenMillisAgo)*time.Millisecond)
}

// replicaRows tells of other instances in a table.
func replicaRows(t *table, peers []replica.Peer) {
	for _, p := range peers {
		t.add("replica", replicaText(&p))
	}
}

// replicaText tells of one instance.
func replicaText(p *replica.Peer) string {
	text := fmt.Sprintf("%s: %s, has read up to %d, %d behind this one, the same up to %d", p.Instance, p.State, p.Position, p.Behind, p.Agreed)
	if p.Away() {
		text += fmt.Sprintf(", not heard of for %d s", p.HeardMillisAgo/1_000)
	}
	return text
}
