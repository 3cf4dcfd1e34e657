package main

import (
	"crypto/tls"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Connections that say nothing, or never come to the end of a header, keep nobody out.
func TestSilentConnectionsGiveWay(t *testing.T) {
	s := startServing(t, t.TempDir(), nil)
	for n := range mostConnections + 200 {
		conn, err := net.DialTimeout("tcp", strings.TrimPrefix(s.HTTP, "http://"), patience)
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
		if status, body := s.get(t, "/v1/accounts"); status != http.StatusOK || time.Since(begun) > headerTimeout/2 {
			t.Errorf("%d after %v: %s", status, time.Since(begun), body)
		}
	}
}

// A client that speaks HTTP/2 is answered in it.
func TestServeSpeaksHTTP2(t *testing.T) {
	dir := t.TempDir()
	cert, key := selfSigned(t, dir)
	s := startServing(t, dir, func(o *serveOptions) { o.http.tlsCert, o.http.tlsKey = cert, key })
	client := http.Client{Transport: &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	defer client.CloseIdleConnections()
	response, err := client.Get(s.HTTP + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	if status, body := bodyOf(t, response); response.ProtoMajor != 2 || status != http.StatusOK {
		t.Errorf("%s %d %s", response.Proto, status, body)
	}
}
