package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
)

// mostStopTime is how long a server may take to stop, whatever it is doing.
const mostStopTime = 2 * time.Second

// crowdPayments is how many payments one contract has.
const crowdPayments = 20_000

// startCrowded serves a folder with one contract of many payments, and some others.
func startCrowded(t *testing.T) serving {
	t.Helper()
	var lines strings.Builder
	line := func(n int, kind, at, account, contract, data string) {
		fmt.Fprintf(&lines,
			`{"specversion":"1.0","id":"01960f2e-0000-7000-8000-%012d","source":"/crowd","type":"billing.%s.v1","time":%q,`+
				`"data":{"account_id":%q,"contract_id":%q,"currency":"CNY",%s}}`+"\n", n, kind, at, account, contract, data)
	}
	order := `"product":"package","quantity":1,"term":"P1Y","fee":"9000000.00","mode":"postpaid","due_date":"2025-01-31"`
	for n := range 50 {
		line(n+1, "contract.ordered", "2025-01-01T00:00:00+08:00", fmt.Sprintf("acct-%d", n), fmt.Sprintf("HT-%d", n), order)
	}
	for n := range crowdPayments {
		at := time.Date(2025, 2, 1, 0, 0, n*100, 0, time.UTC).Format(time.RFC3339)
		line(1000+n, "contract.paid", at, "acct-0", "HT-0", `"amount":"1.00","channel":"online"`)
	}
	s := startServing(t, t.TempDir(), nil)
	if _, messages, code := runCommand(lines.String(), "publish", "--nats", s.NATS, "-"); code != 0 {
		t.Fatalf("%d %s", code, messages)
	}
	return s
}

// attack asks a question with several clients, again and again, until ctx is done.
func (s serving) attack(ctx context.Context, clients int, method, path string, body func() io.Reader) *sync.WaitGroup {
	var group sync.WaitGroup
	for range clients {
		group.Go(func() {
			for ctx.Err() == nil {
				request, err := http.NewRequestWithContext(ctx, method, s.HTTP+path, body())
				if err != nil {
					panic(err)
				}
				request.Header.Set("Content-Type", "application/cloudevents+json")
				response, err := http.DefaultClient.Do(request)
				if err != nil {
					time.Sleep(10 * time.Millisecond)
					continue
				}
				_, _ = io.Copy(io.Discard, response.Body)
				response.Body.Close()
			}
		})
	}
	return &group
}

func nothing() io.Reader { return nil }

// stalled is an upload of which nothing comes until ctx is done.
type stalled struct{ ctx context.Context }

func (s stalled) Read([]byte) (int, error) {
	<-s.ctx.Done()
	return 0, s.ctx.Err()
}

// TestStoppingWhateverRuns stops a server that does all at once that takes long.
func TestStoppingWhateverRuns(t *testing.T) {
	s := startCrowded(t)
	ctx, cancel := context.WithCancel(t.Context())
	running := []*sync.WaitGroup{
		s.attack(ctx, 4, "GET", "/v1/contracts/HT-0?as_of=2025-06-30", nothing),
		s.attack(ctx, 4, "GET", "/v1/contracts/HT-0/explain", nothing),
		s.attack(ctx, 2, "GET", "/v1/totals?as_of=2025-06-30", nothing),
		s.attack(ctx, 8, "GET", "/v1/events?follow=true", nothing),
		s.attack(ctx, 1, "POST", "/v1/verify", nothing),
		s.attack(ctx, 1, "POST", "/v1/backup", nothing),
		s.attack(ctx, 4, "POST", "/v1/events", func() io.Reader {
			return stalled{ctx}
		}),
		s.connections(ctx, t),
	}
	time.Sleep(500 * time.Millisecond)
	begun := time.Now()
	err := s.stop()
	if took := time.Since(begun); err != nil || took > mostStopTime {
		t.Errorf("stopped after %v: %v", took, err)
	} else {
		t.Logf("stopped after %v", took)
	}
	cancel()
	for _, group := range running {
		group.Wait()
	}
}

// connections opens connections on which nothing is asked.
func (s serving) connections(ctx context.Context, t *testing.T) *sync.WaitGroup {
	var group sync.WaitGroup
	for range 20 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(s.HTTP, "http://"))
		if err != nil {
			t.Error(err)
			continue
		}
		group.Go(func() { <-ctx.Done(); conn.Close() })
	}
	return &group
}

// TestOthersAreServedBesideLongQuestions measures what others wait while eight clients ask about one large contract.
func TestOthersAreServedBesideLongQuestions(t *testing.T) {
	s := startCrowded(t)
	calm := s.waits(t)
	ctx, cancel := context.WithCancel(t.Context())
	attack := s.attack(ctx, 8, "GET", "/v1/contracts/HT-0/explain?as_of=2025-06-30", nothing)
	time.Sleep(200 * time.Millisecond)
	attacked := s.waits(t)
	cancel()
	attack.Wait()
	for _, path := range otherPaths {
		t.Logf("%-30s calm p50 %v p99 %v, attacked p50 %v p99 %v", path, calm[path][50], calm[path][99], attacked[path][50],
			attacked[path][99])
		if attacked[path][99] > time.Second {
			t.Errorf("%s took %v", path, attacked[path][99])
		}
	}
}

var otherPaths = []string{"/v1/accounts/acct-7", "/v1/contracts/HT-9?as_of=2025-03-31", "/metrics", "/readyz",
	"/healthz"}

// waits returns percentiles of the time to answer of each of the other paths.
func (s serving) waits(t *testing.T) map[string]map[int]time.Duration {
	t.Helper()
	took := map[string][]time.Duration{}
	for range 100 {
		for _, path := range otherPaths {
			begun := time.Now()
			if status, body := s.get(t, path); status != http.StatusOK {
				t.Fatalf("%s: %d %s", path, status, body)
			}
			took[path] = append(took[path], time.Since(begun))
			time.Sleep(2 * time.Millisecond)
		}
	}
	percentiles := map[string]map[int]time.Duration{}
	for path, all := range took {
		slices.Sort(all)
		percentiles[path] = map[int]time.Duration{50: all[50], 99: all[98]}
	}
	return percentiles
}

// TestMetricsAreAsTheyShouldBe lints what a server measures, and looks for what it must.
func TestMetricsAreAsTheyShouldBe(t *testing.T) {
	s := startServing(t, t.TempDir(), nil)
	event := `{"specversion":"1.0","id":"01960f2e-0000-7000-8000-000000000001","source":"/m",` +
		`"type":"billing.wallet.topped_up.v1","time":"2025-01-01T00:00:00+08:00",` +
		`"data":{"account_id":"a","amount":"1.00","currency":"CNY","channel":"online"}}`
	for _, wanted := range []string{"appended", "duplicate"} {
		if outcome := s.post(t, event); outcome != wanted {
			t.Errorf("%s instead of %s", outcome, wanted)
		}
	}
	_, text := s.get(t, "/metrics")
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("%v %v", problems, err)
	}
	for _, want := range []string{
		"\ngo_goroutines ", "\nprocess_cpu_seconds_total ", "\nzhangben_build_info{", "\nzhangben_nats_connected 1\n",
		`zhangben_events_total{kind="wallet.topped_up",outcome="appended"} 1`,
		`zhangben_events_total{kind="wallet.topped_up",outcome="duplicate"} 1`,
		`http_request_duration_seconds_count{route="POST /v1/events",status="2xx"} 2`, "\nzhangben_stream_behind_seconds 0\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
}
