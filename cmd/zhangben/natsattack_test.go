package main

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"zhangben/ledger/ingest"
)

// attacked is a served ledger, and what an attacker may connect to it as.
type attacked struct {
	serving
	attacker func(...nats.Option) (*nats.Conn, error)
	owner    func(...nats.Option) (*nats.Conn, error)
}

// eachAttacked runs a test against a publisher with a name and one without, of the embedded server, and against one of the
// separate server with the configuration that is shipped.
func eachAttacked(t *testing.T, test func(*testing.T, attacked)) {
	t.Run("embedded", func(t *testing.T) {
		s := startGuarded(t)
		test(t, attacked{s, login(s.NATS, "publisher"), s.links.inside.connect})
	})
	t.Run("loopback", func(t *testing.T) {
		s := startServing(t, t.TempDir(), nil)
		test(t, attacked{s, login(s.NATS, ""), s.links.inside.connect})
	})
	t.Run("separate", func(t *testing.T) {
		address := startShipped(t)
		t.Setenv("ZHANGBEN_NATS_PASSWORD", "secret")
		t.Setenv("ZHANGBEN_NATS_SERVICE_PASSWORD", "secret")
		s := startServing(t, t.TempDir(), func(o *serveOptions) {
			o.outside = natsFlags{url: address, login: natsLogin{user: "ledger", variable: "ZHANGBEN_NATS_PASSWORD"}}
			o.services = natsLogin{user: "service", variable: "ZHANGBEN_NATS_SERVICE_PASSWORD"}
		})
		if !s.links.apart {
			t.Error("the services have no user of their own")
		}
		test(t, attacked{s, login(address, "publisher"), login(address, "ledger")})
	})
}

// stream is how the stream is and whether the ledger goes on with it.
func (a attacked) stream(t *testing.T) ingest.Status {
	t.Helper()
	status, err := streamStatus(t, "--server", a.HTTP)
	if err != nil || status.Condition != ingest.Fine {
		t.Fatalf("%+v (%v)", status, err)
	}
	return status
}

// Whatever an answer, an acknowledgement or a trace is to be sent to, nothing is purged, deleted, forged or announced.
func TestAnswersToSubjectsOfStrangersDoNothing(t *testing.T) {
	eachAttacked(t, func(t *testing.T, a attacked) {
		a.topUps(t, 3)
		w := newWalker(t, a.attacker)
		targets := []string{
			"$JS.API.STREAM.PURGE.BILLING", "$JS.API.STREAM.DELETE.BILLING", "$JS.API.STREAM.UPDATE.BILLING", "$JS.ACK.BILLING.x.1.1.1.1.1",
			"billing.announce", "billing.posted.acct-9.wallet.topped_up", "billing.rejected.acct-9", "billing.events.acct-9.period.closed",
		}
		for _, target := range targets {
			for _, asked := range []string{"billing.verdict", "$SRV.PING", "$SRV.INFO.zhangben", "$SRV.STATS", "billing.standing.x"} {
				for _, body := range []string{"", "malformed", "{}", `{"stream_seqs":[1]}`} {
					w.publish(t, &nats.Msg{Subject: asked, Reply: target, Data: []byte(body)})
				}
			}
			w.publish(t, &nats.Msg{Subject: "billing.events.acct-1.wallet.topped_up", Reply: target, Data: []byte(topUp("acct-1", "1.00"))})
			traced := &nats.Msg{Subject: "billing.events.acct-1.wallet.topped_up", Data: []byte("{}"), Header: nats.Header{"Nats-Trace-Dest": {target}}}
			w.publish(t, traced)
		}
		out, messages, code := runCommand(topUp("acct-2", "5.00"), "publish", "--nats", a.NATS, "--nats-user", w.user(), "--nats-password-file", secretFile(t, w.user()))
		if code != exitDone {
			t.Fatalf("%d %s%s", code, out, messages)
		}
		if s := a.stream(t); s.FirstSeq != 1 || s.LastSeq < 4 {
			t.Errorf("the stream has messages %d to %d", s.FirstSeq, s.LastSeq)
		}
		if _, account := a.get(t, "/v1/accounts/acct-9"); !strings.Contains(account, "not_found") && !strings.Contains(account, "404") {
			t.Errorf("an event was forged: %s", account)
		}
	})
}
