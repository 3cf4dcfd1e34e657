package server

import (
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Connections that say nothing, or never come to the end of a header, keep no others out.
func TestSilentConnectionsGiveWay(t *testing.T) {
	url, _ := startLedger(t, t.TempDir())
	for n := range mostConnections + 200 {
		conn, err := net.DialTimeout("tcp", strings.TrimPrefix(url, "http://"), headerTimeout)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if n%2 == 0 {
			_, _ = conn.Write([]byte("GET /v1/accounts HTTP/1.1\r\nHost: localhost\r\nX: "))
		}
	}
	for range 3 {
		begun := time.Now()
		response, err := http.Get(url + "/v1/accounts")
		if err != nil || response.Body.Close() != nil || response.StatusCode != http.StatusOK ||
			time.Since(begun) > headerTimeout/2 {
			t.Errorf("after %v: %v %v", time.Since(begun), response, err)
		}
	}
}
