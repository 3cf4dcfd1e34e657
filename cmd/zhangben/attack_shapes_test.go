package main_test

import (
	"bufio"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// garbage are values that no parameter and no identifier should mind.
var garbage = []string{"-1", "0", "99999999999999999999", "1e9", "NaN", "%", "\x00", "\x1b[2J", "\u202e",
	"a\r\nX-Injected: 1", "' OR 1=1 --", "../../etc/passwd", "{}", "[]", "null",
	"0001-01-01", "9999-12-31", "9999-12-31T23:59:59.999999999+23:59", "2025-02-30", "10000-01-01", "-0001-01-01",
	strings.Repeat("9", 1_000), strings.Repeat("a", 6_000), "𝟙", "１", "true", "all", "<script>"}

func tryParameters(s *siege) (string, error) {
	operations, err := s.operations()
	if err != nil {
		return "", err
	}
	client := http.Client{Timeout: patience, Transport: new(http.Transport)}
	defer client.CloseIdleConnections()
	tried := 0
	for _, o := range operations {
		if o.method != "GET" {
			continue
		}
		for i, value := range garbage {
			names := []string{"as_of", "known_at", "limit", "after", "status", "flag", "account_id", "contract_id", "kind",
				"figure", "why_not", "size", "old", "new"}
			address := o.path + "?" + names[(tried+i)%len(names)] + "=" + url.QueryEscape(value)
			if i%2 == 0 {
				address = strings.NewReplacer("HT-small", url.PathEscape(value), "acct-small", url.PathEscape(value),
					"0190a0a0-0000-7000-8000-000000000001", url.PathEscape(value)).Replace(o.path)
			}
			answer := s.askBy(&client, "GET", address, rootToken, "")
			if answer.status == 0 || answer.status == 500 || answer.header.Get("X-Injected") != "" ||
				strings.Contains(answer.body, "<script>") && strings.Contains(answer.header.Get("Content-Type"), "html") {
				return "", fmt.Errorf("%.200s: %d %.200s", address, answer.status, answer.body)
			}
			tried++
		}
	}
	return fmt.Sprintf("%d requests, none answered 500", tried), nil
}

// trySmuggling hides a request that acts, and may, behind one whose end can be seen at two places.
func trySmuggling(s *siege) (string, error) {
	event := s.forge("wallet.topped_up", `"account_id":"acct-forged","amount":"1.00","currency":"CNY","channel":"online"`)
	hidden := s.head("POST", "/v1/events", rootToken) + "Content-Type: application/cloudevents+json\r\n" +
		fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(event), event)
	shapes := []string{
		"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
		"Content-Length: 0\r\nContent-Length: 44\r\n\r\n", "Content-Length: +0\r\n\r\n", "Content-Length: -1\r\n\r\n",
		"Content-Length: 0x0\r\n\r\n", "Content-Length: 0, 0\r\n\r\n",
		"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
		"Transfer-Encoding: identity\r\nContent-Length: 3\r\n\r\nabc",
		"X: y\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "X: y\nTransfer-Encoding: chunked\n\n0\n\n",
		"Transfer-Encoding: chunked\r\n\r\n0;x=\"\n\"\r\n\r\n",
		"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
		"Transfer-Encoding: chunked\r\n\r\n5\r\nabc\r\n0\r\n\r\n",
		"Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n",
	}
	for _, shape := range shapes {
		// What comes after a request whose end is in doubt is no request: a proxy may have taken it for a body.
		said, err := s.raw(s.head("POST", "/v1/preview", rootToken) + shape + hidden)
		if err != nil {
			return "", err
		}
		for lines := bufio.NewScanner(strings.NewReader(said)); lines.Scan(); {
			if status, answered := strings.CutPrefix(lines.Text(), "HTTP/1.1 "); answered && status[0] == '2' {
				return "", fmt.Errorf("%q: %.300s", shape, said)
			}
		}
	}
	return fmt.Sprintf("%d shapes refused", len(shapes)), nil
}

func tryBodies(s *siege) (string, error) {
	event := func(amount string) string {
		return s.forge("wallet.topped_up", `"account_id":"acct-forged","amount":`+amount+
			`,"currency":"CNY","channel":"online"`)
	}
	bodies := []string{strings.Repeat(" ", 2<<20), strings.Repeat("[", 1<<20), strings.Repeat(`{"a":`, 200_000),
		event("1e999999999"), event(`"1e99999999"`), event(`"` + strings.Repeat("9", 100_000) + `"`),
		event(`"0.0000000000000000000000000001"`), event("null"), event(`"-1.00"`), event(`"１.00"`), event(`"Infinity"`), "",
		"\x00", "null", "1", `"x"`, "[]", "[[]]", "[null]", "\xff\xfe{\x00}\x00",
		"\x1f\x8b\x08\x00", "[" + strings.TrimSuffix(strings.Repeat("{},", 2_000), ",") + "]", `{"id":"` +
			strings.Repeat(`\u0000`, 10_000) + `"}`, `{"__proto__":{},"specversion":"1.0"}`}
	tried := 0
	for _, path := range []string{"/v1/events", "/v1/preview", "/v1/stream/purge"} {
		for _, contentType := range []string{"application/cloudevents+json", "application/cloudevents-batch+json",
			"application/json", "application/json; charset=utf-16", "multipart/form-data", "", "a/b/c"} {
			for _, body := range bodies {
				header := []string{"Content-Type", contentType, "ce-specversion", "1.0"}
				if tried%2 == 0 {
					header = []string{"Content-Type", contentType, "Content-Encoding", "gzip"}
				}
				answer := s.ask("POST", path, rootToken, body, header...)
				if answer.status == 500 || strings.Contains(answer.body, `"appended"`) {
					return "", fmt.Errorf("POST %s %q %.60q: %d %.200s", path, contentType, body, answer.status, answer.body)
				}
				tried++
			}
		}
	}
	return fmt.Sprintf("%d bodies", tried), nil
}
