package main_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"
)

var natsFloods = []flood{
	{name: "NATS flood: 2,000 forbidden messages", rush: floodForbidden, watch: countLines},
	{name: "NATS flood: verdicts on messages far away, malformed requests", rush: floodVerdicts},
	{name: "NATS flood: messages for the quarantine", rush: floodQuarantine},
	{name: "NATS flood: one event again and again", rush: floodDuplicates},
	{name: "NATS flood: events without waiting", rush: floodEvents, watch: postAfterwards},
	{name: "NATS flood: thousands of header lines, long subjects", rush: floodHeaders},
	{name: "NATS flood: atomic batches that are never committed", rush: floodBatches},
	{name: "NATS flood: 20,000 subscriptions", rush: floodSubscriptions},
	{name: "NATS flood: 500 connections that say nothing", rush: floodConnections},
	{name: "NATS flood: raw protocol, oversized, cut off, endless", rush: floodRaw},
	{name: "NATS flood: listeners to refusals who do not read", rush: floodSlowListeners},
}

// flooder is the user whose floods are tried.
func (s *siege) flooder() string { return s.attackers()[0] }

// flood does something by several connections until its time is over, and returns how often.
func (s *siege) flood(clients int, do func(nc *nats.Conn, n int) error) (times int, err error) {
	var group sync.WaitGroup
	var mu sync.Mutex
	for range clients {
		nc := s.dial(s.flooder())
		defer nc.Close()
		group.Go(func() {
			n, failed := 0, error(nil)
			for end := time.Now().Add(s.span); failed == nil && time.Now().Before(end); n++ {
				failed = do(nc, n)
			}
			mu.Lock()
			defer mu.Unlock()
			times += n
			if failed != nil {
				err = failed
			}
		})
	}
	group.Wait()
	return times, err
}

func floodForbidden(s *siege) (string, error) {
	nc := s.dial(s.flooder())
	defer nc.Close()
	for range 2_000 {
		if err := nc.Publish("billing.posted.acct-forged.contract.paid", []byte("{}")); err != nil {
			return "", err
		}
	}
	return "no effect", nc.FlushTimeout(patience)
}

// mostLines is how many lines a burst may add to the diagnostic log.
const mostLines = 20

// countLines counts what the server says of messages that it does not let through.
func countLines(s *siege, rush func() (string, error)) (string, error) {
	before := strings.Count(s.server.messages.String(), "\n")
	if _, err := rush(); err != nil {
		return "", err
	}
	time.Sleep(100 * time.Millisecond)
	lines := strings.Count(s.server.messages.String(), "\n") - before
	if lines > mostLines {
		return "", fmt.Errorf("%d lines in the diagnostic log", lines)
	}
	return fmt.Sprintf("%d lines in the diagnostic log", lines), nil
}

func floodVerdicts(s *siege) (string, error) {
	bodies := []string{`{"stream_seqs":[18446744073709551615]}`, `{"stream_seqs":[99999999]}`, "", "{",
		`{"stream_seqs":[` + strings.Repeat("1,", 999) + `1]}`,
		strings.Repeat("[", 50_000), `{"stream_seqs":[` + strings.Repeat("1,", 40_000) + `1]}`}
	n, err := s.flood(4, func(nc *nats.Conn, n int) error {
		err := nc.PublishRequest("billing.verdict", nc.NewInbox(), []byte(bodies[n%len(bodies)]))
		if err == nil && n%32 == 31 {
			err = nc.FlushTimeout(patience)
		}
		return err
	})
	return fmt.Sprintf("%d requests", n), err
}

func floodQuarantine(s *siege) (string, error) {
	bodies := []string{"", "hello", "\x00\xff\xfe", strings.Repeat("[", 500_000), strings.Repeat(`{"a":`, 100_000),
		`{"id":` + strings.Repeat("9", 200_000) + "}",
		`{"specversion":"1.0","id":"\u001b[2J\u202e","source":"\u0007","type":"billing.\u001b]0;x\u0007.v1"}`,
		eventText(uuid.NewString(), "wallet.topped_up", `"amount":1e999999999`),
		"\x1f\x8b\x08\x00" + strings.Repeat("\x00", 100_000)}
	n, err := s.flood(2, func(nc *nats.Conn, n int) error {
		_, err := nc.Request("billing.events.all.unreadable", []byte(bodies[n%len(bodies)]), patience)
		return err
	})
	return fmt.Sprintf("%d messages refused", n), err
}

func floodDuplicates(s *siege) (string, error) {
	msg := own(s.flooder(), uuid.NewString())
	n, err := s.flood(4, func(nc *nats.Conn, _ int) error {
		_, err := nc.Request(msg.Subject, msg.Data, patience)
		return err
	})
	return fmt.Sprintf("%d messages, one event", n), err
}

// floodEvents publishes events without waiting for acknowledgements. A separate NATS server queues what it reads, which
// is not in our hands.
func floodEvents(s *siege) (string, error) {
	if s.external {
		return "", nil
	}
	subjects := []string{"billing.events.acct-flood.contract.paid",
		"billing.events." + strings.Repeat("a", 3_000) + ".contract.paid"}
	n, err := s.flood(4, func(nc *nats.Conn, n int) error {
		msg := own(s.flooder(), uuid.NewString())
		msg.Subject = subjects[n%2]
		if n%4 < 2 {
			msg.Reply = nc.NewInbox()
		}
		return nc.PublishMsg(msg)
	})
	return fmt.Sprintf("%d events", n), err
}

// longestPost is how long an event may take to be posted after others have published as fast as they can.
const longestPost = 3 * time.Second

// postAfterwards posts an event as others do.
func postAfterwards(s *siege, rush func() (string, error)) (string, error) {
	outcome, err := rush()
	if outcome == "" || err != nil {
		return "", err
	}
	begun := time.Now()
	err = s.honest.post(uuid.NewString())
	took := time.Since(begun).Round(time.Millisecond)
	outcome = fmt.Sprintf("%s, after which a post took %v", outcome, took)
	if err == nil && took > longestPost {
		err = errors.New(outcome)
	}
	return outcome, err
}

func floodHeaders(s *siege) (string, error) {
	header := nats.Header{}
	for n := range 10_000 {
		header.Add(fmt.Sprintf("ce-x%d", n), strings.Repeat("\x1b", 20))
	}
	n, err := s.flood(2, func(nc *nats.Conn, n int) error {
		msg := own(s.flooder(), uuid.NewString())
		switch n % 3 {
		case 0:
			msg.Header = header
		case 1:
			msg.Header = nats.Header{"ce-specversion": {"1.0"}, "ce-id": {strings.Repeat("x", 60_000)},
				"ce-type": {strings.Repeat("y", 60_000)}}
		default:
			msg.Subject = "billing.events." + strings.Repeat("a", 3_000) + ".wallet.topped_up"
		}
		msg.Reply = nc.NewInbox()
		return nc.PublishMsg(msg)
	})
	return fmt.Sprintf("%d messages", n), err
}

// floodBatches opens as many batches as the server allows, and leaves them open.
func floodBatches(s *siege) (string, error) {
	n, err := s.flood(1, func(nc *nats.Conn, _ int) error {
		msg := own(s.flooder(), uuid.NewString())
		msg.Header = nats.Header{"Nats-Batch-Id": {uuid.NewString()}, "Nats-Batch-Sequence": {"1"}}
		_, err := nc.RequestMsg(msg, patience)
		return err
	})
	if err != nil {
		return "", err
	}
	time.Sleep(s.span)
	return fmt.Sprintf("%d batches", n), nil
}

func floodSubscriptions(s *siege) (string, error) {
	conn, err := s.rawNATS()
	if err != nil {
		return "", err
	}
	defer conn.Close()
	prefix := strings.TrimSuffix("_INBOX_"+s.flooder(), "_")
	for n := range 20_000 {
		if _, err := fmt.Fprintf(conn, "SUB %s.%d.* %d\r\n", prefix, n, n+1); err != nil {
			return "", err
		}
	}
	time.Sleep(s.span)
	return "20,000 subscriptions of one client", nil
}

// rawNATS connects and logs in, without a client library.
func (s *siege) rawNATS() (net.Conn, error) {
	conn, err := net.Dial("tcp", s.nats)
	if err != nil {
		return nil, err
	}
	_, err = io.WriteString(conn, s.rawLogin())
	return conn, err
}

func (s *siege) rawLogin() string {
	if !s.guarded {
		return `CONNECT {"verbose":false,"headers":true}` + "\r\n"
	}
	return `CONNECT {"verbose":false,"headers":true,"user":"` + s.flooder() + `","pass":"secret"}` + "\r\n"
}

func floodConnections(s *siege) (string, error) {
	for range 500 {
		conn, err := net.Dial("tcp", s.nats)
		if err != nil {
			return "", err
		}
		defer conn.Close()
	}
	time.Sleep(s.span)
	return "others are served beside them", nil
}

// floodRaw speaks the protocol wrongly. After each line the server may hang up.
func floodRaw(s *siege) (string, error) {
	login := s.rawLogin()
	lines := []string{
		login + "PUB billing.events.all.unreadable 2000000\r\n" + strings.Repeat("x", 2_000_000) + "\r\n",
		login + "PUB billing.events.all.unreadable 99999999999999999999\r\n", login +
			"PUB billing.events.all.unreadable -1\r\n\r\n",
		login + "HPUB billing.events.all.unreadable 999999 12\r\nNATS/1.0\r\n\r\n", login +
			"HPUB billing.events.all.unreadable 12 12\r\nNATS/9.9\r\n\r\n\r\n",
		login + "PUB billing.events.all.unreadable 100\r\ncut", login + strings.Repeat("PING\r\n", 100_000), login +
			strings.Repeat("x", 1_000_000),
		login + "SUB > 1\r\nSUB $JS.> 2\r\nSUB billing.verdict q 3\r\n", "CONNECT " + strings.Repeat("{", 100_000) +
			"\r\n", "INFO {}\r\n+OK\r\n-ERR\r\n",
		login + "RS+ $G > 1\r\nRMSG $G billing.posted.acct-forged.contract.paid 2\r\n{}\r\n", login +
			"A+ $SYS\r\nLS+ >\r\nLMSG billing.announce 2\r\n{}\r\n",
		"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", strings.Repeat("\x00", 100_000),
	}
	for _, line := range lines {
		conn, err := net.Dial("tcp", s.nats)
		if err != nil {
			return "", err
		}
		defer conn.Close()
		_ = conn.SetDeadline(time.Now().Add(s.span))
		_, _ = conn.Write([]byte(line))
		if said := heardRaw(conn); strings.Contains(said, "MSG ") {
			return "", fmt.Errorf("%.60q hears %.200s", line, said)
		}
	}
	return fmt.Sprintf("%d shapes", len(lines)), nil
}

// heardRaw reads what a server says until the deadline, but for its greeting.
func heardRaw(conn net.Conn) (said string) {
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		if !strings.HasPrefix(lines.Text(), "INFO ") {
			said += lines.Text() + "\n"
		}
	}
	return said
}

// floodSlowListeners listens without reading, while much is refused.
func floodSlowListeners(s *siege) (string, error) {
	for range 20 {
		conn, err := s.rawNATS()
		if err != nil {
			return "", err
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, "SUB billing.rejected.* 1\r\nSUB billing.rejected.all 2\r\n"); err != nil {
			return "", err
		}
	}
	return floodQuarantine(s)
}
