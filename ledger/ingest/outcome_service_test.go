package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"

	"zhangben/ledger"
)

// askRaw sends one request as any client would.
func (s *fixture) askRaw(body string) *nats.Msg {
	s.t.Helper()
	msg, err := s.nc.Request(VerdictSubject, []byte(body), patience)
	s.must(err)
	return msg
}

// open is the answer of an instance that takes everything in.
func open() error { return nil }

func (s *fixture) serveOutcomes() {
	s.t.Helper()
	service, err := ServeOutcomes(s.nc, s.outcomes, "1.0.0", open)
	s.must(err)
	s.t.Cleanup(func() { _ = service.Stop() })
}

func TestVerdictsByRequest(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.serveOutcomes()
	event := topUp("acct-1", "1.00")
	s.put("billing.events.acct-1.wallet.topped_up", nil, event)
	s.put("billing.events.acct-1.wallet.topped_up", nil, event)
	s.put("billing.events.acct-1.wallet.topped_up", nil, []byte("garbage"))

	var reply struct {
		Results []map[string]any `json:"results"`
	}
	s.must(json.Unmarshal(s.askRaw(`{"stream_seqs":[3,1,2]}`).Data, &reply))
	want := []string{"3 rejected <nil> invalid", "1 appended 1 <nil>", "2 duplicate 1 <nil>"}
	for i, r := range reply.Results {
		if got := fmt.Sprint(r["stream_seq"], " ", r["outcome"], " ", r["seq"], " ", r["code"]); got != want[i] {
			t.Errorf("result %d: %s, want %s", i, got, want[i])
		}
	}
}

func TestVerdictWaitsForTheLog(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.serveOutcomes()
	answered := make(chan *nats.Msg, 1)
	go func() {
		msg, _ := s.nc.Request(VerdictSubject, []byte(`{"stream_seqs":[1]}`), patience)
		answered <- msg
	}()
	time.Sleep(50 * time.Millisecond)
	s.put("billing.events.acct-1.wallet.topped_up", nil, topUp("acct-1", "1.00"))
	if msg := <-answered; msg == nil || !strings.Contains(string(msg.Data), `"appended"`) {
		t.Fatalf("%v", msg)
	}
}

// An instance that takes nothing in sends whoever asks on to another; what it has in its log it tells.
func TestVerdictIsNotWaitedForWhereNothingIsTakenIn(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.publish(topUps(1)...)
	service, err := ServeOutcomes(s.nc, s.outcomes, "1.0.0", func() error { return errors.New("the disk is full") })
	s.must(err)
	defer service.Stop()
	if msg := s.askRaw(`{"stream_seqs":[1]}`); !strings.Contains(string(msg.Data), `"appended"`) {
		t.Errorf("what it has: %s", msg.Data)
	}
	begun := time.Now()
	msg := s.askRaw(`{"stream_seqs":[1,2]}`)
	code, said := msg.Header.Get(micro.ErrorCodeHeader), msg.Header.Get(micro.ErrorHeader)
	if code != "503" || said != "the disk is full" {
		t.Errorf("what it has not: %s %s", code, said)
	}
	if took := time.Since(begun); took > outcomeTimeout/2 {
		t.Errorf("it took %v", took)
	}
}

func TestVerdictNotReachedInTimeIsUnknown(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.publish(topUps(1)...)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	outcomes, err := (&LogOutcomes{Log: s.log}).Outcomes(ctx, Question{StreamSeqs: []uint64{1, 99}})
	s.must(err)
	if outcomes[0].Status != ledger.Appended || outcomes[1].Status != Unknown || outcomes[1].StreamSeq != 99 {
		t.Fatalf("%+v", outcomes)
	}
}

func TestVerdictRequestsAreBounded(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.serveOutcomes()
	tests := []struct{ name, body, code string }{
		{"no JSON", "1, 2, 3", "400"},
		{"nothing asked", `{"stream_seqs":[]}`, "400"},
		{"no sequence", `{"stream_seqs":["one"]}`, "400"},
		{"too many", `{"stream_seqs":[1` + strings.Repeat(",1", maxOutcomes) + `]}`, "413"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if code := s.askRaw(test.body).Header.Get(micro.ErrorCodeHeader); code != test.code {
				t.Errorf("error code %q, want %s", code, test.code)
			}
		})
	}
}

func TestAnyNumberOfVerdictsMayBeAsked(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.serveOutcomes()
	s.publish(topUps(2_100)...)
	seqs := make([]uint64, 2_100)
	for i := range seqs {
		seqs[i] = uint64(len(seqs) - i)
	}
	outcomes, err := NATSOutcomes{s.nc}.Outcomes(s.ctx(), Question{StreamSeqs: seqs})
	s.must(err)
	for i, v := range outcomes {
		if v.StreamSeq != seqs[i] || v.Status != ledger.Appended {
			t.Fatalf("verdict %d: %+v", i, v)
		}
	}
}

func TestAnswerTooLargeIsAskedForInParts(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.publish(topUps(100)...)
	const tiny = 1_000 // bytes a message may have: a dozen outcomes
	small := &outcomeService{outcomes: s.outcomes, shut: open, maxPayload: func() int64 { return tiny }}
	endpoint := &micro.EndpointConfig{
		Subject: VerdictSubject, Handler: micro.HandlerFunc(small.handle),
	}
	service, err := micro.AddService(s.nc, micro.Config{Name: "zhangben", Version: "1.0.0", Endpoint: endpoint})
	s.must(err)
	s.t.Cleanup(func() { _ = service.Stop() })

	seqs := make([]uint64, 100)
	for i := range seqs {
		seqs[i] = uint64(i + 1)
	}
	outcomes, err := NATSOutcomes{s.nc}.Outcomes(s.ctx(), Question{StreamSeqs: seqs})
	s.must(err)
	for i, v := range outcomes {
		if v.StreamSeq != seqs[i] || v.Status != ledger.Appended {
			t.Fatalf("verdict %d: %+v", i, v)
		}
	}
}

func TestNoLedgerAnswers(t *testing.T) {
	s := newStreamFixture(t, StreamOptions{})
	_, err := NATSOutcomes{s.nc}.Outcomes(s.ctx(), Question{StreamSeqs: []uint64{1}})
	if err == nil || !strings.Contains(err.Error(), "zhangben serve") {
		t.Fatal(err)
	}
}

func TestServiceIsFoundByItsName(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.serveOutcomes()
	msg, err := s.nc.Request("$SRV.INFO.zhangben", nil, patience)
	s.must(err)
	if !strings.Contains(string(msg.Data), VerdictSubject) {
		t.Fatalf("%s", msg.Data)
	}
}
