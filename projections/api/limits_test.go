package api_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"zhangben/ledger"
	"zhangben/projections/api"
	"zhangben/projections/query/testlog"
)

// The bounds as they are documented.
const (
	mostRequests  = 1_024
	mostFollowers = 64
	mostBodies    = 64 << 20 // bytes
)

// dialed sends text over a connection of its own, which is closed when the test ends.
func dialed(t *testing.T, server *httptest.Server, text string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	return conn
}

// wantBusy wants an answer of 503 that says when to ask again.
func wantBusy(t *testing.T, server *httptest.Server, method, path, body string, head ...string) {
	t.Helper()
	status, answer, header := ask(t, server, method, path, body, head...)
	if status != http.StatusServiceUnavailable || !strings.Contains(answer, `"code":"busy"`) ||
		header.Get("Retry-After") == "" {
		t.Errorf("%s %s: %d %v %s", method, path, status, header, answer)
	}
}

// eventually asks until the answer is no longer 503.
func eventually(t *testing.T, server *httptest.Server, method, path, body string, head ...string) {
	t.Helper()
	status, answer := 0, ""
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		status, answer, _ = ask(t, server, method, path, body, head...)
		if status != http.StatusServiceUnavailable {
			break
		}
	}
	if status != http.StatusOK {
		t.Errorf("%s %s: %d %s", method, path, status, answer)
	}
}

// TestRequestsAreBounded has as many requests under way as there may be, each with a body that does not come.
func TestRequestsAreBounded(t *testing.T) {
	server := serving(t, testlog.Told(t), nil)
	begun := "POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n" +
		"Content-Type: application/cloudevents+json\r\nContent-Length: 1\r\n\r\n"
	var waiting []net.Conn
	for range mostRequests {
		waiting = append(waiting, dialed(t, server, begun))
	}
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if status, _, _ := ask(t, server, "GET", "/v1/accounts", ""); status == http.StatusServiceUnavailable {
			break
		}
		dialed(t, server, begun) // for one that was refused because this question was counted
	}
	wantBusy(t, server, "GET", "/v1/accounts", "")
	for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
		if status, answer, _ := ask(t, server, "GET", path, ""); status != http.StatusOK {
			t.Errorf("%s: %d %s", path, status, answer)
		}
	}
	waiting[0].Close()
	eventually(t, server, "GET", "/v1/accounts", "")
}

func TestFollowersAreBounded(t *testing.T) {
	server := serving(t, testlog.Told(t), nil)
	var following []net.Conn
	for range mostFollowers {
		conn := dialed(t, server, "GET /v1/events?follow=true HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
		if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || !strings.Contains(line, "200") {
			t.Fatalf("follower %d: %s %v", len(following), line, err)
		}
		following = append(following, conn)
	}
	wantBusy(t, server, "GET", "/v1/events?follow=true", "")
	if status, answer, _ := ask(t, server, "GET", "/v1/events", ""); status != http.StatusOK {
		t.Errorf("a page beside followers: %d %s", status, answer)
	}
	following[0].Close()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		conn := dialed(t, server, "GET /v1/events?follow=true HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
		line, err := bufio.NewReader(conn).ReadString('\n')
		if err == nil && strings.Contains(line, "200") {
			return
		}
		if conn.Close(); time.Now().After(end) {
			t.Fatalf("after one hung up no other may follow: %s %v", line, err)
		}
	}
}

// TestBodiesThatArePublishedAreBounded fills the room with bodies that came whole, which do not give way.
func TestBodiesThatArePublishedAreBounded(t *testing.T) {
	finish := make(chan struct{})
	publishing := make(chan struct{}, 2*mostBodies>>20)
	server := serving(t, testlog.Told(t), func(c *api.Config) {
		c.Publish = func(context.Context, string, [][]byte) ([]ledger.Outcome, error) {
			publishing <- struct{}{}
			<-finish
			return []ledger.Outcome{{Status: ledger.Duplicate, ID: testlog.ID(1), Seq: 1}}, nil
		}
	})
	const length = 1 << 20
	event := testlog.Event(100, "wallet.topped_up", "2025-08-01T09:00", "acct-2",
		`"amount":"1.00","currency":"CNY","channel":"online"`)
	text := fmt.Sprintf("POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/cloudevents+json\r\n"+
		"Content-Length: %d\r\n\r\n%s", length, event+strings.Repeat(" ", length-len(event)))
	for range mostBodies / length {
		dialed(t, server, text)
		<-publishing
	}
	large := event + strings.Repeat(" ", length-len(event))
	wantBusy(t, server, "POST", "/v1/events", large, "Content-Type: application/cloudevents+json")
	close(finish)
	eventually(t, server, "POST", "/v1/events", large, "Content-Type: application/cloudevents+json")
}

// TestLargeBatchesPassOneByOne publishes a large batch that takes long: another waits, and a single event does not.
func TestLargeBatchesPassOneByOne(t *testing.T) {
	finish := make(chan struct{})
	publishing := make(chan int, 3)
	server := serving(t, testlog.Told(t), func(c *api.Config) {
		c.Publish = func(_ context.Context, _ string, bodies [][]byte) ([]ledger.Outcome, error) {
			if publishing <- len(bodies); len(bodies) > 1 {
				<-finish
			}
			outcome := ledger.Outcome{Status: ledger.Duplicate, ID: testlog.ID(1), Seq: 1}
			return slices.Repeat([]ledger.Outcome{outcome}, len(bodies)), nil
		}
	})
	event := testlog.Event(100, "wallet.topped_up", "2025-08-01T09:00", "acct-2",
		`"amount":"1.00","currency":"CNY","channel":"online"`)
	batch := "[" + strings.TrimSuffix(strings.Repeat(event+",", 100), ",") + "]"
	text := fmt.Sprintf("POST /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n"+
		"Content-Type: application/cloudevents-batch+json\r\nContent-Length: %d\r\n\r\n%s", len(batch), batch)
	dialed(t, server, text)
	if n := <-publishing; n != 100 {
		t.Fatalf("%d events are published first", n)
	}
	dialed(t, server, text)
	if status, answer, _ := ask(t, server, "POST", "/v1/events", event,
		"Content-Type: application/cloudevents+json"); status != http.StatusOK || <-publishing != 1 {
		t.Errorf("an event beside a batch: %d %s", status, answer)
	}
	select {
	case n := <-publishing:
		t.Errorf("%d events are published beside a batch", n)
	case <-time.After(100 * time.Millisecond):
	}
	close(finish)
	if n := <-publishing; n != 100 {
		t.Errorf("%d events are published after a batch", n)
	}
}
