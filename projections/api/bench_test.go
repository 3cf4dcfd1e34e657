package api_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"zhangben/events/civil"
	"zhangben/projections/api"
	"zhangben/projections/query/testlog"
)

// BenchmarkGetContract compares one contract's figures over a kept connection with a body of the same length that is
// fixed, from the same server: the ratio is what the figures cost.
func BenchmarkGetContract(b *testing.B) {
	ledgerAPI := api.New(api.Config{Log: testlog.Told(b).Log, Now: func() civil.Instant { return today }})
	const path = "/v1/contracts/HT-2"
	recorder := httptest.NewRecorder()
	ledgerAPI.ServeHTTP(recorder, httptest.NewRequest("GET", "http://localhost"+path, nil))
	body := recorder.Body.Bytes()
	mux := http.NewServeMux()
	mux.Handle("/v1/", ledgerAPI)
	mux.HandleFunc("/fixed", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write(body)
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	for _, c := range []struct{ name, path string }{{"figures", path}, {"fixed", "/fixed"}} {
		b.Run(c.name, func(b *testing.B) { getAgainAndAgain(b, server, c.path) })
	}
}

func getAgainAndAgain(b *testing.B, server *httptest.Server, path string) {
	for b.Loop() {
		response, err := server.Client().Get(server.URL + path)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, response.Body); err != nil || response.StatusCode != http.StatusOK {
			b.Fatal(response.Status, err)
		}
		response.Body.Close()
	}
}

// BenchmarkServeContract is one contract's figures without a network.
func BenchmarkServeContract(b *testing.B) {
	handler := api.New(api.Config{Log: testlog.Told(b).Log, Now: func() civil.Instant { return today }})
	request := httptest.NewRequest("GET", "http://localhost/v1/contracts/HT-2", nil)
	b.ReportAllocs()
	for b.Loop() {
		handler.ServeHTTP(httptest.NewRecorder(), request)
	}
}
