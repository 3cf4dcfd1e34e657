package api_test

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"zhangben/events/civil"
	"zhangben/ledger"
	"zhangben/ledger/ingest"
	"zhangben/projections/api"
	"zhangben/projections/query/testlog"
)

//go:embed testdata/attack.html
var attackPage string

// browserPatience is how long a browser may take on a machine that does other things too.
const browserPatience = 2 * time.Minute

// acting are the addresses at which something is done.
var acting = []string{"/v1/events", "/v1/backup", "/v1/verify", "/v1/rejected/1/retry", "/v1/stream/adopt",
	"/v1/stream/purge"}

// TestABrowserOnAPageOfAnotherOriginActsOnNothing has a real Chromium open a page that tries all a page can.
func TestABrowserOnAPageOfAnotherOriginActsOnNothing(t *testing.T) {
	for _, c := range []struct{ name, host, last string }{
		{"another port of this machine, and at last a link", "127.0.0.1", "GET"},
		{"another site, and at last a form", "page.example", "POST"},
	} {
		t.Run(c.name, func(t *testing.T) {
			target := newTarget(t)
			last := lastStep{c.last, target.URL + "/v1/accounts?limit=7"}
			page := servePage(t, target, last)
			browse(t, strings.Replace(page.URL, "127.0.0.1", c.host, 1), page.done)
			target.await(t, c.last, "/v1/accounts?limit=7")
			target.check(t, c.last == "GET")
		})
	}
}

// target is a ledger without tokens that remembers what was asked of it.
type target struct {
	*httptest.Server
	log *testlog.Stream

	mu    sync.Mutex
	asked []asked
	acted []string
}

type asked struct {
	host, method, uri, site string // site is what the browser says about where the request comes from
	status                  int
}

func newTarget(t *testing.T) *target {
	x := &target{log: testlog.Told(t)}
	handler := api.New(api.Config{Log: x.log.Log, Publish: x.log.Post, Now: func() civil.Instant { return today },
		Retry: func(context.Context, string, ledger.Rejected) (ledger.Outcome, error) {
			return ledger.Outcome{}, x.act("retry")
		},
		Operations: api.Operations{
			Backup: func(context.Context) (string, ledger.Report, error) { return "", ledger.Report{}, x.act("backup") },
			Adopt:  func(context.Context) (ingest.Status, error) { return ingest.Status{}, x.act("adopt") },
			Purge:  func(context.Context, ingest.Held) (ingest.Purged, error) { return ingest.Purged{}, x.act("purge") },
		}})
	x.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, r)
		x.mu.Lock()
		x.asked = append(x.asked, asked{r.Host, r.Method, r.URL.RequestURI(), r.Header.Get("Sec-Fetch-Site"), answer.Code})
		x.mu.Unlock()
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	}))
	t.Cleanup(x.Close)
	return x
}

func (x *target) act(what string) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.acted = append(x.acted, what)
	return context.Canceled
}

// await waits for a request.
func (x *target) await(t *testing.T, method, uri string) {
	t.Helper()
	for deadline := time.Now().Add(browserPatience); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		x.mu.Lock()
		for _, a := range x.asked {
			if a.method == method && a.uri == uri {
				x.mu.Unlock()
				return
			}
		}
		x.mu.Unlock()
	}
	t.Fatalf("%s %s never came: %+v", method, uri, x.asked)
}

// check wants everything tried, and nothing done. Only a link that was followed is answered.
func (x *target) check(t *testing.T, linked bool) {
	t.Helper()
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.acted) > 0 || x.log.Log.Last() != 9 || x.log.Log.Position().StreamSeq != 9 {
		t.Errorf("a page had done: %v; the log holds %d records", x.acted, x.log.Log.Last())
	}
	tried := map[string]int{}
	for _, a := range x.asked {
		tried[a.method+" "+a.uri]++
		if isLink := linked && a.uri == "/v1/accounts?limit=7"; a.status < 400 != isLink {
			t.Errorf("%+v", a)
		}
	}
	for _, path := range acting {
		if tried["GET "+path] < 5 || tried["POST "+path] < 4 {
			t.Errorf("the page came through to %s with %d GET and %d POST only", path, tried["GET "+path], tried["POST "+path])
		}
	}
	if tried["GET /v1/totals"] == 0 {
		t.Error("the page put no questions")
	}
}

// lastStep is where the page goes in the end.
type lastStep struct {
	Method  string `json:"method"`
	Address string `json:"address"`
}

type attackingPage struct {
	*httptest.Server
	done chan struct{} // closed when all was tried but the last step
}

// servePage serves the page, which attacks the ledger by its address, by its name, and by a name made to point at it.
func servePage(t *testing.T, x *target, last lastStep) attackingPage {
	t.Helper()
	_, port, err := net.SplitHostPort(x.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	var addresses []string
	for _, path := range append(acting, "/v1/totals") {
		addresses = append(addresses, "http://"+net.JoinHostPort("127.0.0.1", port)+path)
	}
	for _, host := range []string{"localhost", "rebound.example"} {
		addresses = append(addresses, "http://"+net.JoinHostPort(host, port)+"/v1/events")
	}
	topUp := testlog.Event(77, "wallet.topped_up", "2025-08-01T09:00", "acct-1",
		`"amount":"1","currency":"CNY","channel":"online"`)
	plan, err := json.Marshal(map[string]any{"addresses": addresses, "body": topUp, "last": last})
	if err != nil {
		t.Fatal(err)
	}
	page := attackingPage{done: make(chan struct{})}
	page.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte(strings.Replace(attackPage, "PLAN", string(plan), 1)))
		case "/done":
			close(page.done)
		}
	}))
	t.Cleanup(page.Close)
	return page
}

// browse opens a page in Chromium, which goes on until the test ends, and waits until the page is done.
func browse(t *testing.T, address string, done <-chan struct{}) {
	t.Helper()
	profile, err := os.MkdirTemp("", "chromium")
	if err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	browser := exec.Command("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
		"--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--remote-debugging-port=0",
		"--user-data-dir="+profile,
		"--host-resolver-rules=MAP *.example 127.0.0.1", address)
	browser.Stdout, browser.Stderr, browser.WaitDelay = &said, &said, time.Second
	browser.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // it has many processes
	if err := browser.Start(); err != nil {
		t.Fatalf("%v: scripts/check.sh installs it, or apt-get install chromium", err)
	}
	stop := sync.OnceFunc(func() {
		_ = syscall.Kill(-browser.Process.Pid, syscall.SIGKILL)
		_ = browser.Wait()
		_ = os.RemoveAll(profile)
	})
	t.Cleanup(stop)
	select {
	case <-done:
	case <-time.After(browserPatience):
		stop()
		t.Fatalf("the page is not done\n%s", &said)
	}
}
