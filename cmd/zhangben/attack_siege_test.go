package main_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

// siege is a server under attack, and those who go on using it.
type siege struct {
	killing
	front
	whole      bool
	span       time.Duration // of a flood
	server     *process
	http, nats string
	honest     *honest
	forged     []string // ids of events that must not be in the log
	report     *report
}

// The tokens of a guarded server.
const (
	readerToken  = "reader-0123456789abcdef0123456789abcdef"
	shopToken    = "shop-0123456789abcdef0123456789abcdef"
	booksToken   = "books-0123456789abcdef0123456789abcdef"
	rootToken    = "root-0123456789abcdef0123456789abcdef"
	expiredToken = "gone-0123456789abcdef0123456789abcdef"
)

const siegeTokens = "read " + readerToken + " name=reader\npublish " + shopToken + " name=shop sources=/test\n" +
	"finance " + booksToken + " name=books\nadmin " + rootToken + " name=root\nadmin " + expiredToken +
	" name=gone until=2020-01-01\n"

const siegeUsers = "admin secret admin\nfinance secret finance\npublisher secret publish\n" +
	"narrow secret publish accounts=acct-narrow kinds=contract.paid\n"

// usualFlood is how long a flood lasts, unless the environment says otherwise.
const usualFlood = 250 * time.Millisecond

// besiege starts the server and those who use it.
func besiege(t *testing.T, front front, report *report) *siege {
	t.Helper()
	s := &siege{front: front, span: usualFlood, report: report}
	if text, given := os.LookupEnv("ZHANGBEN_FLOOD"); given {
		span, err := time.ParseDuration(text)
		if err != nil {
			t.Fatal(err)
		}
		s.whole, s.span = true, span
	}
	s.killing = killing{t: t, binary: buildBinary(t), dir: t.TempDir(), data: filepath.Join(t.TempDir(), "data")}
	var flags []string
	if front.guarded {
		flags = append(flags, "--tokens", s.secret("tokens", siegeTokens))
	}
	switch {
	case front.external:
		s.http, s.nats = freeAddress(t), startExternal(t)
		flags = append(flags, "--data", s.data, "--http", s.http, "--nats", "nats://"+s.nats, "--nats-user", "ledger",
			"--nats-service-user", "service")
		s.server = start(t, nil, nil, s.binary, append([]string{"serve"}, flags...)...)
	case front.guarded:
		s.server, s.http, s.nats = s.serve(append(flags, "--nats-auth", s.secret("users", siegeUsers))...)
	default:
		s.server, s.http, s.nats = s.serve()
	}
	s.server.ready(s.http)
	s.seed()
	s.honest = beHonest(s)
	return s
}

func (s *siege) secret(name, text string) (path string) {
	s.t.Helper()
	path = filepath.Join(s.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// startExternal starts a separate nats-server with the users that are shipped, and returns its address.
func startExternal(t *testing.T) (address string) {
	t.Helper()
	users, err := os.ReadFile(filepath.Join(root, "scripts", "nats", "users.conf"))
	if err != nil {
		t.Fatal(err)
	}
	e := newExternal(t, buildNATS(t), "authorization {\n"+string(users)+"}\n")
	e.process.await("listening", func() bool {
		conn, err := net.Dial("tcp", e.address)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
	return e.address
}

// seed publishes the contract that is attacked, which has many payments, and one beside it.
func (s *siege) seed() {
	s.t.Helper()
	payments := 2_000
	if s.whole {
		payments = 20_000
	}
	var lines strings.Builder
	for _, of := range []string{"big", "small"} {
		lines.WriteString(eventText(uuid.NewString(), "contract.ordered", `"account_id":"acct-`+of+`","contract_id":"HT-`+of+
			`","currency":"CNY",`+
			`"product":"package","quantity":1,"term":"P1Y","fee":"9000000.00","mode":"postpaid","due_date":"2025-01-31"`) + "\n")
	}
	for range payments {
		lines.WriteString(eventText(uuid.NewString(), "contract.paid",
			`"account_id":"acct-big","contract_id":"HT-big","currency":"CNY","amount":"1.00","channel":"online"`) + "\n")
	}
	var flags []string
	if s.guarded {
		flags = []string{"--nats-user", "admin"}
	}
	if out, code := publish(s.t, s.binary, "nats://"+s.nats, lines.String(), flags...); code != 0 {
		s.t.Fatalf("exit code %d: %s", code, out)
	}
}

// eventText is an event as JSON, with the fields of its data.
func eventText(id, kind, data string) string {
	return `{"specversion":"1.0","id":"` + id + `","source":"/test","type":"billing.` + kind +
		`.v1","time":"2025-03-01T09:00:00+08:00","data":{` + data + `}}`
}

// forge returns an event that must not come into the log.
func (s *siege) forge(kind, data string) string {
	id := uuid.NewString()
	s.forged = append(s.forged, id)
	return eventText(id, kind, data)
}

// run tries one thing while others use the server, and looks whether they still can.
func (s *siege) run(t *testing.T, a attempt) {
	defer func(before *testing.T) { s.t = before }(s.t)
	s.t = t
	var outcome string
	var err error
	begun := time.Now()
	waits := s.honest.during(0, func() { outcome, err = a.try(s) })
	if outcome == "" && err == nil {
		return
	}
	if err == nil {
		err = s.unharmed(waits)
	}
	if err != nil {
		t.Error(err)
		outcome = "NOT HELD: " + err.Error()
	}
	s.report.order = append(s.report.order, a.name)
	s.report.rows[a.name] = row{outcome, waits}
	t.Logf("%.1f s: %s", time.Since(begun).Seconds(), outcome)
}

// unharmed reports what an attack has broken.
func (s *siege) unharmed(waits waits) error {
	select {
	case <-s.server.exited:
		s.t.Fatalf("the server ended\n%s", s.server.messages)
	default:
	}
	if waits.failure != nil {
		return fmt.Errorf("others were refused %d times: %w", waits.failures, waits.failure)
	}
	id := uuid.NewString()
	if err := s.honest.post(id); err != nil {
		return err
	}
	answer := s.ask("GET", "/v1/stream", rootToken, "")
	if answer.status != 200 || !strings.Contains(answer.body, `"condition":"fine"`) || !strings.Contains(answer.body,
		`"first_seq":1,`) {
		return fmt.Errorf("the stream: %d %s", answer.status, answer.body)
	}
	if answer := s.ask("GET", "/v1/accounts/acct-forged", rootToken, ""); answer.status != 404 {
		return fmt.Errorf("an event was forged: %s", answer.body)
	}
	return nil
}

// conclude stops the server and compares its log with what was acknowledged.
func (s *siege) conclude() {
	s.t.Helper()
	s.honest.stop()
	if code := s.server.stop(); code != 0 {
		s.t.Errorf("exit code %d\n%s", code, s.server.messages)
	}
	if said := s.server.messages.String(); strings.Contains(said, "panic") {
		s.t.Errorf("the server panicked:\n%s", said)
	}
	s.check(0, s.honest.acknowledged)
	times := s.countIDs()
	for _, id := range s.forged {
		if times[id] != 0 {
			s.t.Errorf("the forged event %s is in the log", id)
		}
	}
	s.t.Logf("%d events acknowledged, all in the log of %d; none of %d forged", len(s.honest.acknowledged), len(times),
		len(s.forged))
}
