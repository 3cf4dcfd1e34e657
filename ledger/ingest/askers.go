package ingest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"
)

// How many requests may wait for outcomes, of one client and in all: together they hold some tens of megabytes.
const (
	maxOfClient = 128
	maxAskers   = 1_024
)

// largeQuestion is from how many bytes on requests of all clients are worked on one after another: some milliseconds
// each, for as many clients as there are. Others' small ones go beside them.
const largeQuestion = 4 << 10

// errBusy says that a request waits no longer.
var errBusy = errors.New("too many requests are waiting; ask again")

// askers are the requests that wait. None is turned away for what other clients do: when there are too many in all, the
// oldest one of the client with the most is refused.
type askers struct {
	large sync.Mutex // held while a large request is worked on

	mu      sync.Mutex
	clients map[string]*client // those of whom a request waits
	total   int
}

// client is whoever asks. Its requests are worked on one after another, so that no number of them takes more than one
// processor from others.
type client struct {
	turn    chan struct{} // has room for the one that is worked on
	name    string
	waiting []*asker // in the order in which they came; guarded by askers.mu
}

// asker is one request that waits. Its context ends with errBusy where it has to give way.
type asker struct {
	context.Context
	client *client
	came   time.Time
	giveUp context.CancelCauseFunc
}

// work calls fn, for a request of a size, when no other request of the client is worked on. Waiting for the log is no
// work.
func (a *askers) work(by *asker, size int, fn func()) {
	by.client.turn <- struct{}{}
	defer func() { <-by.client.turn }()
	if size >= largeQuestion {
		a.large.Lock()
		defer a.large.Unlock()
	}
	fn()
}

// admit lets a request wait until leave is called.
func (a *askers) admit(name string) (admitted *asker, leave func(), err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if of := a.clients[name]; of != nil && len(of.waiting) >= maxOfClient {
		return nil, nil, errBusy
	}
	if a.total >= maxAskers {
		crowding := a.crowding()
		crowding.giveUp(errBusy)
		a.remove(crowding)
	}
	ctx, giveUp := context.WithCancelCause(context.Background())
	admitted = &asker{ctx, a.clientNamed(name), time.Now(), giveUp}
	admitted.client.waiting = append(admitted.client.waiting, admitted)
	a.total++
	return admitted, func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		giveUp(nil)
		a.remove(admitted)
	}, nil
}

// clientNamed finds a client, which may be new. The caller holds a.mu.
func (a *askers) clientNamed(name string) *client {
	if a.clients == nil {
		a.clients = map[string]*client{}
	}
	if a.clients[name] == nil {
		a.clients[name] = &client{name: name, turn: make(chan struct{}, 1)}
	}
	return a.clients[name]
}

// crowding is the oldest request of the client with the most; of several such clients, the oldest of all.
func (a *askers) crowding() *asker {
	var found *asker
	most := 0
	for _, of := range a.clients {
		waiting := of.waiting
		if len(waiting) > most || len(waiting) == most && waiting[0].came.Before(found.came) {
			found, most = waiting[0], len(waiting)
		}
	}
	return found
}

// remove forgets a request, if it waits. The caller holds a.mu.
func (a *askers) remove(gone *asker) {
	of := gone.client
	place := slices.Index(of.waiting, gone)
	if place < 0 {
		return
	}
	a.total--
	of.waiting = slices.Delete(of.waiting, place, place+1)
	if len(of.waiting) == 0 {
		delete(a.clients, of.name)
	}
}

// clientOf tells clients apart by the subject at which they want the answer. A client without a name has a random inbox
// for each connection, _INBOX.<random>.<n>; one with a name has all below _INBOX_<name>.
func clientOf(reply string) string {
	tokens := strings.SplitN(reply, ".", 3)
	if tokens[0] == "_INBOX" && len(tokens) == 3 {
		return tokens[0] + "." + tokens[1]
	}
	return tokens[0]
}
