package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"zhangben/events"
	"zhangben/ledger"
)

// replicaSite is a cluster of three NATS servers, and three instances of zhangben that read its one stream of three
// copies.
type replicaSite struct {
	t       *testing.T
	random  *rand.Rand
	binary  string
	cluster map[string]*external
	urls    string
	all     []*replicaProcess
	nc      *nats.Conn // of the test itself, to whichever server there is
	js      jetstream.JetStream
}

// replicaProcess is one instance on a folder and at an address that stay.
type replicaProcess struct {
	data, http string
	*process
}

// newReplicaSite starts everything; the three instances start at once, and any may be the one that makes the stream.
func newReplicaSite(t *testing.T, seed uint64) *replicaSite {
	t.Helper()
	s := &replicaSite{t: t, random: rand.New(rand.NewPCG(seed, 0)), binary: buildBinary(t), cluster: newCluster(t)}
	var urls []string
	for _, name := range s.names() {
		urls = append(urls, s.cluster[name].url())
	}
	s.urls = strings.Join(urls, ",")
	for n := range 3 {
		s.all = append(s.all, &replicaProcess{data: filepath.Join(t.TempDir(), fmt.Sprintf("data-%d", n)),
			http: freeAddress(t)})
		s.serve(n)
	}
	for _, r := range s.all {
		r.ready(r.http)
	}
	var err error
	if s.nc, err = nats.Connect(s.urls, nats.MaxReconnects(-1), nats.ReconnectWait(50*time.Millisecond),
		nats.PingInterval(time.Second)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.nc.Close)
	if s.js, err = jetstream.New(s.nc, jetstream.WithDefaultTimeout(2*time.Second)); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *replicaSite) names() []string { return slices.Sorted(maps.Keys(s.cluster)) }

// serve starts the nth instance, or starts it again.
func (s *replicaSite) serve(n int) {
	s.t.Helper()
	r := s.all[n]
	r.process = start(s.t, nil, nil, s.binary, "serve", "--data", r.data, "--http", r.http, "--nats", s.urls, "--replicas",
		"3")
}

// anyNode is a server of the cluster.
func (s *replicaSite) anyNode() *external { return s.cluster[s.names()[s.random.IntN(3)]] }

// leading is the server that leads the stream, once there is one.
func (s *replicaSite) leading() *external {
	s.t.Helper()
	var e *external
	s.await("a server leads the stream", func() bool {
		stream, err := s.js.Stream(s.t.Context(), events.StreamName)
		if err == nil && stream.CachedInfo().Cluster != nil {
			e = s.cluster[stream.CachedInfo().Cluster.Leader]
		}
		return e != nil
	})
	return e
}

func (s *replicaSite) await(what string, holds func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			for n, r := range s.all {
				_ = r.cmd.Process.Signal(syscall.SIGQUIT) // which makes it tell what each goroutine waits for
				<-r.exited
				s.t.Logf("instance %d:\n%s", n, r.messages)
			}
			s.t.Fatalf("it never came to pass: %s", what)
		}
	}
}

// load publishes events until it is stopped, and keeps the ids of those that the stream acknowledged.
type load struct {
	site         *replicaSite
	acknowledged sync.Map
	count        atomic.Int64
	stop         func()
}

// startLoad publishes from some clients at once. What was not acknowledged is published again under the same id, as a
// client should; and now and then something is published twice, or malformed, or as another fact under a known id.
func (s *replicaSite) startLoad() *load {
	ctx, cancel := context.WithCancel(s.t.Context())
	l := &load{site: s}
	var clients sync.WaitGroup
	for range 4 {
		random := rand.New(rand.NewPCG(s.random.Uint64(), 0))
		clients.Go(func() { l.publish(ctx, random) })
	}
	l.stop = func() { cancel(); clients.Wait() }
	s.t.Cleanup(l.stop)
	return l
}

func (l *load) publish(ctx context.Context, random *rand.Rand) {
	for ctx.Err() == nil {
		id := uuid.Must(uuid.NewV7())
		body := topUp(id.String())
		if !l.put(ctx, body) {
			return
		}
		l.acknowledged.Store(id.String(), true)
		l.count.Add(1)
		switch random.IntN(20) {
		case 0:
			l.put(ctx, body)
		case 1:
			l.put(ctx, strings.Replace(body, "0.01", "0.02", 1))
		case 2:
			l.put(ctx, body[:len(body)/2])
		}
	}
}

// put publishes one message until it is acknowledged. It is false where it was given up, so that it may be in the
// stream or not.
func (l *load) put(ctx context.Context, body string) bool {
	for ctx.Err() == nil {
		if _, err := l.site.js.Publish(ctx, "billing.events.acct-1.wallet.topped_up", []byte(body)); err == nil {
			return true
		}
	}
	return false
}

// more waits until n more events were acknowledged.
func (l *load) more(n int64) {
	l.site.t.Helper()
	want := l.count.Load() + n
	l.site.await(fmt.Sprintf("%d more events are acknowledged", n), func() bool { return l.count.Load() >= want })
}

// ids are those acknowledged so far.
func (l *load) ids() map[string]bool {
	ids := map[string]bool{}
	l.acknowledged.Range(func(id, _ any) bool { ids[id.(string)] = true; return true })
	return ids
}

// replicaStatus is what an instance says of the stream, its log and the others.
type replicaStatus struct {
	Condition string
	Position  uint64
	Replicas  []struct {
		State  string
		Agreed uint64 `json:"agreed_position"`
	}
}

// agreed waits until every instance has read the whole stream, and knows that all logs are the same there.
func (s *replicaSite) agreed() {
	s.t.Helper()
	for n, r := range s.all {
		s.await(fmt.Sprintf("instance %d agrees with both others at the end of the stream", n), func() bool {
			stream, err := s.js.Stream(s.t.Context(), events.StreamName)
			return err == nil && r.agrees(s.t, stream.CachedInfo().State.LastSeq)
		})
	}
}

// agrees reports whether an instance has read up to a message, and knows two others whose logs are the same there.
func (r *replicaProcess) agrees(t *testing.T, last uint64) bool {
	t.Helper()
	var status replicaStatus
	if json.Unmarshal([]byte(get(t, r.http, "/v1/stream")), &status) != nil {
		return false
	}
	for _, other := range status.Replicas {
		if other.State != "agrees" || other.Agreed != last {
			return false
		}
	}
	return status.Condition == "fine" && status.Position == last && len(status.Replicas) == 2
}

// Servers of the cluster are killed and paused, and instances too, while events come in. Each instance reads on where
// its log ends; in the end every acknowledged event is in every log once, and the logs are the same to the last hash.
func TestReplicasAreTheSameWhateverHappensToTheCluster(t *testing.T) {
	seed := fromEnvironment(t, "ZHANGBEN_SEED", rand.Uint64())
	t.Logf("ZHANGBEN_SEED=%d", seed)
	s := newReplicaSite(t, seed)
	l := s.startLoad()
	l.more(200)

	away := s.random.IntN(3)
	s.all[away].kill()
	leader := s.leading()
	leader.process.kill()
	l.more(200)
	leader.start()
	l.more(200)

	paused := s.anyNode().process
	s.signal(paused, syscall.SIGSTOP)
	asleep := s.all[(away+1)%3].process
	s.signal(asleep, syscall.SIGSTOP)
	l.more(200)
	s.signal(paused, syscall.SIGCONT)
	s.signal(asleep, syscall.SIGCONT)
	s.serve(away)
	l.more(200)

	node := s.anyNode()
	node.process.stop() // as a maintainer would
	l.more(100)
	node.start()
	l.more(100)
	l.stop()
	s.agreed()
	s.compare(l.ids())
}

func (s *replicaSite) signal(p *process, signal syscall.Signal) {
	s.t.Helper()
	if err := p.cmd.Process.Signal(signal); err != nil {
		s.t.Fatal(err)
	}
}

// compare stops all instances and holds their logs against what was acknowledged, and against each other.
func (s *replicaSite) compare(acknowledged map[string]bool) {
	s.t.Helper()
	s.t.Logf("%d events were acknowledged", len(acknowledged))
	var first ledger.Report
	for n, r := range s.all {
		if code := r.stop(); code != 0 {
			s.t.Errorf("instance %d: exit code %d\n%s", n, code, r.messages)
		}
		(&killing{t: s.t, data: r.data}).check(n, acknowledged)
		report, err := ledger.Verify(s.t.Context(), r.data)
		if err != nil {
			s.t.Fatal(err)
		}
		if n == 0 {
			first = report
		}
		if report.Root != first.Root || report.Records != first.Records || report.Rejected != first.Rejected ||
			report.Duplicates != first.Duplicates {
			s.t.Errorf("instance %d has %d records, root %v; instance 0 has %d, root %v", n, report.Records, report.Root,
				first.Records, first.Root)
		}
	}
}
