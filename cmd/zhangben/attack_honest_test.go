package main_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/nats-io/nats.go"

	"zhangben/ledger"
	"zhangben/ledger/ingest"
)

// honest are those who go on using a server under attack: one posts over HTTP, one publishes over NATS, one reads.
type honest struct {
	siege     *siege
	client    http.Client
	publisher *ingest.Publisher
	end       context.CancelFunc
	group     sync.WaitGroup

	mu           sync.Mutex
	waits        waits
	acknowledged map[string]bool // ids
}

// waits are the times that answers took, by what was asked.
type waits struct {
	took     map[string][]time.Duration
	failures int
	failure  error // the first
}

func (w waits) p99(what string) time.Duration {
	took := slices.Sorted(slices.Values(w.took[what]))
	if len(took) == 0 {
		return 0
	}
	return took[(len(took)*99+99)/100-1].Round(100 * time.Microsecond)
}

func (w waits) answers() (n int) {
	for _, took := range w.took {
		n += len(took)
	}
	return n
}

// beHonest starts them.
func beHonest(s *siege) *honest {
	s.t.Helper()
	h := &honest{siege: s, client: http.Client{Timeout: 30 * time.Second, Transport: new(http.Transport)},
		acknowledged: map[string]bool{}}
	user := ""
	if s.guarded {
		user = "finance"
	}
	nc := s.dial(user)
	s.t.Cleanup(nc.Close)
	publisher, err := ingest.NewPublisher(nc, ingest.NATSOutcomes{Conn: nc})
	if err != nil {
		s.t.Fatal(err)
	}
	h.publisher = publisher
	ctx, cancel := context.WithCancel(s.t.Context())
	h.end = cancel
	for what, do := range map[string]func(string) error{"post": h.post, "publish": h.publish, "read": h.read} {
		h.group.Go(func() { h.goOn(ctx, what, do) })
	}
	s.t.Cleanup(h.stop)
	return h
}

func (h *honest) stop() {
	h.end()
	h.group.Wait()
}

// goOn does something again and again, at the pace of a client that is no attacker.
func (h *honest) goOn(ctx context.Context, what string, do func(id string) error) {
	for ; ctx.Err() == nil; time.Sleep(5 * time.Millisecond) {
		begun := time.Now()
		err := do(uuid.Must(uuid.NewV7()).String())
		h.mu.Lock()
		if err != nil {
			h.waits.failures++
			h.waits.failure = cmp.Or(h.waits.failure, err)
		}
		if h.waits.took != nil {
			h.waits.took[what] = append(h.waits.took[what], time.Since(begun))
		}
		h.mu.Unlock()
	}
}

// during returns what they waited while something was done, and for some time at least.
func (h *honest) during(least time.Duration, do func()) waits {
	h.mu.Lock()
	h.waits = waits{took: map[string][]time.Duration{}}
	h.mu.Unlock()
	begun := time.Now()
	do()
	time.Sleep(least - time.Since(begun))
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.waits
}

// post posts an event, which must be taken.
func (h *honest) post(id string) error {
	answer := h.siege.askBy(&h.client, "POST", "/v1/events", shopToken, topUp(id), "Content-Type",
		"application/cloudevents+json")
	if answer.status != http.StatusOK || !strings.Contains(answer.body, `"id":"`+id+`","outcome":"appended"`) {
		return fmt.Errorf("post: %d %s", answer.status, answer.body)
	}
	h.keep(id)
	return nil
}

// publish publishes two events, which go as an atomic batch.
func (h *honest) publish(id string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	ids := []string{id, uuid.Must(uuid.NewV7()).String()}
	verdicts, err := h.publisher.Publish(ctx, [][]byte{[]byte(topUp(ids[0])), []byte(topUp(ids[1]))})
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	for i, verdict := range verdicts {
		if verdict.Status != ledger.Appended || verdict.ID != ids[i] {
			return fmt.Errorf("publish: %+v", verdict)
		}
		h.keep(ids[i])
	}
	return nil
}

// read asks for figures that the attacks have nothing to do with.
func (h *honest) read(id string) error {
	paths := []string{"/v1/contracts/HT-small?as_of=2025-06-30", "/v1/accounts/acct-small", "/readyz",
		"/v1/events?limit=10"}
	path := paths[int(id[len(id)-1])%len(paths)]
	if answer := h.siege.askBy(&h.client, "GET", path, readerToken, ""); answer.status != http.StatusOK {
		return fmt.Errorf("read %s: %d %s", path, answer.status, answer.body)
	}
	return nil
}

func (h *honest) keep(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.acknowledged[id] = true
}

// answer is what came back over HTTP; status 0 says that nothing did, and body why.
type answer struct {
	status int
	body   string
	header http.Header
}

// ask asks as none of the honest clients, by a connection of its own.
func (s *siege) ask(method, path, token, body string, header ...string) answer {
	client := http.Client{Timeout: patience, Transport: &http.Transport{DisableKeepAlives: true}}
	return s.askBy(&client, method, path, token, body, header...)
}

// askBy asks by a client. Where the server is unguarded no token is shown.
func (s *siege) askBy(client *http.Client, method, path, token, body string, header ...string) answer {
	request, err := http.NewRequest(method, "http://"+s.http+path, bytes.NewReader([]byte(body)))
	if err != nil {
		return answer{body: err.Error()}
	}
	if token != "" && s.guarded {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Add(header[i], header[i+1])
		if header[i] == "Host" {
			request.Host = header[i+1]
		}
	}
	response, err := client.Do(request)
	if err != nil {
		return answer{body: err.Error()}
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, 8<<20))
	if err != nil {
		return answer{body: err.Error()}
	}
	return answer{response.StatusCode, string(text), response.Header}
}

// dial connects to NATS as a user who has the password, or as whoever has no name.
func (s *siege) dial(user string, options ...nats.Option) *nats.Conn {
	s.t.Helper()
	nc, err := nats.Connect("nats://"+s.nats, append(loginAs(user), options...)...)
	if err != nil {
		s.t.Fatal(err)
	}
	return nc
}

// loginAs is how a user connects. Errors that come later are of no interest to an attacker.
func loginAs(user string) []nats.Option {
	options := []nats.Option{nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}), nats.MaxReconnects(-1)}
	if user != "" {
		options = append(options, nats.UserInfo(user, "secret"), nats.CustomInboxPrefix("_INBOX_"+user))
	}
	return options
}
