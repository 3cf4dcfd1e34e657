package ingest

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"regexp"
	"testing"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"zhangben/events"
	"zhangben/ledger"
)

// accountOf finds the account of an event.
var accountOf = regexp.MustCompile(`"account_id":"([^"]+)"`)

// putMixture fills the stream with everything that may come: new facts, old ones, conflicts, malformed ones, in both
// modes.
func (s *fixture) putMixture(random *rand.Rand, n int) {
	s.t.Helper()
	var known [][]byte
	for i := range n {
		id := uuid.NewSHA1(uuid.Nil, fmt.Append(nil, i))
		body := topUpWithID(id, fmt.Sprintf("acct-%d", i%5), "10.00")
		header := nats.Header{"Traced": {"b", "a"}, "Empty": {""}}
		subject := fmt.Sprintf("billing.events.acct-%d.wallet.topped_up", i%5)
		switch kind := random.IntN(10); {
		case kind == 0 && len(known) > 0: // said before
			body = known[random.IntN(len(known))]
			subject = events.Subject(string(accountOf.FindSubmatch(body)[1]), events.KindToppedUp)
		case kind == 1 && len(known) > 0: // another amount under a known id
			body = bytes.Replace(known[random.IntN(len(known))], []byte("10.00"), []byte("11.00"), 1)
			subject = events.Subject(string(accountOf.FindSubmatch(body)[1]), events.KindToppedUp)
		case kind == 2:
			body = body[:random.IntN(len(body))]
		case kind == 3:
			header = nats.Header{"ce-specversion": {"1.0"}, "ce-id": {id.String()}, "ce-source": {"/test"},
				"ce-type": {"billing.wallet.topped_up.v1"},
				"ce-time": {"2025-03-01T09:00:00+08:00"}, "Content-Type": {"application/json"}}
			body = fmt.Appendf(nil, `{"account_id":"acct-%d","amount":"10.00","currency":"CNY","channel":"online"}`, i%5)
		default:
			known = append(known, body)
		}
		s.put(subject, header, body)
	}
}

// arrivals reads the stream up to a message: by its consumer, or asking for each message by its sequence.
func (s *fixture) arrivals(last uint64, singly bool) []ledger.Arrival {
	s.t.Helper()
	stream, err := FindStream(s.ctx(), s.js)
	s.must(err)
	ctx, cancel := context.WithCancel(s.ctx())
	defer cancel()
	r := &consumer{stream: stream, out: newBatchQueue(), next: 1}
	if singly {
		s.must(r.fetchUpTo(ctx, last+1))
		return r.out.arrivals
	}
	messages, err := r.pull(ctx, 1, make(chan error, 1))
	s.must(err)
	defer messages.Stop()
	var all []ledger.Arrival
	for uint64(len(all)) < last {
		batch, _, err := r.out.take()
		s.must(err)
		all = append(all, batch...)
	}
	return all
}

// replayed is all that a log says: each record with its bytes, the outcome of each message, the quarantine, and how it
// stood after each message.
type replayed struct {
	records   []ledger.Record
	outcomes  []ledger.Outcome
	rejected  []ledger.Rejected
	standings []ledger.TreeHead
}

// drain appends arrivals in batches of any size up to most, and says all that the log says then.
func (s *fixture) drain(arrivals []ledger.Arrival, random *rand.Rand, most int) (all replayed) {
	s.t.Helper()
	log, err := ledger.Open(s.t.TempDir(), ledger.Options{})
	s.must(err)
	defer log.Close()
	stream, err := FindStream(s.ctx(), s.js)
	s.must(err)
	s.must(log.Bind(stream.Name, stream.Created, stream.AcceptRecorded))
	for rest := arrivals; len(rest) > 0; {
		n := min(1+random.IntN(most), len(rest))
		_, err := log.Append(rest[:n])
		s.must(err)
		rest = rest[n:]
	}
	s.must(log.Scan(0, func(r ledger.Record) error {
		r.Content = bytes.Clone(r.Content)
		all.records = append(all.records, r)
		return nil
	}))
	for n := range uint64(len(arrivals)) {
		outcome, _, err := log.Outcome(n + 1)
		s.must(err)
		standing, err := log.TreeHead(n + 1)
		s.must(err)
		all.outcomes, all.standings = append(all.outcomes, outcome), append(all.standings, standing)
	}
	all.rejected, err = log.Rejected(0, 0)
	s.must(err)
	return all
}

// Neither the sizes of batches nor the way in which messages were read may leave a trace in what the log says.
func TestLogIsAFunctionOfTheStream(t *testing.T) {
	const seed = 20260301
	random := rand.New(rand.NewPCG(seed, 0))
	s := newStreamFixture(t, StreamOptions{})
	s.putMixture(random, 400)
	read, fetched := s.arrivals(400, false), s.arrivals(400, true)
	want := s.drain(read, random, 1)
	counts := countByStatus(want.outcomes)
	if counts[ledger.Appended] == 0 || counts[ledger.Duplicate] == 0 || counts[ledger.Refused] == 0 {
		t.Fatalf("the stream has too little in it: %v", counts)
	}
	for name, got := range map[string]replayed{
		"small batches":          s.drain(read, random, 7),
		"large batches":          s.drain(read, random, 300),
		"fetched one by one":     s.drain(fetched, random, 50),
		"all in one transaction": s.drain(fetched, random, 1_000_000),
	} {
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %d records, %d rejected, standing at last %+v; one by one: %d, %d, %+v", name,
				len(got.records), len(got.rejected), got.standings[399], len(want.records), len(want.rejected), want.standings[399])
		}
	}
}

// Each instance has a consumer of its own, so that each gets all messages; it is kept in memory, holds nothing back in
// the stream, and goes by itself when it is not read any more.
func TestInstancesShareNoConsumerAndLeaveNoneBehind(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	other := &fixture{t: t, logDir: t.TempDir(), nc: s.nc, js: s.js, server: s.server}
	other.startLog()
	t.Cleanup(other.stopLog)
	s.publish(topUps(50)...)
	other.outcome(50)
	other.wantLast(50)
	s.wantLast(50)

	stream, err := s.js.Stream(s.ctx(), events.StreamName)
	s.must(err)
	consumers := 0
	for consumer := range stream.ListConsumers(s.ctx()).Info() {
		consumers++
		c := consumer.Config
		if c.Durable != "" || c.InactiveThreshold != consumerLife || !c.MemoryStorage || c.Replicas != 1 {
			t.Errorf("%+v", c)
		}
	}
	if config := stream.CachedInfo().Config; consumers != 2 || config.Retention != jetstream.LimitsPolicy {
		t.Errorf("%d consumers on a stream with retention %v", consumers, config.Retention)
	}
}
