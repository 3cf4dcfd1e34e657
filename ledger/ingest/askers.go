package ingest

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"
)

// How many requests may wait for verdicts, of one client and in all: together they hold some tens of megabytes.
const (
	maxOfClient = 128
	maxAskers   = 1_024
)

// errBusy says that a request waits no longer.
var errBusy = errors.New("too many requests are waiting; ask again")

// askers are the requests that wait. None is turned away for what other clients do: when there are too many in all, the
// oldest one of the client with the most gives way.
type askers struct {
	mu      sync.Mutex
	clients map[string][]*asker // in the order in which they came
	total   int
}

// asker is one request that waits.
type asker struct {
	client string
	came   time.Time
	giveUp context.CancelCauseFunc
}

// admit lets a request wait until leave is called. ctx ends with errBusy where it has to give way.
func (a *askers) admit(client string) (ctx context.Context, leave func(), err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.clients[client]) >= maxOfClient {
		return nil, nil, errBusy
	}
	if a.total >= maxAskers {
		crowding := a.crowding()
		crowding.giveUp(errBusy)
		a.remove(crowding)
	}
	ctx, giveUp := context.WithCancelCause(context.Background())
	admitted := &asker{client, time.Now(), giveUp}
	if a.clients == nil {
		a.clients = map[string][]*asker{}
	}
	a.clients[client] = append(a.clients[client], admitted)
	a.total++
	return ctx, func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		giveUp(nil)
		a.remove(admitted)
	}, nil
}

// crowding is the oldest request of the client with the most; of several such clients, the oldest of all.
func (a *askers) crowding() *asker {
	var found *asker
	most := 0
	for _, waiting := range a.clients {
		if len(waiting) > most || len(waiting) == most && waiting[0].came.Before(found.came) {
			found, most = waiting[0], len(waiting)
		}
	}
	return found
}

// remove forgets a request, if it waits. The caller holds a.mu.
func (a *askers) remove(gone *asker) {
	waiting := a.clients[gone.client]
	for i, w := range waiting {
		if w != gone {
			continue
		}
		a.total--
		if len(waiting) == 1 {
			delete(a.clients, gone.client)
		} else {
			a.clients[gone.client] = append(waiting[:i:i], waiting[i+1:]...)
		}
		return
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
