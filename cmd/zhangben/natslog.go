package main

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"zhangben/ledger"
)

// natsLogger passes the messages of the embedded NATS server on. Its notices are the noise of a server starting and
// stopping, and so are debugging messages here.
type natsLogger struct {
	logger  *slog.Logger
	broken  chan<- error // told, once, when the stream's storage failed
	clients *clientMessages
}

// writeError is what the server says when its storage failed. The stream takes nothing any more then until the server
// is
// started again, and there is no other sign of it.
const writeError = "ritical write error"

func (l natsLogger) Noticef(format string, v ...any) {
	l.logger.Debug("nats: " + fmt.Sprintf(format, v...))
}
func (l natsLogger) Warnf(format string, v ...any) {
	if said := fmt.Sprintf(format, v...); l.clients.pass(said) {
		l.logger.Warn("nats: " + said)
	}
}
func (l natsLogger) Errorf(format string, v ...any) {
	said := fmt.Sprintf(format, v...)
	if l.clients.pass(said) {
		l.logger.Error("nats: " + said)
	}
	if !strings.Contains(format, writeError) {
		return
	}
	select {
	case l.broken <- fmt.Errorf("the stream cannot be written: %w: %s", ledger.ErrStorage, said):
	default:
	}
}
func (l natsLogger) Fatalf(format string, v ...any) {
	l.logger.Error("nats: " + fmt.Sprintf(format, v...))
}
func (l natsLogger) Debugf(format string, v ...any) {
	l.logger.Debug("nats: " + fmt.Sprintf(format, v...))
}
func (l natsLogger) Tracef(format string, v ...any) {
	l.logger.Debug("nats: " + fmt.Sprintf(format, v...))
}

// How many messages about clients are logged in what time. Whoever may connect can cause any number.
const (
	mostClientMessages = 5
	clientMessageTime  = time.Minute
)

// clientMessages counts what the server says about its clients.
type clientMessages struct {
	logger *slog.Logger

	mu    sync.Mutex
	since time.Time
	count int // since then
}

// pass reports whether a message is to be logged: all are but those about clients that come after many others.
func (c *clientMessages) pass(said string) bool {
	if !strings.Contains(said, " - cid:") {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.since) >= clientMessageTime {
		c.summarize()
		c.since, c.count = time.Now(), 0
	}
	if c.count++; c.count == mostClientMessages+1 {
		c.logger.Warn("nats: further messages about clients are counted only", "for", clientMessageTime)
	}
	return c.count <= mostClientMessages
}

// end logs what is still to be said.
func (c *clientMessages) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.summarize()
	c.count = 0
}

// summarize logs how many messages were not logged. The caller holds c.mu.
func (c *clientMessages) summarize() {
	if c.count > mostClientMessages {
		c.logger.Warn("nats: messages about clients were left out", "count", c.count-mostClientMessages, "since",
			c.since.Format(time.RFC3339))
	}
}
