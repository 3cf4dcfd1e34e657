package main_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
)

var natsAttempts = []attempt{
	{"NATS: connect without a password, or with another", tryLogins},
	{"NATS: answers sent on to JetStream and to the ledger's subjects", tryReplies},
	{"NATS: every request to JetStream and to the server", tryRequests},
	{"NATS: listen to events, answers, requests and others' inboxes", tryListening},
	{"NATS: publish what is the ledger's or another role's", tryForging},
	{"NATS: events in messages whose subject says otherwise", tryMismatches},
	{"NATS: headers that only the ledger may set", tryHeaders},
	{"NATS: headers that have JetStream act", tryJetStreamHeaders},
	{"NATS: the victim's event id as message id", trySquatting},
	{"NATS: the victim's event id as event id", tryTakingIDs},
	{"NATS: verdicts on messages of another stream", tryOtherStream},
}

// attackers are the NATS users that attack. One who has no name may do the most.
func (s *siege) attackers() []string {
	switch {
	case !s.guarded:
		return []string{""}
	case s.external:
		return []string{"publisher", "finance"}
	}
	return []string{"publisher", "finance", "narrow"}
}

// volley publishes messages at once, and returns the answers to them, by their place.
func volley(nc *nats.Conn, messages []*nats.Msg) (answers map[int]string, err error) {
	inbox := nc.NewInbox()
	sub, err := nc.SubscribeSync(inbox + ".*")
	if err != nil {
		return nil, err
	}
	defer func() { _ = sub.Unsubscribe() }()
	for i, msg := range messages {
		if msg.Reply == "" {
			msg.Reply = inbox + "." + strconv.Itoa(i)
		}
		if err := nc.PublishMsg(msg); err != nil {
			return nil, err
		}
	}
	if err := nc.FlushTimeout(patience); err != nil {
		return nil, err
	}
	answers = map[int]string{}
	for {
		msg, err := sub.NextMsg(300 * time.Millisecond)
		if err != nil {
			return answers, nil
		}
		if i, err := strconv.Atoi(strings.TrimPrefix(msg.Subject, inbox+".")); err == nil &&
			msg.Header.Get("Status") != "503" {
			answers[i] = string(msg.Data)
		}
	}
}

// each lets each attacker send messages, none of which may be answered by what got in.
func (s *siege) each(messages func(user string) []*nats.Msg, gotIn func(msg *nats.Msg,
	answer string) bool) (outcome string, err error) {
	sent := 0
	for _, user := range s.attackers() {
		nc := s.dial(user)
		defer nc.Close()
		all := messages(user)
		answers, err := volley(nc, all)
		if err != nil {
			return "", err
		}
		for i, answer := range answers {
			if gotIn(all[i], answer) {
				return "", fmt.Errorf("user %q is answered on %s: %.300s", user, all[i].Subject, answer)
			}
		}
		sent += len(all)
	}
	return fmt.Sprintf("%d messages, no effect", sent), nil
}

// whatever takes every answer for a way in.
func whatever(*nats.Msg, string) bool { return true }

// stored reports whether JetStream has taken a message.
func stored(_ *nats.Msg, answer string) bool {
	var ack struct{ Seq uint64 }
	return json.Unmarshal([]byte(answer), &ack) == nil && ack.Seq > 0
}

func tryLogins(s *siege) (string, error) {
	if !s.guarded {
		return "", nil
	}
	tried := 0
	for _, user := range []string{"", "ledger", "service", "admin", "finance", "zhangben", "$SYS", "*",
		"publisher secret"} {
		for _, password := range []string{"", "Secret", "secret ", "$2a$11$", strings.Repeat("x", 2_000)} {
			if nc, err := nats.Connect("nats://"+s.nats, nats.UserInfo(user, password)); err == nil {
				nc.Close()
				return "", fmt.Errorf("%q gets in with %q", user, password)
			}
			tried++
		}
	}
	if nc, err := nats.Connect("nats://"+s.nats, nats.Token("secret")); err == nil {
		nc.Close()
		return "", fmt.Errorf("a token gets in")
	}
	return fmt.Sprintf("%d logins refused", tried+1), nil
}

// tryReplies has whatever answers requests send the answers where they would act.
func tryReplies(s *siege) (string, error) {
	replies := []string{
		"$JS.API.STREAM.PURGE.BILLING", "$JS.API.STREAM.DELETE.BILLING", "$JS.API.STREAM.UPDATE.BILLING",
		"$JS.API.CONSUMER.DELETE.BILLING.ledger",
		"$JS.ACK.BILLING.x.1.1.1.1.1", "$JS.FC.BILLING.x", "billing.announce", "billing.standing.x", "billing.verdict",
		"billing.rejected.acct-forged",
		"billing.posted.acct-forged.wallet.topped_up", "billing.events.acct-forged.wallet.topped_up",
		"billing.events.all.period.closed",
		"_INBOX_ledger.x", "_INBOX_service.x", "_INBOX_finance.x.1", "_INBOX.x.1", "$SRV.PING", "$SYS.REQ.SERVER.PING",
		"_INBOX", "_INBOX_",
	}
	bodies := []string{"", "{", "{}", "null", `{"stream_seqs":[1]}`, `{"stream_seqs":[0]}`,
		`{"stream_seqs":[18446744073709551615]}`, `{"stream_seqs":[-1]}`,
		`{"created":"x","stream_seqs":[1],"ids":[""]}`, `{"stream_seqs":[1],"ids":[]}`, strings.Repeat("9", 100_000)}
	return s.each(func(string) (all []*nats.Msg) {
		for _, reply := range replies {
			for _, asked := range []string{"billing.verdict", "$SRV.PING", "$SRV.INFO.zhangben", "$SRV.STATS",
				"billing.standing.x", "billing.announce"} {
				for _, body := range bodies {
					all = append(all, &nats.Msg{Subject: asked, Reply: reply, Data: []byte(body)})
				}
			}
			all = append(all,
				&nats.Msg{Subject: "billing.events.all.unreadable", Reply: reply, Data: []byte("hello")},
				&nats.Msg{Subject: "billing.events.all.unreadable", Data: []byte("hello"),
					Header: nats.Header{"Nats-Trace-Dest": {reply}}})
		}
		return all
	}, func(*nats.Msg, string) bool { return false })
}

// tryRequests asks all that a NATS server answers.
func tryRequests(s *siege) (string, error) {
	var subjects []string
	for _, what := range []string{"PURGE", "DELETE", "UPDATE", "CREATE", "INFO", "SNAPSHOT", "RESTORE", "MSG.GET",
		"MSG.DELETE", "LEADER.STEPDOWN", "PEER.REMOVE"} {
		subjects = append(subjects, "$JS.API.STREAM."+what+".BILLING", "$JS.API.STREAM."+what+".OTHER")
	}
	for _, what := range []string{"NAMES", "LIST", "CREATE", "CREATE.ledger", "DURABLE.CREATE",
		"CREATE.x.billing.events.>"} {
		subjects = append(subjects, "$JS.API.CONSUMER."+strings.Replace(what, "CREATE", "CREATE.BILLING", 1),
			"$JS.API.CONSUMER."+what+".BILLING")
	}
	subjects = append(subjects, "$JS.API.INFO", "$JS.API.STREAM.NAMES", "$JS.API.STREAM.LIST",
		"$JS.API.DIRECT.GET.BILLING",
		"$JS.API.DIRECT.GET.BILLING.billing.events.acct-1.wallet.topped_up", "$JS.API.CONSUMER.MSG.NEXT.BILLING.ledger",
		"$JS.API.META.LEADER.STEPDOWN",
		"$JS.API.SERVER.REMOVE", "$JS.API.ACCOUNT.PURGE.$G", "$JS.API.CONSUMER.PAUSE.BILLING.ledger",
		"$JS.API.CONSUMER.RESET.BILLING.ledger",
		"$JS.domain.API.INFO", "$SYS.REQ.SERVER.PING", "$SYS.REQ.USER.INFO", "$SYS.REQ.ACCOUNT.$G.CONNZ", "$KV.a.b",
		"$O.a.b", "$MQTT.sess")
	bodies := []string{"", `{"seq":1}`, `{"last_by_subj":"billing.events.>"}`, `{"subjects_filter":">"}`,
		`{"batch":10,"expires":1000000}`,
		`{"name":"OTHER","subjects":["billing.>"]}`,
		`{"stream_name":"BILLING","config":{"ack_policy":"none","deliver_subject":"_INBOX.x"}}`}
	return s.each(func(string) (all []*nats.Msg) {
		for _, subject := range subjects {
			for _, body := range bodies {
				all = append(all, &nats.Msg{Subject: subject, Data: []byte(body)})
			}
		}
		return all
	}, whatever)
}

// tryListening listens to everything while others publish. The inboxes of those who have no name are one another's, and
// in them lie verdicts, but no events.
func tryListening(s *siege) (string, error) {
	subjects := []string{">", "*", "*.>", "*.*", "billing.>", "billing.*", "billing.*.*.>", "billing.events.>",
		"billing.events.acct-1.*.*", "billing.posted.>",
		"billing.announce", "billing.standing.*", "billing.verdict", "_INBOX.>", "_INBOX_ledger.>", "_INBOX_service.>",
		"_INBOX_finance.>", "_INBOX_admin.>",
		"_INBOX_ledger.*.*", "$JS.>", "$JS.ACK.>", "$JS.EVENT.>", "$JS.API.>", "$JS.SNAPSHOT.>", "$SYS.>", "$SRV.>", "$G.>"}
	if slices.Contains(s.attackers(), "narrow") {
		subjects = append(subjects, "billing.rejected.acct-1")
	}
	var heard []*nats.Subscription
	for _, user := range s.attackers() {
		nc := s.dial(user)
		defer nc.Close()
		for _, subject := range subjects {
			if subject == "_INBOX_"+user+".>" || subject == "billing.rejected.acct-1" && user != "narrow" {
				continue
			}
			for _, queue := range []string{"", "q"} {
				sub, err := nc.QueueSubscribeSync(subject, queue)
				if err != nil {
					return "", err
				}
				heard = append(heard, sub)
			}
		}
	}
	time.Sleep(s.span)
	for _, sub := range heard {
		for {
			msg, err := sub.NextMsg(time.Millisecond)
			if err != nil {
				break
			}
			if s.guarded || !strings.HasPrefix(msg.Subject, "_INBOX.") || strings.Contains(string(msg.Data), "specversion") {
				return "", fmt.Errorf("%s hears %s: %.200s", sub.Subject, msg.Subject, msg.Data)
			}
		}
	}
	return fmt.Sprintf("%d subscriptions hear nothing of others", len(heard)), nil
}
