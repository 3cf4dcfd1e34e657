package natsserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"zhangben/events"
)

// gate listens for clients, and keeps the stream's queue short: whoever waits for an acknowledgement must not wait
// behind all that others have published without waiting. By itself the server reads whatever arrives and queues up to
// 100,000 messages, although it syncs each to disk before it stores the next. That is many seconds of work.
//
// While the queue is long, connections accepted here wait with what they have read. They pass in the order in which
// they began to wait, a portion each, so that all get the same share of the stream. What a client sends meanwhile fills
// its socket, and then the client has to wait. The ledger's own connections never wait.
type gate struct {
	net.Listener
	server *server.Server
	own    sync.Map      // the ledger's own connections, by their local addresses
	turn   chan struct{} // holds the turn of the connection that passes next
	most   atomic.Int64  // how many messages make the queue long, at the pace of late
}

const (
	storeTime     = 10 * time.Millisecond  // a queue is long that takes more than this to store,
	shortQueue    = 10                     // but never below
	longQueue     = 100                    // messages, and always from this many on
	portion       = 16 << 10               // bytes that pass at once
	checkInterval = 100 * time.Microsecond // between two looks at a long queue
	longestWait   = 10 * time.Second       // of a portion, however long the queue is
)

// newGate listens on an address. It sends no TCP keep-alives, as the server's own listener does not: NATS pings.
func newGate(address string) (*gate, error) {
	config := net.ListenConfig{KeepAlive: -1}
	listener, err := config.Listen(context.Background(), "tcp", address)
	if err != nil {
		return nil, err
	}
	g := &gate{Listener: listener, turn: make(chan struct{}, 1)}
	g.most.Store(longQueue)
	return g, nil
}

func (g *gate) port() int { return g.Addr().(*net.TCPAddr).Port }

// open makes a running server, which does not listen, accept clients from the gate. nats-server has no option for a
// listener, nor a function that takes a connection: InProcessConn makes its own, whose addresses say nothing and on
// which TLS is not required. A relay that speaks the PROXY protocol would copy every byte once more over loopback, and
// leave a second port by which clients come past the gate. But AcceptLoop uses the listener in the server's field of
// that name, if there is one. open fails with a version of nats-server for which this does not hold.
func (g *gate) open(s *server.Server) error {
	g.server = s
	field := reflect.ValueOf(s).Elem().FieldByName("listener")
	if !field.IsValid() || field.Type() != reflect.TypeFor[net.Listener]() {
		return errors.New("embedded NATS: this version of nats-server accepts no listener")
	}
	*(*net.Listener)(field.Addr().UnsafePointer()) = g
	s.AcceptLoop(make(chan struct{}))
	if s.Addr() != g.Addr() {
		return fmt.Errorf("embedded NATS: this version of nats-server listens on %v by itself", s.Addr())
	}
	return nil
}

// Accept returns the next client's connection.
func (g *gate) Accept() (net.Conn, error) {
	conn, err := g.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &gatedConn{TCPConn: conn.(*net.TCPConn), gate: g, closed: make(chan struct{})}, nil
}

// Dial connects the ledger itself.
func (g *gate) Dial(network, address string) (net.Conn, error) {
	conn, err := net.DialTimeout(network, address, dialTime)
	if err == nil {
		g.own.Store(conn.LocalAddr().String(), true)
	}
	return conn, err
}

// dialTime is how long a connection to this process may take.
const dialTime = 2 * time.Second

// long reports whether the stream's queue is long.
func (g *gate) long() bool { return g.pending() >= int(g.most.Load()) }

func (g *gate) pending() (messages int) {
	for _, queue := range *g.server.Ipqueuesz(&server.IpqueueszOptions{Filter: streamQueue}) {
		messages += queue.Pending
	}
	return messages
}

// learn notes how many messages were stored in some time: it is a thousand times more where they come in atomic batches
// than where each is synced.
func (g *gate) learn(stored int, took time.Duration) {
	within := int64(stored) * int64(storeTime) / int64(took)
	g.most.Store(min(max(within, shortQueue), longQueue))
}

// streamQueue is how the server names the queue of messages that the stream has still to store.
const streamQueue = "stream '" + events.StreamName + "' messages"

// gatedConn is a client's connection, which waits at the gate with what it has read.
type gatedConn struct {
	*net.TCPConn
	gate   *gate
	once   sync.Once
	closed chan struct{}
}

func (c *gatedConn) Read(p []byte) (int, error) {
	n, err := c.TCPConn.Read(p[:min(len(p), portion)])
	if n > 0 && (len(c.gate.turn) > 0 || c.gate.long()) && !c.isOwn() {
		c.wait()
	}
	return n, err
}

// wait returns when it is this connection's turn and the queue is short, after longestWait, or when the connection is
// closed.
func (c *gatedConn) wait() {
	end := time.NewTimer(longestWait)
	defer end.Stop()
	select {
	case c.gate.turn <- struct{}{}:
		defer func() { <-c.gate.turn }()
	case <-end.C:
		return
	case <-c.closed:
		return
	}
	c.waitForRoom(end.C)
}

// waitForRoom returns when the queue is short, at the end, or when the connection is closed. It pauses before it looks
// for the first time: only then has the server queued the portion that passed before.
func (c *gatedConn) waitForRoom(end <-chan time.Time) {
	ticker := time.NewTicker(checkInterval)
	defer ticker.Stop()
	first, begun := c.gate.pending(), time.Now()
	for {
		select {
		case <-ticker.C:
			c.gate.learn(first-c.gate.pending(), time.Since(begun))
			if !c.gate.long() {
				return
			}
		case <-end:
			return
		case <-c.closed:
			return
		}
	}
}

func (c *gatedConn) isOwn() bool {
	_, own := c.gate.own.Load(c.RemoteAddr().String())
	return own
}

func (c *gatedConn) Close() error {
	c.once.Do(func() {
		close(c.closed)
		c.gate.own.Delete(c.RemoteAddr().String())
	})
	return c.TCPConn.Close()
}
