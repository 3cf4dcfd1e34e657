package natsserver

import (
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"zhangben/events"
)

// startWithStream starts a server with an empty stream, and connects as the ledger.
func startWithStream(t *testing.T) (*Server, nats.JetStreamContext) {
	t.Helper()
	inside, err := Start(Options{Dir: t.TempDir(), Listen: "127.0.0.1:0", SyncAlways: true}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(inside.Stop)
	nc, err := inside.Connect()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	js, err := nc.JetStream()
	if err != nil {
		t.Fatal(err)
	}
	config := &nats.StreamConfig{Name: events.StreamName, Subjects: []string{events.SubjectAll}}
	if _, err := js.AddStream(config); err != nil {
		t.Fatal(err)
	}
	return inside, js
}

const (
	flooders = 4
	flooded  = 500 // messages of each
)

// flood publishes without waiting for acknowledgements, by several connections.
func flood(t *testing.T, inside *Server) *sync.WaitGroup {
	var group sync.WaitGroup
	for range flooders {
		nc, err := nats.Connect(inside.URL(), nats.NoReconnect())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(nc.Close)
		group.Go(func() {
			for range flooded {
				if nc.Publish("billing.events.acct-1.contract.paid", make([]byte, 1_000)) != nil {
					return
				}
			}
			_ = nc.Flush()
		})
	}
	return &group
}

// Whatever clients publish without waiting, the stream's queue stays short, and all of it is stored.
func TestFloodsDoNotFillTheQueue(t *testing.T) {
	inside, js := startWithStream(t)
	group := flood(t, inside)
	longest, stored := 0, uint64(0)
	for end := time.Now().Add(time.Minute); stored < flooders*flooded && time.Now().Before(end); {
		for range 100 {
			for _, queue := range *inside.server.Ipqueuesz(&server.IpqueueszOptions{Filter: streamQueue}) {
				longest = max(longest, queue.Pending)
			}
			time.Sleep(checkInterval)
		}
		info, err := js.StreamInfo(events.StreamName)
		if err != nil {
			t.Fatal(err)
		}
		stored = info.State.Msgs
	}
	group.Wait()
	most := longQueue + flooders*portion/1_000 + 1
	if longest == 0 || longest > most || stored != flooders*flooded {
		t.Errorf("%d messages stored, and up to %d waited, not 1 to %d", stored, longest, most)
	}
}

// A server that is stopped does not wait for clients that wait for it.
func TestStoppingDuringAFlood(t *testing.T) {
	inside, _ := startWithStream(t)
	group := flood(t, inside)
	for len(inside.gate.turn) == 0 {
		time.Sleep(checkInterval)
	}
	begun := time.Now()
	inside.Stop()
	if took := time.Since(begun); took > longestWait/2 {
		t.Errorf("it took %v", took)
	}
	group.Wait()
}
