package main

import (
	"bytes"
	"crypto/tls"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"zhangben/cmd/zhangben/server"
)

const (
	firstToken  = "first-first-first-first-first-first"
	secondToken = "second-second-second-second-second"
)

// secretFile writes a file that only its owner may read.
func secretFile(t *testing.T, path, content string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSIGHUPReadsTokensAndCertificatesAgain(t *testing.T) {
	dir := t.TempDir()
	cert, key := selfSigned(t, dir)
	tokens := secretFile(t, filepath.Join(dir, "tokens"), "read "+firstToken+"\n")
	s := startServing(t, filepath.Join(dir, "data"), func(o *server.Config) {
		o.HTTP.Tokens, o.HTTP.TLSCert, o.HTTP.TLSKey = tokens, cert, key
	})
	before := asked(t, s.HTTP, firstToken)
	if before.status != http.StatusOK || asked(t, s.HTTP, secondToken).status != http.StatusUnauthorized {
		t.Fatalf("before: %+v", before)
	}

	secretFile(t, tokens, "read "+secondToken+"\n")
	selfSigned(t, dir)
	hangUp(t, func() bool { return asked(t, s.HTTP, secondToken).status == http.StatusOK })
	after := asked(t, s.HTTP, firstToken)
	if after.status != http.StatusUnauthorized || bytes.Equal(before.certificate, after.certificate) {
		t.Errorf("a revoked token is answered %d; the certificate is a new one: %v", after.status,
			!bytes.Equal(before.certificate, after.certificate))
	}

	secretFile(t, tokens, "root "+firstToken+"\n")
	secretFile(t, key, "no key")
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond)
	if got := asked(t, s.HTTP, secondToken); got.status != http.StatusOK ||
		!bytes.Equal(got.certificate, after.certificate) {
		t.Errorf("after broken files: %d", got.status)
	}
}

// hangUp sends SIGHUP and waits until it has had its effect.
func hangUp(t *testing.T, done func() bool) {
	t.Helper()
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(patience); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("SIGHUP has no effect")
		}
	}
}

type tlsAnswer struct {
	status      int
	certificate []byte
}

// asked reads something that needs a token, on a connection of its own.
func asked(t *testing.T, server, token string) tlsAnswer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server+"/v1/accounts", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true,
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return tlsAnswer{response.StatusCode, response.TLS.PeerCertificates[0].Raw}
}
