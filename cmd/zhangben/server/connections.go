package server

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"
)

// The bounds of connections. Above manyConnections none is kept after its request. Above maxConnections the one that
// has been without a request for the longest is closed, so that silent connections keep no others out. Above
// mostConnections none is accepted.
const (
	manyConnections = 1024
	maxConnections  = 2048
	mostConnections = maxConnections + 256
)

// connections are those of an HTTP server.
type connections struct {
	mu   sync.Mutex
	open map[net.Conn]*connection
}

// connection is one of them. connections.mu guards it.
type connection struct {
	since    time.Time // it was opened, or its last request ended
	requests int       // under way
}

// connectionKey finds a connection in the context of a request.
type connectionKey struct{}

// opened counts a new connection, and lets its requests find it.
func (c *connections) opened(ctx context.Context, conn net.Conn) context.Context {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.open) >= maxConnections {
		c.makeWay()
	}
	is := &connection{since: time.Now()}
	c.open[conn] = is
	return context.WithValue(ctx, connectionKey{}, is)
}

// changed forgets a connection that was closed.
func (c *connections) changed(conn net.Conn, state http.ConnState) {
	if state == http.StateClosed || state == http.StateHijacked {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.open, conn)
	}
}

// makeWay closes the connection that has been without a request for the longest. The caller holds c.mu.
func (c *connections) makeWay() {
	var idle net.Conn
	for conn, is := range c.open {
		if is.requests == 0 && (idle == nil || is.since.Before(c.open[idle].since)) {
			idle = conn
		}
	}
	if idle != nil {
		delete(c.open, idle)
		go idle.Close() // which may wait for the client where there is TLS
	}
}

// begin notes that a request is under way, until end is called, and reports whether its connection is one of many.
func (c *connections) begin(r *http.Request) (many bool, end func()) {
	is := r.Context().Value(connectionKey{}).(*connection)
	c.mu.Lock()
	defer c.mu.Unlock()
	is.requests++
	return len(c.open) > manyConnections, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		is.requests--
		is.since = time.Now()
	}
}
