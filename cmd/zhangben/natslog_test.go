package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
)

// Whatever many clients do, the diagnostic log says it in a few lines, and all else in full.
func TestBurstsOfClientsAreFewLines(t *testing.T) {
	var said bytes.Buffer
	logger := newLogger(&said, false, false)
	clients := &clientMessages{logger: logger}
	nats := natsLogger{logger, make(chan error, 1), clients}
	for n := range 1_000 {
		nats.Errorf(fmt.Sprintf("127.0.0.1:1 - cid:%d - Publish Violation - Subject %%q", n), "x")
		nats.Warnf("127.0.0.1:1 - cid:%d - slow", n)
		nats.Warnf("JetStream is low on room")
	}
	clients.since = clients.since.Add(-clientMessageTime)
	nats.Errorf("127.0.0.1:1 - cid:1 - once more")
	for text, want := range map[string]int{
		"cid:": mostClientMessages + 1, "low on room": 1_000, "counted only": 1, fmt.Sprint("left out\" count=",
			2_000-mostClientMessages): 1, "once more": 1,
	} {
		if got := strings.Count(said.String(), text); got != want {
			t.Errorf("%q stands there %d times, not %d", text, got, want)
		}
	}
	clients.end()
	if strings.Count(said.String(), "left out") != 1 || time.Since(clients.since) > time.Minute {
		t.Errorf("at the end:\n%s", said.String()[max(0, said.Len()-500):])
	}
}
