package api_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"

	"zhangben/events/civil"
	"zhangben/projections/api"
	"zhangben/projections/query/testlog"
)

// BenchmarkGetContract asks for contracts' figures over kept connections, beside a body of the same length that is
// fixed, from the same server: the ratio is what the figures cost. The client does as little as it can, because it
// shares the processors. Size the log with ZHANGBEN_CONTRACTS.
func BenchmarkGetContract(b *testing.B) {
	contracts := testlog.ManySize(b)
	url, body := serveMany(b, contracts)
	for _, c := range []struct {
		name string
		path func(n int) string
	}{
		{"fixed", func(int) string { return "/fixed" }},
		{"one", func(int) string { return "/v1/contracts/" + testlog.ManyContract(contracts/2) }},
		{"any", func(n int) string { return "/v1/contracts/" + testlog.ManyContract(n*7919%contracts) }},
	} {
		b.Run(fmt.Sprintf("%s/body=%d", c.name, body), func(b *testing.B) {
			var n atomic.Int64
			b.RunParallel(func(pb *testing.PB) {
				client := dial(b, url)
				defer client.conn.Close()
				for pb.Next() {
					client.get(b, c.path(int(n.Add(1))))
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
		})
	}
}

// serveMany serves a log of many contracts, and beside it a body of the length that the figures of one have.
func serveMany(b *testing.B, contracts int) (address string, length int) {
	figures := api.New(api.Config{Log: testlog.Many(b, contracts).Log, Now: func() civil.Instant { return today }})
	recorder := httptest.NewRecorder()
	figures.ServeHTTP(recorder, httptest.NewRequest("GET",
		"http://localhost/v1/contracts/"+testlog.ManyContract(contracts/2), nil))
	body := bytes.Clone(recorder.Body.Bytes())
	mux := http.NewServeMux()
	mux.Handle("/v1/", figures)
	mux.HandleFunc("/fixed", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write(body)
	})
	server := httptest.NewServer(mux)
	b.Cleanup(server.Close)
	return server.Listener.Addr().String(), len(body)
}

// client is a connection on which one request follows the other.
type client struct {
	conn    net.Conn
	answers *bufio.Reader
	request []byte
}

func dial(b *testing.B, address string) *client {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		b.Error(err)
		return nil
	}
	return &client{conn: conn, answers: bufio.NewReaderSize(conn, 16<<10)}
}

// get asks and reads the answer whole.
func (c *client) get(b *testing.B, path string) {
	c.request = fmt.Appendf(c.request[:0], "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path)
	if _, err := c.conn.Write(c.request); err != nil {
		b.Error(err)
	}
	status, err := c.answers.ReadSlice('\n')
	if err != nil || !bytes.Contains(status, []byte(" 200 ")) {
		b.Error(string(status), err)
	}
	length := 0
	for line := status; err == nil && len(line) > 2; line, err = c.answers.ReadSlice('\n') {
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				break
			}
		}
	}
	if _, errBody := io.CopyN(io.Discard, c.answers, int64(length)); err != nil || errBody != nil || length == 0 {
		b.Error(length, err, errBody)
	}
}

// discard is a ResponseWriter that keeps nothing.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

// BenchmarkServeContract is one contract's figures without a network.
func BenchmarkServeContract(b *testing.B) {
	contracts := testlog.ManySize(b)
	handler := api.New(api.Config{Log: testlog.Many(b, contracts).Log, Now: func() civil.Instant { return today }})
	request := httptest.NewRequest("GET", "http://localhost/v1/contracts/"+testlog.ManyContract(contracts/2), nil)
	b.ReportAllocs()
	for b.Loop() {
		handler.ServeHTTP(discard{http.Header{}}, request)
	}
}
