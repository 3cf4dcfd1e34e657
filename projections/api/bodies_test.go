package api_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"zhangben/projections/query/testlog"
)

// Bodies that do not come, or not to their end, keep no other out.
func TestBodiesThatStallGiveWay(t *testing.T) {
	s := testlog.Told(t)
	server := serving(t, s, nil)
	address := strings.TrimPrefix(server.URL, "http://")
	for came, connections := range map[int]int{1: 300, 1<<20 - 1: 80} {
		for range connections {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			_, err = fmt.Fprintf(conn, "POST /v1/events HTTP/1.1\r\nHost: %s\r\nContent-Type: application/cloudevents+json\r\n"+
				"Content-Length: %d\r\n\r\n", address, 1<<20)
			if err == nil {
				_ = conn.SetWriteDeadline(time.Now().Add(2 * time.Second))
				_, err = io.WriteString(conn, strings.Repeat(" ", came))
			}
			if err != nil {
				t.Logf("a body is not taken: %v", err)
			}
		}
		for range 3 {
			begun := time.Now()
			status, answer, _ := ask(t, server, http.MethodPost, "/v1/events", "{}",
				"Content-Type: application/cloudevents+json")
			if took := time.Since(begun); status != http.StatusOK || took > 2*time.Second {
				t.Errorf("beside %d bodies of %d bytes: %d after %v: %s", connections, came, status, took, answer)
			}
		}
	}
}
