package main

import (
	"crypto/tls"
	"net/http"
	"testing"

	"zhangben/cmd/zhangben/server"
)

// A client that speaks HTTP/2 is answered in it.
func TestServeSpeaksHTTP2(t *testing.T) {
	dir := t.TempDir()
	cert, key := selfSigned(t, dir)
	s := startServing(t, dir, func(o *server.Config) { o.HTTP.TLSCert, o.HTTP.TLSKey = cert, key })
	client := http.Client{Transport: &http.Transport{ForceAttemptHTTP2: true,
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	defer client.CloseIdleConnections()
	response, err := client.Get(s.HTTP + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	if status, body := bodyOf(t, response); response.ProtoMajor != 2 || status != http.StatusOK {
		t.Errorf("%s %d %s", response.Proto, status, body)
	}
}
