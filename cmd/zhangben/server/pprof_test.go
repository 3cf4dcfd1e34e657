package server

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestProfilesAreForThisMachineOnly(t *testing.T) {
	for address, taken := range map[string]bool{
		"": true, "127.0.0.1:0": true, "localhost:6060": true, "[::1]:6060": true,
		"0.0.0.0:6060": false, ":6060": false, "10.0.0.1:6060": false, "6060": false,
	} {
		p := profiler{address}
		if err := p.check(); (err == nil) != taken {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestProfilesAreServed(t *testing.T) {
	for _, path := range []string{"/debug/pprof/", "/debug/pprof/heap", "/debug/pprof/cmdline"} {
		answer := httptest.NewRecorder()
		profiles().ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil))
		if answer.Code != http.StatusOK || answer.Body.Len() == 0 {
			t.Errorf("%s: status %d, %d bytes", path, answer.Code, answer.Body.Len())
		}
	}
	p := profiler{"127.0.0.1:0"}
	stop, err := p.start(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	stop()
}

func TestProfilesAreNotForPagesInABrowser(t *testing.T) {
	for _, c := range []struct{ host, name, value string }{
		{"localhost", "Sec-Fetch-Site", "cross-site"},
		{"localhost", "Sec-Fetch-Site", "same-site"},
		{"localhost", "Origin", "http://localhost:3000"},
		{"rebound.example", "Sec-Fetch-Site", "same-origin"},
	} {
		request := httptest.NewRequest(http.MethodGet, "http://"+c.host+"/debug/pprof/cmdline", nil)
		request.Header.Set(c.name, c.value)
		answer := httptest.NewRecorder()
		profiles().ServeHTTP(answer, request)
		if answer.Code != http.StatusForbidden {
			t.Errorf("%+v: status %d", c, answer.Code)
		}
	}
}
