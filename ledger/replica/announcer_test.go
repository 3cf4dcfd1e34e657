package replica

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"

	"zhangben/events/civil"
	"zhangben/ledger"
)

func TestInstancesOnOneServerFindEachOther(t *testing.T) {
	url := startNATS(t)
	a, b := newInstance(t), newInstance(t)
	a.read(40, 0)
	a.start(url, "a")
	b.start(url, "b")
	await(t, "b hears of a", func() bool { return b.state("a") == Ahead })
	b.read(40, 0)
	await(t, "both agree", func() bool { return a.state("b") == Agrees && b.state("a") == Agrees })
	for n := uint64(41); n <= 200; n++ {
		a.read(n, 0)
		b.read(n, 0)
	}
	await(t, "both have come to the end", func() bool {
		return a.peers.List()[0].Agreed == 200 && b.peers.List()[0].Agreed == 200
	})
	if err := errors.Join(a.peers.Err(), b.peers.Err()); err != nil {
		t.Error(err)
	}
}

// The one that is behind, and has nothing more to read, stops too. Both name the message.
func TestADifferenceStopsBothAndItsBeginningIsFound(t *testing.T) {
	url := startNATS(t)
	a, b := newInstance(t), newInstance(t)
	a.read(500, 0)
	b.read(300, 123)
	a.start(url, "a")
	b.start(url, "b")
	for name, i := range map[string]*instance{"a": a, "b": b} {
		await(t, name+" names the message", func() bool {
			err := i.peers.Err()
			return errors.Is(err, ErrDiffers) &&
				strings.Contains(err.Error(), "the first message that they took differently is 123,")
		})
		if !strings.Contains(i.said.String(), "level=ERROR") {
			t.Errorf("%s does not say it loudly:\n%s", name, i.said)
		}
	}
}

// Who comes later finds out from those that stopped, though they have nothing new to say.
func TestAThirdThatComesLaterStopsAsWell(t *testing.T) {
	url := startNATS(t)
	a, b, c := newInstance(t), newInstance(t), newInstance(t)
	a.read(100, 0)
	b.read(100, 50)
	a.start(url, "a")
	b.start(url, "b")
	await(t, "a and b differ", func() bool { return a.peers.Err() != nil && b.peers.Err() != nil })
	c.start(url, "c")
	c.read(60, 0)
	await(t, "c differs from b", func() bool { return c.state("b") == Differs })
	await(t, "c agrees with a", func() bool { return c.state("a") == Agrees })
}

func TestAnnouncementsAreFewHoweverFastTheLogGrows(t *testing.T) {
	url := startNATS(t)
	a := newInstance(t)
	nc := connect(t, url)
	heard, err := nc.SubscribeSync(Subject)
	if err := errors.Join(err, nc.Flush()); err != nil {
		t.Fatal(err)
	}
	a.start(url, "a")
	begun := time.Now()
	for n := uint64(1); time.Since(begun) < 2*growthPeriod; n++ {
		a.read(n, 0)
	}
	if n, _, err := heard.Pending(); err != nil || n < 2 || n > 4 {
		t.Errorf("%d announcements, %v", n, err)
	}
}

func TestTreeHeadsAreToldOnRequest(t *testing.T) {
	url := startNATS(t)
	a := newInstance(t)
	a.read(10, 0)
	a.start(url, "a")
	nc := connect(t, url)
	ask := func(streamSeq uint64) (ledger.TreeHead, error) {
		return askHead(t.Context(), nc, a.peers.run, headRequest{identityOf(a.log.Position()), streamSeq})
	}
	await(t, "a answers", func() bool { _, err := ask(0); return err == nil })
	want, err := a.log.TreeHead(7)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ask(7); err != nil || got != want {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
	if _, err := ask(11); err == nil || !strings.Contains(err.Error(), "not in the ledger") {
		t.Errorf("a message to come: %v", err)
	}
	for _, malformed := range []string{"?", `{"stream_seq":7}`} {
		reply, err := nc.Request(headSubject+a.peers.run, []byte(malformed), patience)
		if err != nil || reply.Header.Get(micro.ErrorCodeHeader) != "400" {
			t.Errorf("%s: %+v, %v", malformed, reply, err)
		}
	}
}

// Sequences of another stream, or of another epoch, name other messages, whose records have other hashes.
func TestTreeHeadsOfAnotherStreamAreRefused(t *testing.T) {
	url := startNATS(t)
	a := newInstance(t)
	a.read(10, 0)
	a.start(url, "a")
	nc := connect(t, url)
	mine := identityOf(a.log.Position())
	await(t, "a answers", func() bool {
		_, err := askHead(t.Context(), nc, a.peers.run, headRequest{mine, 7})
		return err == nil
	})
	for name, change := range map[string]func(*identity){
		"recreated":     func(i *identity) { i.Created = opened.Add(civil.Seconds(1)).String() },
		"of a name":     func(i *identity) { i.Stream = "OTHER" },
		"another epoch": func(i *identity) { i.Epoch++ },
	} {
		other := mine
		change(&other)
		got, err := askHead(t.Context(), nc, a.peers.run, headRequest{other, 7})
		if !errors.Is(err, errOtherStream) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// An instance of an earlier version answers whatever stream it reads, and does not say which.
func TestTreeHeadsThatNameNoStreamAreNotBelieved(t *testing.T) {
	url := startNATS(t)
	nc := connect(t, url)
	_, err := nc.Subscribe(headSubject+"old", func(msg *nats.Msg) {
		_ = msg.Respond([]byte(`{"stream_seq":7,"seq":7,"root":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}`))
	})
	if err := errors.Join(err, nc.Flush()); err != nil {
		t.Fatal(err)
	}
	request := headRequest{identity{"BILLING", opened.String(), 0}, 7}
	if got, err := askHead(t.Context(), nc, "old", request); !errors.Is(err, errOtherStream) {
		t.Errorf("%+v, %v", got, err)
	}
}
