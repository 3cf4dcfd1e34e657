package api_test

import (
	"net/http"
	"strings"
	"testing"

	"zhangben/projections/api"
	"zhangben/projections/query/testlog"
)

const (
	readToken    = "read-read-read-read-read-read-read"
	publishToken = "publish-publish-publish-publish-publish"
	financeToken = "finance-finance-finance-finance-finance"
	adminToken   = "admin-admin-admin-admin-admin-admin"
)

func tokens(t *testing.T) *api.Tokens {
	t.Helper()
	tokens, err := api.ParseTokens(strings.NewReader("# who may do what\nread " + readToken + "\n\npublish\t" +
		publishToken + "\nfinance " + financeToken + "\nadmin " + adminToken + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

func TestWhoMayDoWhat(t *testing.T) {
	server := serving(t, testlog.Told(t), func(c *api.Config) { c.Tokens = tokens(t) })
	for _, c := range []struct {
		method, path                            string
		none, reader, publisher, finance, admin int
	}{
		{"GET", "/v1/accounts/acct-1", 401, 200, 403, 200, 200},
		{"GET", "/v1/events", 401, 200, 403, 200, 200},
		{"GET", "/v1/rejected", 401, 200, 403, 200, 200},
		{"GET", "/metrics", 401, 200, 403, 200, 200},
		{"GET", "/openapi.json", 401, 200, 403, 200, 200},
		{"POST", "/v1/verify", 401, 403, 403, 403, 200},
		{"POST", "/v1/backup", 401, 403, 403, 403, 503},
		{"GET", "/v1/verify", 405, 405, 405, 405, 405},
		{"GET", "/v1/backup", 405, 405, 405, 405, 405},
		{"POST", "/v1/events", 401, 403, 200, 200, 200},
		{"POST", "/v1/rejected/1/retry", 401, 403, 403, 404, 404},
		{"POST", "/v1/stream/adopt", 401, 403, 403, 403, 503},
		{"POST", "/v1/stream/purge", 401, 403, 403, 403, 503},
		{"GET", "/healthz", 200, 200, 200, 200, 200},
		{"GET", "/readyz", 200, 200, 200, 200, 200},
		{"GET", "/nothing", 404, 404, 404, 404, 404},
	} {
		for token, want := range map[string]int{
			"": c.none, readToken: c.reader, publishToken: c.publisher, financeToken: c.finance, adminToken: c.admin,
		} {
			status, answer, header := ask(t, server, c.method, c.path, testlog.Story[0], oneEvent,
				"Authorization: bearer "+token)
			if status != want {
				t.Errorf("%s %s with %q: %d %s, want %d", c.method, c.path, token, status, answer, want)
			}
			if (status == http.StatusUnauthorized) != (header.Get("WWW-Authenticate") != "") {
				t.Errorf("%s %s: %d with WWW-Authenticate %q", c.method, c.path, status, header.Get("WWW-Authenticate"))
			}
		}
	}
}

func TestTokensThatAreNone(t *testing.T) {
	server := serving(t, testlog.Told(t), func(c *api.Config) { c.Tokens = tokens(t) })
	for _, line := range []string{"", "Authorization: Basic " + readToken, "Authorization: Bearer",
		"Authorization: Bearer " + readToken + "x", "Authorization: " + readToken} {
		if status, answer, _ := ask(t, server, "GET", "/v1/accounts/acct-1", "", line); status != http.StatusUnauthorized {
			t.Errorf("%q: %d %s", line, status, answer)
		}
	}
}
