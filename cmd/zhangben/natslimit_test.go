package main_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"
)

// However much is forbidden or refused, the diagnostics are a few lines that say how much it was.
func TestFloodsAreFewLines(t *testing.T) {
	const n = 2_000
	users := filepath.Join(t.TempDir(), "users")
	if err := os.WriteFile(users, []byte("shop secret publish accounts=acct-1\nboss secret admin\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	http, address := freeAddress(t), freeAddress(t)
	server := start(t, nil, nil, buildBinary(t), "serve", "--data", filepath.Join(t.TempDir(), "data"),
		"--http", http, "--nats-listen", address, "--nats-auth", users)
	server.ready(http)
	calm := len(server.messages.String())

	login := func(user, password string) (*nats.Conn, error) {
		return nats.Connect("nats://"+address, nats.UserInfo(user, password), nats.CustomInboxPrefix("_INBOX_"+user),
			nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}))
	}
	nc, err := login("shop", "secret")
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	for i := range n {
		for _, subject := range []string{
			fmt.Sprintf("billing.events.acct-%d.contract.paid", i+2), strings.Repeat("x", i%50+1),
			"billing.events.acct-1.contract.paid",
		} {
			if err := nc.Publish(subject, []byte("hello")); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := nc.SubscribeSync(fmt.Sprintf("billing.rejected.acct-%d", i+2)); err != nil {
			t.Fatal(err)
		}
		if i%10 == 0 {
			if other, err := login("shop", "guess"+strconv.Itoa(i)); err == nil {
				other.Close()
				t.Fatal("any password will do")
			}
		}
	}
	if err := nc.FlushTimeout(patience); err != nil {
		t.Fatal(err)
	}
	server.await("through", func() bool {
		return strings.Contains(get(t, http, "/metrics"), fmt.Sprintf("zhangben_rejected_total{code=\"invalid\"} %d\n", n))
	})
	nc.Close()
	if code := server.stop(); code != 0 {
		t.Errorf("exit %d", code)
	}

	said := server.messages.String()[calm:]
	lines := strings.Split(strings.TrimSuffix(said, "\n"), "\n")
	if len(lines) > 30 {
		t.Errorf("%d lines:\n%s", len(lines), said)
	}
	for what, want := range map[string]int{
		"Publish Violation": 2 * n, "Subscription Violation": n, "authentication error": n / 10, "messages were rejected": n,
	} {
		if got := counted(t, lines, what); got != want {
			t.Errorf("of %s %d are told, want %d:\n%s", what, got, want, said)
		}
	}
}

// counted adds up how many messages of a kind some lines stand for.
func counted(t *testing.T, lines []string, what string) (sum int) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains(line, what) {
			continue
		}
		n := 1
		for field := range strings.FieldsSeq(line) {
			for _, name := range []string{"more=", "rejected="} {
				if digits, ok := strings.CutPrefix(field, name); ok {
					var err error
					if n, err = strconv.Atoi(digits); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		sum += n
	}
	return sum
}
