package ingest

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/micro"

	"zhangben/events"
	"zhangben/ledger"
)

// wantRefusal wants a request to be refused with a code, and for a reason.
func wantRefusal(t *testing.T, msg *nats.Msg, code, reason string) {
	t.Helper()
	if msg.Header.Get(micro.ErrorCodeHeader) != code || !strings.Contains(msg.Header.Get(micro.ErrorHeader), reason) ||
		strings.Contains(string(msg.Data), "results") {
		t.Errorf("%v %s, want %s because %s", msg.Header, msg.Data, code, reason)
	}
}

func TestEmptyRequestTellsWhichStreamIsRead(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.serveOutcomes()
	s.publish(topUps(1)...)
	stream, err := s.js.Stream(s.ctx(), events.StreamName)
	s.must(err)
	var id StreamID
	s.must(json.Unmarshal(s.askRaw("").Data, &id))
	created, err := time.Parse(time.RFC3339Nano, id.Created)
	if id.Stream != "BILLING" || err != nil || !created.Equal(stream.CachedInfo().Created) {
		t.Errorf("%+v, the stream was created %v (%v)", id, stream.CachedInfo().Created, err)
	}
}

func TestVerdictIsOnTheMessageThatTheAskerMeans(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.serveOutcomes()
	id := uuid.New()
	s.publish(topUpWithID(id, "acct-1", "1.00"), []byte("no event"))
	created := s.log.Position().Created.Time().UTC().Format(time.RFC3339Nano)
	answered := func(created, ids string) *nats.Msg {
		return s.askRaw(fmt.Sprintf(`{"created":%q,"stream_seqs":[1,2],"ids":%s}`, created, ids))
	}
	if msg := answered(created, `["`+id.String()+`",""]`); !strings.Contains(string(msg.Data), `"appended"`) {
		t.Errorf("%v %s", msg.Header, msg.Data)
	}
	msg := answered(created, `["`+strings.ToUpper(id.String())+`","an id that is none"]`)
	if !strings.Contains(string(msg.Data), `"appended"`) {
		t.Errorf("an id in upper case: %v %s", msg.Header, msg.Data)
	}
	wantRefusal(t, answered("2020-01-01T00:00:00.000000001Z", `["`+id.String()+`",""]`), codeOtherStream, "2020-01-01")
	wantRefusal(t, answered("yesterday", `["`+id.String()+`",""]`), codeOtherStream, "yesterday")
	wantRefusal(t, answered(created, `["`+uuid.NewString()+`",""]`), codeOtherStream, "message 1 of its stream")
	wantRefusal(t, answered(created, `["",""]`), codeOtherStream, "message 1 of its stream")
	wantRefusal(t, answered(created, `["`+id.String()+`"]`), codeMalformed, "ids")
}

// Until the stream is known to be the log's, and after it was found not to be, the log is silent even on what it has.
func TestNoVerdictWhereTheStreamIsNotRead(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.publish(topUps(3)...)
	reading := new(Reading)
	service, err := ServeOutcomes(s.nc, &LogOutcomes{Log: s.log, Reading: reading}, "1.0.0", open)
	s.must(err)
	defer service.Stop()
	wantRefusal(t, s.askRaw(""), codeNotNow, "not reading")
	waiting := make(chan *nats.Msg)
	go func() { waiting <- s.askRaw(`{"stream_seqs":[1]}`) }()
	select {
	case msg := <-waiting:
		t.Errorf("answered before the stream is read: %s", msg.Data)
	case <-time.After(100 * time.Millisecond):
	}
	reading.set(nil)
	if msg := <-waiting; !strings.Contains(string(msg.Data), `"appended"`) {
		t.Errorf("once it is read: %s", msg.Data)
	}
	for _, reason := range []error{ledger.ErrStreamChanged, ErrStreamGone, ErrRolledBack, ledger.ErrGap, ErrDrift} {
		reading.set(reason)
		for _, request := range []string{"", `{"stream_seqs":[1]}`, `{"stream_seqs":[99]}`} {
			wantRefusal(t, s.askRaw(request), codeHalted, reason.Error())
		}
	}
}

// The stream is rolled back, grows again, and the ledger has not noticed: a publisher is not told of other events.
func TestOtherEventUnderTheSequenceIsNotTakenForOnesOwn(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.publish(topUps(1)...)
	early := t.TempDir()
	s.restartServer(func() { s.must(os.CopyFS(early, os.DirFS(s.natsDir))) })
	s.publish(topUps(2)...)
	unaware := &LogOutcomes{Log: s.log}
	s.cancel()
	<-s.ended
	s.restartServer(func() { s.natsDir = early })
	publisher, err := NewPublisher(s.nc, unaware)
	s.must(err)
	outcomes, err := publisher.Publish(s.ctx(), topUps(2))
	if !errors.Is(err, ErrOtherStream) {
		t.Errorf("%+v (%v)", outcomes, err)
	}
}

func TestMessageBeyondTheEndIsRefusedAtOnce(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.serveOutcomes()
	s.publish(topUps(8)...)
	begun := time.Now()
	wantRefusal(t, s.askRaw(`{"stream_seqs":[3,9]}`), codeBeyondEnd, "the stream ends at 8")
	wantRefusal(t, s.askRaw(`{"stream_seqs":[18446744073709551615]}`), codeBeyondEnd, "the stream ends at 8")
	if took := time.Since(begun); took > answerTimeout {
		t.Errorf("it took %v", took)
	}
}

// Where another stream ends says nothing of the messages of the one that the log was built from.
func TestEndOfAnotherStreamIsNotTheEndOfThisOne(t *testing.T) {
	s := newFixture(t, StreamOptions{})
	s.publish(topUps(3)...)
	s.cancel()
	<-s.ended
	end := NewStreamEnd(s.js)
	if last, known := end.now(s.ctx(), s.log.Position()); last != 3 || !known {
		t.Errorf("%d, %v", last, known)
	}
	s.replaceStream(streamConfig(StreamOptions{MaxBytes: 64 << 20}))
	if last, known := end.now(s.ctx(), s.log.Position()); known {
		t.Errorf("it ends at %d", last)
	}
}

// The server goes away with a question, or with the answer to it: it is asked again as soon as there is a server again.
func TestQuestionLostWithTheConnectionIsAskedAgain(t *testing.T) {
	s := newStreamFixture(t, StreamOptions{})
	asked := make(chan *nats.Msg, 2)
	_, err := s.nc.ChanSubscribe(VerdictSubject, asked)
	s.must(err)
	s.must(s.nc.Flush())
	type answer struct {
		id  StreamID
		err error
	}
	answers := make(chan answer, 1)
	go func() {
		id, err := NATSOutcomes{s.nc}.Stream(s.ctx())
		answers <- answer{id, err}
	}()
	<-asked
	s.restartServer(func() {})
	back := time.Now()
	s.must((<-asked).Respond([]byte(`{"stream":"BILLING"}`)))
	if a := <-answers; a.err != nil || a.id.Stream != "BILLING" || time.Since(back) > answerTimeout/2 {
		t.Errorf("%+v after %v", a, time.Since(back))
	}
}
