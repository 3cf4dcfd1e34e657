package api_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"zhangben/ledger"
	"zhangben/projections/api"
	"zhangben/projections/query/testlog"
)

// longQuestions ask each kind of question about an account that takes long, or about all.
var longQuestions = []struct{ method, path, body string }{
	{"GET", "/v1/contracts/" + testlog.LongContract, ""},
	{"GET", "/v1/contracts/" + testlog.LongContract + "?as_of=2025-05-01", ""},
	{"GET", "/v1/contracts/" + testlog.LongContract + "/explain", ""},
	{"GET", "/v1/contracts/" + testlog.LongContract + "/explain?why_not=terminate", ""},
	{"GET", "/v1/contracts/" + testlog.LongContract + "/timeline", ""},
	{"GET", "/v1/accounts/" + testlog.LongAccount, ""},
	{"GET", "/v1/accounts/" + testlog.LongAccount + "/explain", ""},
	{"GET", "/v1/accounts", ""},
	{"GET", "/v1/contracts?flag=overdue", ""},
	{"GET", "/v1/contracts?account_id=" + testlog.LongAccount, ""},
	{"GET", "/v1/exceptions", ""},
	{"GET", "/v1/totals", ""},
	{"GET", "/v1/totals?as_of=2025-06-30", ""},
	{"GET", "/v1/events?kind=terms.published", ""},
	{"GET", "/v1/events?follow=true", ""},
	{"GET", "/v1/rejected", ""},
	{"POST", "/v1/preview", `{"contract_id":"` + testlog.LongContract + `","params":{"late_fee_rate":"0.002"}}`},
	{"POST", "/v1/preview", `{"account_id":"` + testlog.LongAccount + `","params":{"late_fee_rate":"0.002"}}`},
	{"POST", "/v1/preview", `{"all":true,"params":{"late_fee_rate":"0.002"}}`},
	{"POST", "/v1/verify", ""},
}

// TestClientsThatHungUpLeaveNothing asks each question eight times at once and hangs up in the middle: within a second
// nothing works for them any more.
func TestClientsThatHungUpLeaveNothing(t *testing.T) {
	server := serving(t, testlog.Long(t, 200, 8_000), nil)
	for _, q := range longQuestions {
		ctx, hangUp := context.WithCancel(t.Context())
		asking := askTogether(ctx, server, 8, q.method, q.path, q.body)
		time.Sleep(40 * time.Millisecond)
		caught := working()
		hangUp()
		asking.Wait()
		if left := idleWithin(mostIdleTime); left != "" {
			t.Errorf("%s %s: left behind:\n%s", q.method, q.path, left)
		}
		t.Logf("%-30.30s %-50.50s caught in the middle: %v", q.method+" "+q.path, q.body, caught != "")
	}
}

// TestAStoppedServerLeavesNothing ends the context of all requests, as a server does that is to stop.
func TestAStoppedServerLeavesNothing(t *testing.T) {
	requests, stop := context.WithCancel(t.Context())
	s := testlog.Long(t, 200, 8_000)
	handler := api.New(api.Config{Log: s.Log, Now: clock, Context: requests})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		defer context.AfterFunc(requests, cancel)()
		handler.ServeHTTP(w, r.WithContext(ctx))
	}))
	defer server.Close()
	var asking []*sync.WaitGroup
	for _, q := range longQuestions {
		asking = append(asking, askTogether(t.Context(), server, 2, q.method, q.path, q.body))
	}
	time.Sleep(100 * time.Millisecond)
	stop()
	begun := time.Now()
	for _, group := range asking {
		group.Wait()
	}
	if took := time.Since(begun); took > 2*raceSlack*time.Second {
		t.Errorf("the last answer came after %v", took)
	}
	if left := idleWithin(mostIdleTime); left != "" {
		t.Errorf("left behind:\n%s", left)
	}
}

// askTogether sends one request many times at once, and passes over the answers.
func askTogether(ctx context.Context, server *httptest.Server, n int, method, path, body string) *sync.WaitGroup {
	var group sync.WaitGroup
	for range n {
		group.Go(func() {
			request, err := http.NewRequestWithContext(ctx, method, server.URL+path, strings.NewReader(body))
			if err != nil {
				panic(err)
			}
			request.Header.Set("Content-Type", "application/json")
			response, err := server.Client().Do(request)
			if err != nil {
				return
			}
			defer response.Body.Close()
			_, _ = io.Copy(io.Discard, response.Body)
		})
	}
	return &group
}

// TestALongAccountIsReadOnce has many ask about an account that is in no memory yet: one reads it at a time, so that
// what is read for clients that are gone never fills the memory.
func TestALongAccountIsReadOnce(t *testing.T) {
	server := serving(t, testlog.Long(t, 10, 20_000), nil)
	ctx, hangUp := context.WithCancel(t.Context())
	asking := askTogether(ctx, server, 64, "GET", "/v1/contracts/"+testlog.LongContract, "")
	most := 0
	for begun := time.Now(); time.Since(begun) < 500*time.Millisecond; time.Sleep(time.Millisecond) {
		most = max(most, goroutinesIn("query.(*decoding).read("))
	}
	hangUp()
	asking.Wait()
	if most != 1 {
		t.Errorf("%d read it at a time", most)
	}
}

// goroutinesIn counts the goroutines that are within a function.
func goroutinesIn(function string) (n int) {
	stacks := make([]byte, 4<<20)
	for _, stack := range strings.Split(string(stacks[:runtime.Stack(stacks, true)]), "\n\n") {
		if strings.Contains(stack, function) {
			n++
		}
	}
	return n
}

// working returns the stack of a goroutine that works on a question, "" where there is none.
func working() string {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	for _, stack := range strings.Split(string(stacks), "\n\n") {
		if strings.Contains(stack, "/projections/query.") && !strings.Contains(stack, "KeepTotals") {
			return stack
		}
	}
	return ""
}

// mostIdleTime is how long work may go on for who has gone.
const mostIdleTime = raceSlack * time.Second

// idleWithin waits until nothing works on a question, and returns a stack of what still does then.
func idleWithin(most time.Duration) (left string) {
	for begun := time.Now(); ; time.Sleep(10 * time.Millisecond) {
		if left = working(); left == "" || time.Since(begun) > most {
			return left
		}
	}
}

// TestTotalsSayHowFarTheyCame returns less time than all accounts take: each asker is told when to ask again, and at
// last there is an answer. On a busy machine the time may be too short to come anywhere, and is doubled.
func TestTotalsSayHowFarTheyCame(t *testing.T) {
	for _, path := range []string{"/v1/totals", "/v1/totals?as_of=2025-06-30"} {
		s := testlog.Many(t, 12_000)
		refused := 0
		for answer := 20 * time.Millisecond; ; answer *= 2 {
			server := serving(t, s, func(c *api.Config) { c.Answer = answer })
			more, answered := askUntilAnswered(t, server, path)
			if refused += more; answered {
				break
			}
			if answer > 2*time.Second {
				t.Fatalf("%s: no progress within %v", path, answer)
			}
		}
		if refused == 0 {
			t.Errorf("%s was answered at once", path)
		}
	}
}

// askUntilAnswered asks for totals again and again, and counts who was told to ask later. It stops when a hundred in
// a row were told the same.
func askUntilAnswered(t *testing.T, server *httptest.Server, path string) (refused int, answered bool) {
	t.Helper()
	for done, stalled := -1, 0; stalled < 100; refused++ {
		status, answer, header := ask(t, server, "GET", path, "")
		if status == http.StatusOK {
			return refused, true
		}
		p := problemIn(t, answer)
		if status != http.StatusServiceUnavailable || p.Code != "unfinished" || header.Get("Retry-After") == "" ||
			p.Progress.Of != 6_000 || p.Progress.Done >= 6_000 {
			t.Fatalf("%s: %d %s", path, status, answer)
		}
		if stalled++; p.Progress.Done > done {
			done, stalled = p.Progress.Done, 0
		}
	}
	return refused, false
}

// TestManyAskersOfTotalsShareTheWork compares the time that many take with the time of one.
func TestManyAskersOfTotalsShareTheWork(t *testing.T) {
	s := testlog.Many(t, 6_000)
	took := func(askers int) time.Duration {
		server := serving(t, s, nil)
		begun := time.Now()
		askTogether(t.Context(), server, askers, "GET", "/v1/totals?as_of=2025-06-30", "").Wait()
		return time.Since(begun)
	}
	took(1)
	one, many := took(1), took(32)
	if many > 4*one+time.Second {
		t.Errorf("one asker waited %v, 32 waited %v", one, many)
	}
}

// TestNothingIsWorkedOutForMetrics has the log closed: what is measured is at hand.
func TestNothingIsWorkedOutForMetrics(t *testing.T) {
	s := testlog.Told(t)
	server := serving(t, s, func(c *api.Config) { c.Context = t.Context() })
	if err := s.Log.Close(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/metrics", "/healthz", "/readyz"} {
		answered(t, server, path)
	}
}

// TestLongWorkEndsWithTheProgram stops a program that makes a backup: who asked for it is told at once, although
// requests under way are let end for a while.
func TestLongWorkEndsWithTheProgram(t *testing.T) {
	program, stop := context.WithCancel(t.Context())
	defer stop()
	backingUp := func(ctx context.Context) (string, ledger.Report, error) {
		stop()
		<-ctx.Done()
		return "", ledger.Report{}, ctx.Err()
	}
	handler := api.New(api.Config{Log: testlog.Told(t).Log, Now: clock, Context: program,
		Operations: api.Operations{Backup: backingUp}})
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodPost,
		"http://localhost/v1/backup", nil))
	if answer.Code != http.StatusServiceUnavailable {
		t.Errorf("%d %s", answer.Code, answer.Body)
	}
}
