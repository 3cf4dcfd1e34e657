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
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/server"
	"zhangben/cmd/zhangben/server/natsserver"
)

func TestStrangerOnLoopbackMayPublishButNotReadOrPurge(t *testing.T) {
	s := startServing(t, t.TempDir(), nil)
	s.post(t, topUp("acct-1", "10.00"))
	nc := connect(t, s.NATS)
	for _, subject := range []string{"$JS.API.STREAM.PURGE.BILLING", "$JS.API.STREAM.DELETE.BILLING",
		"$JS.API.STREAM.MSG.GET.BILLING", "$JS.API.CONSUMER.CREATE.BILLING", "$JS.API.STREAM.INFO.BILLING",
		"$SYS.REQ.SERVER.PING"} {
		if msg, err := nc.Request(subject, []byte(`{"seq":1}`), 200*time.Millisecond); err == nil {
			t.Errorf("%s answers %s", subject, msg.Data)
		}
	}
	if sub, err := nc.SubscribeSync("billing.events.>"); err != nil || nc.Flush() != nil ||
		!errors.Is(lastError(sub), nats.ErrPermissionViolation) {
		t.Errorf("may listen to events: %v", nc.LastError())
	}
	if _, err := nc.Request("$SRV.PING", nil, patience); err != nil {
		t.Error(err)
	}
}

// lastError waits for what the server says to a subscription.
func lastError(sub *nats.Subscription) error {
	_, err := sub.NextMsg(time.Second)
	return err
}

func connect(t *testing.T, url string, options ...nats.Option) *nats.Conn {
	t.Helper()
	nc, err := nats.Connect(url, append(options, nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}),
		nats.PermissionErrOnSubscribe(true))...)
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
	s := startServing(t, filepath.Join(dir, "data"), func(o *server.Config) {
		o.Embedded.Listen = "0.0.0.0:0"
		o.Embedded.TLSCert, o.Embedded.TLSKey, o.Embedded.Users = certificate, key, users
	})
	_, port, _ := strings.Cut(strings.TrimPrefix(s.NATS, "nats://"), ":")
	at := func(user string) string { return "tls://" + user + "@127.0.0.1:" + port }

	if _, messages, code := runCommand(topUp("acct-1", "1.00"), "publish", "--nats", at("shop:secret1"), "--nats-ca",
		certificate); code != exit.Done {
		t.Errorf("a publisher: %d %s", code, messages)
	}
	if _, messages, code := runCommand("", "publish", "--nats", at("shop:wrong"), "--nats-ca",
		certificate); code != exit.Failed || strings.Contains(messages, "wrong") {
		t.Errorf("a wrong password: %d %s", code, messages)
	}
	if _, _, code := runCommand("", "publish", "--nats", "nats://127.0.0.1:"+port); code != exit.Failed {
		t.Error("a stranger gets in")
	}
	boss := connect(t, at("boss:secret2"), nats.RootCAs(certificate), nats.CustomInboxPrefix("_INBOX_boss"))
	if msg, err := boss.Request("$JS.API.STREAM.MSG.GET.BILLING", []byte(`{"seq":1}`), patience); err != nil ||
		!strings.Contains(string(msg.Data), `"message"`) {
		t.Errorf("an administrator: %v", err)
	}
}

func TestUsersFileThatOthersMayReadIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "users")
	writeFile(t, file, walkUsers)
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	_, messages, code := runCommand("", "serve", "--data", t.TempDir(), "--http", "127.0.0.1:0", "--nats-listen",
		"127.0.0.1:0", "--nats-auth", file)
	if code != exit.BadUsage || !strings.Contains(messages, "others may read") || !strings.Contains(messages, "chmod") {
		t.Errorf("%d %s", code, messages)
	}
}

// Passwords, permissions and certificates change while the server runs; who stays keeps the connection.
func TestUsersAreReadAgain(t *testing.T) {
	dir := t.TempDir()
	users := filepath.Join(dir, "users")
	writeFile(t, users, "shop old publish\nsales secret publish\n")
	s := startServing(t, filepath.Join(dir, "data"), func(o *server.Config) { o.Embedded.Users = users })
	stays, goes := connect(t, s.NATS, nats.UserInfo("sales", "secret")),
		connect(t, s.NATS, nats.UserInfo("shop", "old"), nats.NoReconnect())
	writeFile(t, users, "shop new publish\nsales secret publish\nbooks secret finance\n")
	hangUp(t, func() bool { return goes.IsClosed() }) // the old password is out
	if stays.Flush() != nil || stays.Stats().Reconnects != 0 {
		t.Error("whoever stays is cut off")
	}
	for _, user := range []string{"shop:new", "books:secret"} {
		at := strings.Replace(s.NATS, "://", "://"+user+"@", 1)
		if out, messages, code := runCommand(topUp("acct-1", "1.00"), "publish", "--nats", at); code != exit.Done {
			t.Errorf("%s: %d %s%s", user, code, out, messages)
		}
	}
	writeFile(t, users, "shop newer stranger\n")
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond)
	if _, err := connect(t, s.NATS, nats.UserInfo("shop", "new")).RTT(); err != nil {
		t.Errorf("after a file that cannot be read: %v", err)
	}
}

func TestCertificatesAreReadAgain(t *testing.T) {
	dir := t.TempDir()
	certificate, key := selfSigned(t, dir)
	inside, err := natsserver.Start(natsserver.Options{Dir: t.TempDir(), Listen: "127.0.0.1:0", TLSCert: certificate,
		TLSKey: key}, newLogger(t.Output(), false, false))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(inside.Stop)
	old, err := os.ReadFile(certificate)
	if err != nil {
		t.Fatal(err)
	}
	selfSigned(t, dir)
	url := inside.URL()
	if nc, err := nats.Connect(url, nats.RootCAs(certificate)); err == nil {
		nc.Close()
		t.Fatal("the new certificate is in use already")
	}
	if err := inside.Reload(); err != nil {
		t.Fatal(err)
	}
	connect(t, url, nats.RootCAs(certificate))
	writeFile(t, certificate, string(old)) // whose key is gone
	if err := inside.Reload(); err == nil {
		t.Error("a certificate of another key is taken")
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
