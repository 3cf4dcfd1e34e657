package main_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"
)

var httpAttempts = []attempt{
	{"HTTP: every route without a token, with a wrong, an expired and a lesser one", tryTokens},
	{"HTTP: tokens in other places, other schemes, proxies' headers", tryOtherTokens},
	{"HTTP: events that a token may not publish", tryForeignEvents},
	{"HTTP: pages of other sites and ports, names made to point here", tryPages},
	{"HTTP: GETs that act", tryGETs},
	{"HTTP: paths that are spelled otherwise", tryPaths},
	{"HTTP: identifiers and parameters of any shape", tryParameters},
	{"HTTP: requests within requests", trySmuggling},
	{"HTTP: bodies that are huge, deep, compressed or no JSON", tryBodies},
}

// operation is one that the server's own document lists.
type operation struct{ method, path string }

// operations reads the document that the server describes itself with.
func (s *siege) operations() (all []operation, err error) {
	var document struct {
		Paths map[string]map[string]json.RawMessage
	}
	answer := s.ask("GET", "/openapi.json", rootToken, "")
	if err := json.Unmarshal([]byte(answer.body), &document); err != nil {
		return nil, fmt.Errorf("%d: %w", answer.status, err)
	}
	fill := strings.NewReplacer("{contract_id}", "HT-small", "{account_id}", "acct-small", "{rejection_id}", "1", "{id}",
		"0190a0a0-0000-7000-8000-000000000001", "{schema}", "event.json")
	for path, methods := range document.Paths {
		for method := range methods {
			all = append(all, operation{strings.ToUpper(method), fill.Replace(path)})
		}
	}
	if len(all) < 20 {
		return nil, fmt.Errorf("only %d operations", len(all))
	}
	slices.SortFunc(all, func(a, b operation) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return all, nil
}

// public are the paths that need no token.
var public = []string{"/healthz", "/readyz"}

func tryTokens(s *siege) (string, error) {
	if !s.guarded {
		return "", nil
	}
	operations, err := s.operations()
	if err != nil {
		return "", err
	}
	tried := 0
	for _, o := range operations {
		if slices.Contains(public, o.path) {
			continue
		}
		for _, c := range []struct {
			token  string
			status int
		}{{"", 401}, {strings.Repeat("x", 40), 401}, {expiredToken, 401}, {rootToken + "x",
			401}, {rootToken[:len(rootToken)-1], 401}, {readerToken, 403}} {
			if c.token == readerToken && (o.method == "GET" || o.path == "/v1/preview") {
				continue
			}
			if answer := s.ask(o.method, o.path, c.token, ""); answer.status != c.status {
				return "", fmt.Errorf("%s %s with %q: %d %.200s", o.method, o.path, c.token, answer.status, answer.body)
			}
			tried++
		}
		if o.method == "POST" && o.path != "/v1/events" && o.path != "/v1/preview" {
			if answer := s.ask(o.method, o.path, shopToken, ""); answer.status != 403 {
				return "", fmt.Errorf("%s %s of a publisher: %d %.200s", o.method, o.path, answer.status, answer.body)
			}
		}
	}
	for _, path := range []string{"/v1/backup", "/v1/verify", "/v1/stream/adopt", "/v1/stream/purge"} {
		if answer := s.ask("POST", path, booksToken, ""); answer.status != 403 {
			return "", fmt.Errorf("%s of finance: %d %.200s", path, answer.status, answer.body)
		}
	}
	return fmt.Sprintf("%d requests to %d operations refused", tried, len(operations)), nil
}

func tryOtherTokens(s *siege) (string, error) {
	if !s.guarded {
		return "", nil
	}
	attempts := [][]string{
		{"Authorization", "Basic " + rootToken}, {"Authorization", rootToken}, {"Authorization", "Bearer"}, {"Authorization",
			"Bearer " + rootToken + " " + rootToken},
		{"Authorization", "Bearer x", "Authorization", "Bearer " + rootToken}, {"Proxy-Authorization", "Bearer " +
			rootToken}, {"Cookie", "token=" + rootToken},
		{"X-Forwarded-For", "127.0.0.1"}, {"X-Real-Ip", "127.0.0.1"}, {"Forwarded", "for=127.0.0.1"}, {"X-Forwarded-User",
			"root"}, {"X-Original-Url", "/healthz"},
		{"X-Rewrite-Url", "/healthz"}, {"X-Http-Method-Override", "GET"}, {"Zhangben-Publisher", "root"}, {"Host",
			"localhost"}, {"Connection", "Authorization"},
		{"Authorization", "Bearer " + strings.Repeat("x", 10_000)}, {"Authorization", "Bearer *"}, {"Authorization",
			"Bearer \u202e"}, {"Upgrade", "h2c", "Connection", "Upgrade"},
	}
	for _, header := range attempts {
		for _, path := range []string{"/v1/accounts", "/v1/accounts?token=" + rootToken, "/metrics"} {
			answer := s.ask("GET", path, "", "", header...)
			if answer.status != 401 && answer.status != 400 {
				return "", fmt.Errorf("%s with %.80q: %d %.200s", path, header, answer.status, answer.body)
			}
		}
	}
	return fmt.Sprintf("%d ways refused", len(attempts)), nil
}

func tryForeignEvents(s *siege) (string, error) {
	if !s.guarded {
		return "", nil
	}
	paid := `"account_id":"acct-forged","contract_id":"HT-1","amount":"1.00","currency":"CNY","channel":"online"`
	elsewhere := strings.Replace(s.forge("contract.paid", paid), `"/test"`, `"/elsewhere"`, 1)
	for token, texts := range map[string][]string{
		shopToken: {s.forge("terms.published", `"version":"forged","params":{}`), s.forge("event.voided",
			`"event_id":"0190a0a0-0000-7000-8000-000000000001"`),
			s.forge("late_fee.adjusted", paid), s.forge("claim.accepted", paid), s.forge("payment.bounced", paid), elsewhere},
		booksToken: {s.forge("terms.published", `"version":"forged","params":{}`)},
		rootToken: {s.forge("period.closed", `"period":"2025-02","root":"AAAA"`), s.forge("rejection.dismissed",
			`"rejection_id":1,"reason":"forged"`)},
	} {
		for _, text := range append(texts, "batch") {
			contentType := "application/cloudevents+json"
			if text == "batch" {
				text, contentType = "["+strings.Join(texts, ",")+"]", "application/cloudevents-batch+json"
			}
			answer := s.ask("POST", "/v1/events", token, text, "Content-Type", contentType, "Zhangben-Publisher", "root",
				"Zhangben-Origin", "ledger")
			if strings.Contains(answer.body, "appended") || strings.Contains(answer.body, "duplicate") || answer.status == 0 {
				return "", fmt.Errorf("%s: %d %s", text, answer.status, answer.body)
			}
		}
	}
	return "none taken", nil
}

func tryPages(s *siege) (string, error) {
	tried := 0
	for _, header := range [][]string{
		{"Origin", "https://page.example"}, {"Origin", "null"}, {"Origin", "http://127.0.0.1:1"}, {"Origin",
			"http://localhost:" + "1"}, {"Origin", "http://" + s.http + ".example"},
		{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Sec-Fetch-Site", "nonsense"},
		{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}, {"Host",
			"rebound.example"}, {"Host", "127.0.0.1.example"},
		{"Host", "192.0.2.1"}, {"Host", "localhost.example:80"}, {"Host", "0.0.0.0"}, {"Host", "[::]"}, {"Host",
			"127.0.0.1@page.example"}, {"Host", "127.1"},
	} {
		if s.guarded && header[0] == "Host" {
			continue // with tokens any name will do
		}
		for _, path := range []string{"/v1/events", "/v1/verify", "/v1/backup", "/v1/stream/adopt", "/v1/stream/purge",
			"/v1/preview", "/v1/rejected/1/retry"} {
			answer := s.ask("POST", path, rootToken, s.forge("wallet.topped_up",
				`"account_id":"acct-forged","amount":"1.00","currency":"CNY","channel":"online"`), append(header, "Content-Type",
				"text/plain")...)
			if answer.status != 403 && answer.status != 400 {
				return "", fmt.Errorf("POST %s with %q: %d %.200s", path, header, answer.status, answer.body)
			}
			tried++
		}
	}
	return fmt.Sprintf("%d requests refused", tried), nil
}

// tryGETs asks for what acts by methods that must not.
func tryGETs(s *siege) (string, error) {
	operations, err := s.operations()
	if err != nil {
		return "", err
	}
	tried := 0
	for _, o := range operations {
		reads := slices.Contains(operations, operation{"GET", o.path})
		for _, method := range []string{"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PURGE",
			"post", "G\u202eET"} {
			if o.method != "POST" || reads && (method == "GET" || method == "HEAD") {
				continue
			}
			answer := s.ask(method, o.path, rootToken, "", "X-Http-Method-Override", "POST", "X-Method-Override", "POST")
			if answer.status/100 == 2 {
				return "", fmt.Errorf("%s %s: %d %.200s", method, o.path, answer.status, answer.body)
			}
			tried++
		}
	}
	return fmt.Sprintf("%d requests refused", tried), nil
}

// tryPaths wants nothing without a token, however a path is spelled.
func tryPaths(s *siege) (string, error) {
	tried := 0
	for _, path := range []string{"/healthz/../v1/accounts", "//v1/accounts", "/./v1/accounts", "/v1//accounts",
		"/V1/ACCOUNTS", "/v1/accounts/", "/healthz/..;/v1/accounts",
		"/%2e%2e/v1/accounts", "/healthz%2f..%2fv1/accounts", "/v1/accounts%00", "/v1/accounts;x",
		"/v1/accounts%0d%0aX-Injected:1", "/v1/../../etc/passwd", "/debug/pprof/",
		"/debug/vars", "http://rebound.example/v1/accounts", "*", "/v1/events/../backup", "/v1/accounts/%2e%2e%2fbackup",
		"/\\v1\\accounts", "/healthz?/../v1/accounts", "/v1/accounts#healthz"} {
		said, err := s.raw("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
		if err != nil {
			return "", fmt.Errorf("%s: %w", path, err)
		}
		if strings.Contains(said, "\nX-Injected") || s.guarded && strings.Contains(said, `"wallet"`) ||
			strings.Contains(said, "goroutine") || strings.Contains(said, "root:") {
			return "", fmt.Errorf("%s: %.300s", path, said)
		}
		tried++
	}
	return fmt.Sprintf("%d spellings", tried), nil
}

// raw sends bytes by a connection of its own, and returns all that comes back within some time.
func (s *siege) raw(text string) (said string, err error) {
	conn, err := net.Dial("tcp", s.http)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(500 * time.Millisecond))
	_, _ = io.WriteString(conn, text)
	body, _ := io.ReadAll(io.LimitReader(conn, 1<<20))
	return string(body), nil
}
