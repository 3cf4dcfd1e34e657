package main

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/server"
	"zhangben/ledger/ingest"
)

// attacked is a served ledger, and what an attacker may connect to it as.
type attacked struct {
	serving
	attacker func(...nats.Option) (*nats.Conn, error)
}

// eachAttacked runs a test against a publisher with a name and one without, of the embedded server, and against one of
// the separate server with the configuration that is shipped.
func eachAttacked(t *testing.T, test func(*testing.T, attacked)) {
	t.Run("embedded", func(t *testing.T) {
		s := startGuarded(t)
		test(t, attacked{s, login(s.NATS, "publisher")})
	})
	t.Run("loopback", func(t *testing.T) {
		s := startServing(t, t.TempDir(), nil)
		test(t, attacked{s, login(s.NATS, "")})
	})
	t.Run("separate", func(t *testing.T) {
		address := startShipped(t)
		t.Setenv("ZHANGBEN_NATS_PASSWORD", "secret")
		t.Setenv("ZHANGBEN_NATS_SERVICE_PASSWORD", "secret")
		s := startServing(t, t.TempDir(), func(o *server.Config) {
			o.Outside = client.NATS{URL: address, Login: client.Login{User: "ledger",
				PasswordVariable: "ZHANGBEN_NATS_PASSWORD"}}
			o.Services = client.Login{User: "service", PasswordVariable: "ZHANGBEN_NATS_SERVICE_PASSWORD"}
		})
		if status, _ := streamStatus(t, "--server", s.HTTP); status.ServicesAsLedger {
			t.Error("the services have no user of their own")
		}
		test(t, attacked{s, login(address, "publisher")})
	})
}

// calm wants the ledger to go on with its whole stream, and nothing known of an account that only an attacker named.
func (a attacked) calm(t *testing.T) {
	t.Helper()
	if outcome := a.post(t, topUp("acct-2", "5.00")); outcome != "appended" {
		t.Error(outcome)
	}
	if s, _ := streamStatus(t, "--server", a.HTTP); s.Condition != ingest.Fine || s.FirstSeq != 1 || s.LastSeq < 4 {
		t.Errorf("the stream: %+v", s)
	}
	if status, account := a.get(t, "/v1/accounts/acct-9"); status != http.StatusNotFound {
		t.Errorf("an event was forged: %s", account)
	}
}

// send publishes a message, whatever the server thinks of it.
func (w *walker) send(t *testing.T, msg *nats.Msg) {
	t.Helper()
	if err := errors.Join(w.nc.PublishMsg(msg), w.nc.Flush()); err != nil {
		t.Fatal(err)
	}
}

// Wherever an answer, an acknowledgement or a trace is to be sent, nothing is purged, deleted, forged or announced.
func TestAnswersToSubjectsOfStrangersDoNothing(t *testing.T) {
	targets := []string{
		"$JS.API.STREAM.PURGE.BILLING", "$JS.API.STREAM.DELETE.BILLING", "$JS.API.STREAM.UPDATE.BILLING",
		"$JS.ACK.BILLING.x.1.1.1.1.1",
		"billing.announce", "billing.posted.acct-9.wallet.topped_up", "billing.rejected.acct-9",
		"billing.events.all.period.closed",
	}
	const subject = "billing.events.acct-1.wallet.topped_up"
	eachAttacked(t, func(t *testing.T, a attacked) {
		a.topUps(t, 3)
		w := newWalker(t, a.attacker)
		for _, target := range targets {
			for _, asked := range []string{"billing.verdict", "$SRV.PING", "$SRV.INFO.zhangben", "$SRV.STATS",
				"billing.standing.x"} {
				for _, body := range []string{"", "malformed", "{}", `{"stream_seqs":[1]}`} {
					w.send(t, &nats.Msg{Subject: asked, Reply: target, Data: []byte(body)})
				}
			}
			w.send(t, &nats.Msg{Subject: subject, Reply: target, Data: []byte(topUp("acct-1", "1.00"))})
			w.send(t, &nats.Msg{Subject: subject, Data: []byte("{}"), Header: nats.Header{"Nats-Trace-Dest": {target}}})
		}
		a.calm(t)
	})
}

// What the ledger reads and is answered is heard by no one else, and no question about the stream is answered.
func TestStrangersReadNoEvent(t *testing.T) {
	eachAttacked(t, func(t *testing.T, a attacked) {
		w := newWalker(t, a.attacker)
		var heard []*nats.Subscription
		for _, subject := range []string{">", "*.>", "_INBOX.>", "_INBOX_ledger.>", "_INBOX_service.>", "billing.>",
			"billing.events.>", "billing.posted.>", "$JS.>"} {
			sub, err := w.nc.SubscribeSync(subject)
			if err != nil {
				t.Fatal(err)
			}
			heard = append(heard, sub)
		}
		a.topUps(t, 3)
		for _, question := range []struct{ subject, body string }{
			{"$JS.API.STREAM.INFO.BILLING", `{"subjects_filter":">"}`},
			{"$JS.API.STREAM.NAMES", `{"subject":"billing.events.>"}`},
			{"$JS.API.STREAM.LIST", ""}, {"$JS.API.INFO", ""}, {"$JS.API.STREAM.MSG.GET.BILLING", `{"seq":1}`},
			{"$JS.API.DIRECT.GET.BILLING", `{"seq":1}`},
			{"$JS.API.CONSUMER.CREATE.BILLING",
				`{"stream_name":"BILLING","config":{"deliver_subject":"_INBOX.x","ack_policy":"none"}}`},
			{"$JS.API.CONSUMER.LIST.BILLING", ""},
		} {
			if msg, err := w.nc.Request(question.subject, []byte(question.body), 50*time.Millisecond); err == nil {
				t.Errorf("%s is answered: %s", question.subject, msg.Data)
			}
		}
		for _, sub := range heard {
			if msg, err := sub.NextMsg(20 * time.Millisecond); err == nil {
				t.Errorf("%s hears %s on %s", sub.Subject, msg.Data, msg.Subject)
			}
		}
		a.calm(t)
	})
}
