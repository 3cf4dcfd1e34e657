package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"zhangben/ledger"
	"zhangben/ledger/ingest"
	"zhangben/projections/api"
	"zhangben/projections/query/testlog"
)

func TestPagesInABrowserReachNothing(t *testing.T) {
	s := testlog.Told(t)
	open := serving(t, s, nil)
	for _, c := range []struct {
		name, method string
		head         []string
		status       int
	}{
		{"by name", "GET", []string{"Host: localhost:8808"}, 200},
		{"by IPv6", "GET", []string{"Host: [::1]:8808"}, 200},
		{"by IPv6 without a port", "GET", []string{"Host: [::1]"}, 200},
		{"a name made to point here", "GET", []string{"Host: rebound.example:8808"}, 403},
		{"an address that is not this machine's own", "GET", []string{"Host: 192.0.2.1"}, 403},
		{"a name that begins well", "GET", []string{"Host: localhost.example"}, 403},
		{"a page of another origin reading", "GET", []string{"Origin: https://page.example"}, 403},
		{"a page of another port reading", "GET",
			[]string{"Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image"}, 403},
		{"a page of another site in a frame", "GET",
			[]string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"}, 403},
		{"a link on a page of another site", "GET",
			[]string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"}, 200},
		{"a form on a page of another site", "POST",
			[]string{"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"}, 403},
		{"a page without an origin sending", "POST", []string{"Origin: null"}, 403},
		{"an address typed in", "GET",
			[]string{"Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"}, 200},
		{"a page of another origin sending", "POST", []string{"Origin: https://page.example"}, 403},
		{"a page of another port sending", "POST", []string{"Sec-Fetch-Site: same-site"}, 403},
		{"a page of another site sending", "POST", []string{"Sec-Fetch-Site: cross-site"}, 403},
		{"a page of this origin sending", "POST", []string{"Sec-Fetch-Site: same-origin"}, 404},
		{"a program sending", "POST", nil, 404},
	} {
		path := map[string]string{"GET": "/v1/accounts/acct-1", "POST": "/v1/rejected/1/retry"}[c.method]
		if status, answer, _ := ask(t, open, c.method, path, "", c.head...); status != c.status {
			t.Errorf("%s: %d %s, want %d", c.name, status, answer, c.status)
		}
	}
	guarded := serving(t, s, func(c *api.Config) { c.Tokens = tokens(t) })
	if status, _, _ := ask(t, guarded, "GET", "/v1/accounts/acct-1", "", "Host: ledger.example",
		"Authorization: Bearer "+readToken); status != http.StatusOK {
		t.Errorf("with tokens any name will do: %d", status)
	}
}

// Whatever a GET can be made to do, a link or an image can do too.
func TestNoGETActs(t *testing.T) {
	s := testlog.Told(t)
	acted := func(what string) error {
		t.Errorf("a GET %s", what)
		return context.Canceled
	}
	server := serving(t, s, func(c *api.Config) {
		c.Publish = func(context.Context, string, [][]byte) ([]ledger.Outcome, error) { return nil, acted("publishes") }
		c.Retry = func(context.Context, string, ledger.Rejected) (ledger.Outcome, error) {
			return ledger.Outcome{}, acted("retries")
		}
		c.Operations = api.Operations{
			Backup: func(context.Context) (string, ledger.Report, error) {
				return "", ledger.Report{}, acted("makes a backup")
			},
			BackedUp: func(*ledger.Report) { acted("is taken for a backup") },
			Stream:   func(context.Context) (ingest.Status, error) { return ingest.Status{Condition: ingest.Fine}, nil },
			Adopt:    func(context.Context) (ingest.Status, error) { return ingest.Status{}, acted("adopts a stream") },
			Purge: func(context.Context, ingest.Held) (ingest.Purged, error) {
				return ingest.Purged{}, acted("purges the stream")
			},
		}
	})
	for path, operations := range readDocument(t).Paths {
		address := strings.NewReplacer("{schema}", "event.json", "{rejection_id}", "1", "{id}", testlog.ID(1),
			"{contract_id}", "HT-2", "{account_id}", "acct-2").Replace(path)
		status, answer, header := ask(t, server, "GET", address, "")
		_, reads := operations["get"]
		if reads == (status == http.StatusMethodNotAllowed) || !reads && header.Get("Allow") != "POST" {
			t.Errorf("GET %s: %d %.100s, allowed is %q", address, status, answer, header.Get("Allow"))
		}
	}
}
