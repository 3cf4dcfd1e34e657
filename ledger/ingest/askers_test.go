package ingest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"
)

func TestClientsAreToldApartByTheirInboxes(t *testing.T) {
	for reply, want := range map[string]string{
		"_INBOX.Ab12.x7":      "_INBOX.Ab12",
		"_INBOX.Ab12.x8":      "_INBOX.Ab12",
		"_INBOX.Ab12":         "_INBOX",
		"_INBOX_shop.Ab12.x7": "_INBOX_shop",
		"_INBOX_shop.Cd34.x7": "_INBOX_shop",
	} {
		if got := clientOf(reply); got != want {
			t.Errorf("%s is of %s, want %s", reply, got, want)
		}
	}
}

func TestClientWithTooManyRequestsIsTurnedAway(t *testing.T) {
	var a askers
	var leave func()
	for range maxOfClient {
		_, gone, err := a.admit("a")
		if err != nil {
			t.Fatal(err)
		}
		leave = gone
	}
	if _, _, err := a.admit("a"); !errors.Is(err, errBusy) {
		t.Error("one more is admitted")
	}
	if _, _, err := a.admit("b"); err != nil {
		t.Errorf("another client: %v", err)
	}
	leave()
	leave()
	if _, _, err := a.admit("a"); err != nil || a.total != maxOfClient+1 {
		t.Errorf("after one left: %v, %d in all", err, a.total)
	}
}

func TestWhoeverWaitsWithTheMostGivesWay(t *testing.T) {
	var a askers
	greedy, _, err := a.admit("greedy")
	if err != nil {
		t.Fatal(err)
	}
	modest, _, _ := a.admit("modest")
	_, _, _ = a.admit("greedy")
	for n := a.total; n < maxAskers; n++ {
		if _, _, err := a.admit(fmt.Sprint("client-", n)); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := a.admit("newcomer"); err != nil || a.total != maxAskers {
		t.Errorf("a newcomer: %v, %d in all", err, a.total)
	}
	if !errors.Is(context.Cause(greedy), errBusy) || modest.Err() != nil {
		t.Errorf("%v had to give way, and %v", context.Cause(greedy), context.Cause(modest))
	}
	if _, _, err := a.admit("another"); err != nil || a.total != maxAskers || !errors.Is(context.Cause(modest), errBusy) {
		t.Errorf("of equals the oldest is refused: %v, %d in all", context.Cause(modest), a.total)
	}
}

func TestRequestsOfOneClientAreWorkedOnOneAfterAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var a askers
		first, _, _ := a.admit("greedy")
		second, _, _ := a.admit("greedy")
		other, _, _ := a.admit("modest")
		finish := make(chan struct{})
		go a.work(first, 1, func() { <-finish })
		synctest.Wait()
		worked := false
		go a.work(second, 1, func() { worked = true })
		a.work(other, 1, func() {})
		if time.Sleep(time.Second); worked {
			t.Error("two requests of a client were worked on at once")
		}
		close(finish)
		if synctest.Wait(); !worked {
			t.Error("the second request was not worked on after the first")
		}
	})
}

func TestQuestionForFarTooMuchIsNotDecoded(t *testing.T) {
	body := []byte(`{"stream_seqs":[` + strings.Repeat("1,", 40_000) + `1]}`)
	allocated := testing.AllocsPerRun(10, func() {
		if _, err := readQuestion(body); !errors.Is(err, errTooMany) {
			t.Error(err)
		}
	})
	if allocated > 1 { // the Question returned
		t.Errorf("%v allocations to refuse it", allocated)
	}
	most := `{"created":"","stream_seqs":[` + strings.Repeat("1,", maxOutcomes-1) + `1],"ids":[` +
		strings.Repeat(`"",`, maxOutcomes-1) + `""]}`
	if q, err := readQuestion([]byte(most)); err != nil || len(q.IDs) != maxOutcomes {
		t.Errorf("of the most that may be asked: %d ids, %v", len(q.IDs), err)
	}
}

// However many clients there are, large requests take one processor from others, and small ones go beside them.
func TestLargeRequestsOfAllClientsAreWorkedOnOneAfterAnother(t *testing.T) {
	var a askers
	first, _, _ := a.admit("first")
	second, _, _ := a.admit("second")
	third, _, _ := a.admit("third")
	var working, most atomic.Int64
	begun, finish := make(chan bool, 2), make(chan bool)
	var group sync.WaitGroup
	for _, by := range []*asker{first, second} {
		group.Go(func() {
			a.work(by, largeQuestion, func() {
				most.Store(max(most.Load(), working.Add(1)))
				begun <- true
				<-finish
				working.Add(-1)
			})
		})
	}
	<-begun
	a.work(third, largeQuestion-1, func() {}) // which does not wait
	close(finish)
	group.Wait()
	if most.Load() != 1 {
		t.Errorf("%d large requests were worked on at once", most.Load())
	}
}

// One client asks about what is far ahead, as often as it can. Others' events are judged as if it were not there.
func TestFarRequestsDoNotDelayOthers(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.serveOutcomes()
	stranger, err := nats.Connect(s.server.ClientURL())
	s.must(err)
	defer stranger.Close()
	inbox := nats.NewInbox()
	answers, err := stranger.SubscribeSync(inbox + ".*")
	s.must(err)
	publisher, err := NewPublisher(s.nc, NATSOutcomes{s.nc})
	s.must(err)
	for round := range 3 {
		for n := range 256 {
			s.must(stranger.PublishRequest(VerdictSubject, fmt.Sprintf("%s.%d", inbox, n), []byte(`{"stream_seqs":[1000000]}`)))
		}
		s.must(stranger.Flush())
		begun := time.Now()
		_, err = publisher.Publish(s.ctx(), topUps(1))
		s.must(err)
		if took := time.Since(begun); took > answerTimeout {
			t.Errorf("round %d: to publish took %v", round, took)
		}
	}
	for range 3 * 256 {
		msg, err := answers.NextMsg(patience)
		s.must(err)
		if code := msg.Header.Get(micro.ErrorCodeHeader); code != codeBeyondEnd && code != codeNotNow {
			t.Fatalf("%v", msg.Header)
		}
	}
}

// Nothing is taken in, and one client asks about all that waits: another still learns what the ledger has.
func TestWaitingRequestsDoNotKeepOthersOut(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.publish(topUps(1)...)
	s.stopLog()
	s.startLog()
	s.must(s.outcomes.Reading.confirm(s.ctx()))
	s.cancel() // and so what comes next stays in the stream
	<-s.ended
	s.outcomes.Reading = nil
	s.serveOutcomes()
	s.put("billing.events.acct-1.wallet.topped_up", nil, topUp("acct-1", "1.00"))
	stranger, err := nats.Connect(s.server.ClientURL())
	s.must(err)
	defer stranger.Close()
	for client := range 20 { // as if it were many
		for n := range maxOfClient + 50 {
			reply := fmt.Sprintf("_INBOX.client%d.%d", client, n)
			s.must(stranger.PublishRequest(VerdictSubject, reply, []byte(`{"stream_seqs":[2]}`)))
		}
	}
	s.must(stranger.Flush())
	begun := time.Now()
	if msg := s.askRaw(`{"stream_seqs":[1]}`); !strings.Contains(string(msg.Data), `"appended"`) {
		t.Errorf("%v %s", msg.Header, msg.Data)
	}
	if took := time.Since(begun); took > answerTimeout {
		t.Errorf("it took %v", took)
	}
}
