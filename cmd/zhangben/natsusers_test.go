package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
)

func TestStrangerOnLoopbackMayPublishButNotReadOrPurge(t *testing.T) {
	s := startServing(t, t.TempDir(), nil)
	s.post(t, topUp("acct-1", "10.00"))
	nc := connect(t, s.NATS)
	for _, subject := range []string{"$JS.API.STREAM.PURGE.BILLING", "$JS.API.STREAM.DELETE.BILLING", "$JS.API.STREAM.MSG.GET.BILLING", "$JS.API.CONSUMER.CREATE.BILLING", "$SYS.REQ.SERVER.PING"} {
		if msg, err := nc.Request(subject, []byte(`{"seq":1}`), 200*time.Millisecond); err == nil {
			t.Errorf("%s answers %s", subject, msg.Data)
		}
	}
	if sub, err := nc.SubscribeSync("billing.events.>"); err != nil || nc.Flush() != nil || !errors.Is(lastError(sub), nats.ErrPermissionViolation) {
		t.Errorf("may listen to events: %v", nc.LastError())
	}
	for _, subject := range []string{"$SRV.PING", "$JS.API.STREAM.INFO.BILLING"} {
		if _, err := nc.Request(subject, nil, patience); err != nil {
			t.Errorf("%s: %v", subject, err)
		}
	}
}

// lastError waits for what the server says to a subscription.
func lastError(sub *nats.Subscription) error {
	_, err := sub.NextMsg(time.Second)
	return err
}

func connect(t *testing.T, url string, options ...nats.Option) *nats.Conn {
	t.Helper()
	nc, err := nats.Connect(url, append(options, nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}), nats.PermissionErrOnSubscribe(true))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return nc
}

func TestNATSForOthersTakesTLSAndUsers(t *testing.T) {
	dir := t.TempDir()
	certificate, key := selfSigned(t, dir)
	users := filepath.Join(dir, "users")
	if err := os.WriteFile(users, []byte("# who may\nshop secret1 publisher\n\nboss secret2 admin\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := startServing(t, filepath.Join(dir, "data"), func(o *serveOptions) {
		o.inside.listen = "0.0.0.0:0"
		o.inside.tlsCert, o.inside.tlsKey, o.inside.users = certificate, key, users
	})
	_, port, _ := strings.Cut(strings.TrimPrefix(s.NATS, "nats://"), ":")
	at := func(user string) string { return "tls://" + user + "@127.0.0.1:" + port }

	if _, messages, code := runCommand(topUp("acct-1", "1.00"), "publish", "--nats", at("shop:secret1"), "--nats-ca", certificate); code != exitDone {
		t.Errorf("a publisher: %d %s", code, messages)
	}
	if _, messages, code := runCommand("", "publish", "--nats", at("shop:wrong"), "--nats-ca", certificate); code != exitFailed || strings.Contains(messages, "wrong") {
		t.Errorf("a wrong password: %d %s", code, messages)
	}
	if _, _, code := runCommand("", "publish", "--nats", "nats://127.0.0.1:"+port); code != exitFailed {
		t.Error("a stranger gets in")
	}
	boss := connect(t, at("boss:secret2"), nats.RootCAs(certificate))
	if msg, err := boss.Request("$JS.API.STREAM.MSG.GET.BILLING", []byte(`{"seq":1}`), patience); err != nil || !strings.Contains(string(msg.Data), `"message"`) {
		t.Errorf("an administrator: %v", err)
	}
}

func TestUsersFile(t *testing.T) {
	for _, text := range []string{"shop secret", "shop secret owner", "shop secret publisher extra"} {
		if _, err := parseUsers(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

// selfSigned writes a certificate for 127.0.0.1 and its key.
func selfSigned(t *testing.T, dir string) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyBytes, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, kind string, content []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	return write("cert.pem", "CERTIFICATE", certificate), write("key.pem", "PRIVATE KEY", keyBytes)
}
