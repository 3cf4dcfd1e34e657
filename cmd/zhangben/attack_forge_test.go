package main_test

import (
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
)

// tryForging publishes what no publisher may.
func tryForging(s *siege) (string, error) {
	return s.each(func(user string) (all []*nats.Msg) {
		closed := `"period":"2025-02","root":"AAAA"`
		put := func(subject, kind, data string) {
			all = append(all, &nats.Msg{Subject: subject, Data: []byte(s.forge(kind, data))})
		}
		paid := `"account_id":"acct-forged","contract_id":"HT-1","amount":"1.00","currency":"CNY","channel":"online"`
		for _, subject := range []string{"billing.posted.acct-forged.contract.paid", "billing.posted.all.terms.published",
			"billing.rejected.acct-forged",
			"billing.announce", "billing.standing.x", "billing.events", "billing.posted", "elsewhere", "_INBOX_ledger.x",
			"_INBOX_admin.x"} {
			if user != "" || !strings.HasPrefix(subject, "billing.standing") {
				put(subject, "contract.paid", paid)
			}
		}
		put("billing.events.all.period.closed", "period.closed", closed)
		put("billing.events.acct-1.period.closed", "period.closed", closed)
		put("billing.posted.all.period.closed", "period.closed", closed)
		put("billing.posted.all.rejection.dismissed", "rejection.dismissed", `"rejection_id":1,"reason":"forged"`)
		if user == "" {
			return all
		}
		put("billing.events.all.terms.published", "terms.published", `"version":"forged","params":{"late_fee_rate":"0.9"}`)
		put("billing.events.all.event.voided", "event.voided", `"event_id":"`+uuid.NewString()+`"`)
		put("billing.events.all.rejection.dismissed", "rejection.dismissed", `"rejection_id":1,"reason":"forged"`)
		if user == "finance" {
			return all
		}
		for _, kind := range []string{"event.voided", "late_fee.adjusted", "claim.accepted", "payment.bounced"} {
			put("billing.events.acct-forged."+kind, kind, paid)
		}
		if user == "narrow" {
			put("billing.events.acct-forged.contract.paid", "contract.paid", paid)
			put("billing.events.acct-narrow.wallet.topped_up", "wallet.topped_up", paid)
		}
		return all
	}, stored)
}

// tryMismatches sends events in messages that may be sent. They are stored, and refused by the ledger.
func tryMismatches(s *siege) (string, error) {
	stored := 0
	_, err := s.each(func(user string) (all []*nats.Msg) {
		allowed := []string{"billing.events.all.unreadable", "billing.events.acct-1.wallet.topped_up"}
		if user == "narrow" {
			allowed = []string{"billing.events.all.unreadable", "billing.events.acct-narrow.contract.paid"}
		}
		paid := `"account_id":"acct-forged","contract_id":"HT-1","amount":"1.00","currency":"CNY","channel":"online"`
		for _, subject := range allowed {
			for kind, data := range map[string]string{
				"terms.published": `"version":"forged","params":{}`, "period.closed": `"period":"2025-02","root":"AAAA"`,
				"event.voided": `"event_id":"` + uuid.NewString() + `"`, "contract.paid": paid, "wallet.topped_up": paid,
			} {
				all = append(all, &nats.Msg{Subject: subject, Data: []byte(s.forge(kind, data))})
				id := uuid.NewString()
				s.forged = append(s.forged, id)
				all = append(all, &nats.Msg{Subject: subject, Data: []byte("{" + data + "}"), Header: nats.Header{
					"ce-specversion": {"1.0"}, "ce-id": {id}, "ce-source": {"/test"}, "ce-type": {"billing." + kind +
						".v1"}, "ce-time": {"2025-03-01T09:00:00+08:00"},
					"content-type": {"application/json"}}})
			}
		}
		return all
	}, func(*nats.Msg, string) bool { stored++; return false })
	return fmt.Sprintf("%d stored, all for the quarantine", stored), err
}

// own is an event that an attacker may publish, in a message.
func own(user, id string) *nats.Msg {
	account, kind := "acct-attack", "wallet.topped_up"
	if user == "narrow" {
		account, kind = "acct-narrow", "contract.paid"
	}
	data := `"account_id":"` + account + `","contract_id":"HT-attack","amount":"0.01","currency":"CNY","channel":"online"`
	if kind == "wallet.topped_up" {
		data = strings.Replace(data, `"contract_id":"HT-attack",`, "", 1)
	}
	return &nats.Msg{Subject: "billing.events." + account + "." + kind, Data: []byte(eventText(id, kind, data)),
		Header: nats.Header{}}
}

// tryHeaders claims to be the ledger, and to be a publisher with a token.
func tryHeaders(s *siege) (string, error) {
	var ids []string
	outcome, err := s.each(func(user string) (all []*nats.Msg) {
		for _, name := range []string{"Zhangben-Publisher", "zhangben-publisher", "Zhangben-Origin", "Zhangben-Retry-Of",
			"Zhangben-Retry-By"} {
			for _, value := range []string{"root", "ledger", "http", "1", "\x1b[2J"} {
				id := uuid.NewString()
				msg := own(user, id)
				msg.Header = nats.Header{name: {value}, "Zhangben-Origin": {"ledger"}}
				all, ids = append(all, msg), append(ids, id)
			}
		}
		return all
	}, func(*nats.Msg, string) bool { return false })
	if err != nil {
		return outcome, err
	}
	if err := s.honest.publish(uuid.NewString()); err != nil { // so that the ledger has all that came before
		return "", err
	}
	for _, id := range ids {
		if answer := s.ask("GET", "/v1/events/"+id, rootToken, ""); answer.status != 200 || !strings.Contains(answer.body,
			`"publisher":null`) {
			return "", fmt.Errorf("%s: %d %s", id, answer.status, answer.body)
		}
	}
	return fmt.Sprintf("%d events taken, of no publisher", len(ids)), nil
}

// tryJetStreamHeaders asks JetStream for what would lose or hide messages.
func tryJetStreamHeaders(s *siege) (string, error) {
	headers := []nats.Header{
		{"Nats-Rollup": {"all"}}, {"Nats-Rollup": {"sub"}}, {"Nats-TTL": {"1s"}}, {"Nats-TTL": {"never"}},
		{"Nats-Incr": {"+1"}}, {"Nats-Marker-Reason": {"Purge"}},
		{"Nats-Schedule": {"@at 2020-01-01T00:00:00Z"},
			"Nats-Schedule-Target": {"billing.posted.acct-forged.wallet.topped_up"}},
		{"Nats-Schedule": {"@every 1s"}, "Nats-Schedule-Target": {"billing.events.all.period.closed"}},
		{"Nats-Expected-Last-Sequence": {"0"}}, {"Nats-Expected-Stream": {"OTHER"}},
		{"Nats-Expected-Last-Subject-Sequence": {"0"}},
		{"Nats-Expected-Last-Msg-Id": {"x"}}, {"Nats-Batch-Id": {"x"},
			"Nats-Batch-Sequence": {"2"}}, {"Nats-Batch-Id": {"y"}, "Nats-Batch-Sequence": {"1"}, "Nats-Batch-Commit": {"eob"}},
		{"Nats-Batch-Id": {strings.Repeat("x", 1_000)},
			"Nats-Batch-Sequence": {"1"}}, {"Nats-Fast-Batch-Id": {"x"}}, {"Nats-Stream-Source": {"x"}},
	}
	return s.each(func(user string) (all []*nats.Msg) {
		for _, header := range headers {
			msg := own(user, uuid.NewString())
			msg.Header = header
			all = append(all, msg)
		}
		return all
	}, func(*nats.Msg, string) bool { return false })
}

// trySquatting uses the ids of events that others are about to send as message ids.
func trySquatting(s *siege) (string, error) {
	tried := 0
	for _, user := range s.attackers() {
		nc := s.dial(user)
		defer nc.Close()
		for _, honest := range []func(string) error{s.honest.post, s.honest.publish} {
			id := uuid.NewString()
			for _, squat := range []string{id, "billing." + id, strings.ToUpper(id)} {
				msg := own(user, uuid.NewString())
				msg.Header.Set(nats.MsgIdHdr, squat)
				if _, err := nc.RequestMsg(msg, patience); err != nil {
					return "", err
				}
			}
			if err := honest(id); err != nil {
				return "", err
			}
			tried++
		}
	}
	return fmt.Sprintf("%d victims' events taken", tried), nil
}

// tryTakingIDs takes the ids themselves. The victim is told of the conflict: not that the event is taken.
func tryTakingIDs(s *siege) (string, error) {
	for _, user := range s.attackers() {
		nc := s.dial(user)
		defer nc.Close()
		id := uuid.NewString()
		if _, err := nc.RequestMsg(own(user, id), patience); err != nil {
			return "", err
		}
		answer := s.ask("POST", "/v1/events", shopToken, topUp(id), "Content-Type", "application/cloudevents+json")
		if answer.status != 200 || !strings.Contains(answer.body, `"outcome":"rejected"`) || !strings.Contains(answer.body,
			"conflict") {
			return "", fmt.Errorf("%d %s", answer.status, answer.body)
		}
	}
	return "the victim is told of the conflict", nil
}

// tryOtherStream asks what became of messages by sequences that mean something else.
func tryOtherStream(s *siege) (string, error) {
	return s.each(func(string) (all []*nats.Msg) {
		for _, body := range []string{`{"created":"2020-01-01T00:00:00Z","stream_seqs":[1]}`,
			`{"created":"now","stream_seqs":[1]}`,
			`{"stream_seqs":[1],"ids":["` + uuid.NewString() +
				`"]}`, `{"stream_seqs":[1,2],"ids":["x"]}`, `{"stream_seqs":[999999999]}`} {
			all = append(all, &nats.Msg{Subject: "billing.verdict", Data: []byte(body)})
		}
		return all
	}, func(_ *nats.Msg, answer string) bool { return strings.Contains(answer, "outcome") })
}
