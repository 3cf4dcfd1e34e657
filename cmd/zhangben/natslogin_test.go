package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"zhangben/cmd/zhangben/client"
	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/server"
)

// startGuarded serves with users of every role.
func startGuarded(t *testing.T) serving {
	t.Helper()
	users := filepath.Join(t.TempDir(), "users")
	writeFile(t, users, walkUsers)
	return startServing(t, t.TempDir(), func(o *server.Config) { o.Embedded.Users = users })
}

// at is the server's NATS address for a user.
func (s serving) at(user string) string { return strings.Replace(s.NATS, "://", "://"+user+"@", 1) }

func TestPasswordsComeFromTheEnvironmentOrAFile(t *testing.T) {
	s := startGuarded(t)
	file := filepath.Join(t.TempDir(), "password")
	writeFile(t, file, "secret\n")
	publish := func(args ...string) (messages string, code int) {
		_, messages, code = runCommand(topUp("acct-1", "1.00"), append([]string{"publish"}, args...)...)
		return messages, code
	}
	if messages, code := publish("--nats", s.NATS, "--nats-user", "publisher", "--nats-password-file",
		file); code != exit.Done {
		t.Errorf("a file: %d %s", code, messages)
	}
	if messages, code := publish("--nats", s.at("publisher"), "--nats-password-file", file); code != exit.Done {
		t.Errorf("a file, the user in the URL: %d %s", code, messages)
	}
	if messages, code := publish("--nats", s.NATS, "--nats-user", "publisher"); code != exit.BadUsage ||
		!strings.Contains(messages, "ZHANGBEN_NATS_PASSWORD") {
		t.Errorf("no password: %d %s", code, messages)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if messages, code := publish("--nats", s.NATS, "--nats-user", "publisher", "--nats-password-file",
		file); code != exit.BadUsage || !strings.Contains(messages, "others may read") {
		t.Errorf("a file that others may read: %d %s", code, messages)
	}
	t.Setenv("ZHANGBEN_NATS_PASSWORD", "secret")
	for _, args := range [][]string{{"--nats", s.NATS, "--nats-user", "publisher"}, {"--nats", s.at("publisher")}} {
		if messages, code := publish(args...); code != exit.Done {
			t.Errorf("the environment, %v: %d %s", args, code, messages)
		}
	}
	t.Setenv("ZHANGBEN_NATS_PASSWORD", "wrong")
	if messages, code := publish("--nats", s.at("publisher:secret")); code != exit.Done {
		t.Errorf("a URL that has a password of its own: %d %s", code, messages)
	}
	if messages, code := publish("--nats", s.at("publisher")); code != exit.Failed || strings.Contains(messages, "wrong") {
		t.Errorf("a wrong password: %d %s", code, messages)
	}
}

// A publisher needs no part of JetStream's API, alone or in batches, and malformed events are refused as before.
func TestPublishersNeedEventsAndVerdictsOnly(t *testing.T) {
	s := startGuarded(t)
	lines := strings.Repeat(topUp("acct-1", "1.00")+"\n", 2) + strings.Join([]string{topUp("acct-1", "-1.00"), "garbage",
		strings.Replace(topUp("acct-1", "1.00"), "wallet.topped_up", "wallet.emptied", 1), topUp("acct 1", "1.00")}, "\n")
	out, messages, code := runCommand(lines, "publish", "--nats", s.at("publisher:secret"))
	if code != exit.Rejected || out != "1 appended, 1 duplicate, 4 rejected\n" {
		t.Errorf("%d %s%s", code, out, messages)
	}
}

// What a user may not publish is said at once, and nothing of it is stored.
func TestPublishSaysWhatIsForbidden(t *testing.T) {
	s := startGuarded(t)
	voided := `{"specversion":"1.0","id":"0196f000-0000-7000-8000-000000000001","source":"/x",` +
		`"type":"billing.event.voided.v1","time":"2025-03-01T09:00:00+08:00",` +
		`"data":{"account_id":"acct-1","voids":"0196f000-0000-7000-8000-000000000002","reason":"x"}}`
	for _, test := range []struct{ user, lines, said string }{
		{"publisher", voided, "may not publish to billing.events.acct-1.event.voided"},
		{"publisher", voided + "\n" + voided, "may not publish to billing.events.acct-1.event.voided"},
		{"narrow", topUp("acct-1", "1.00"), "may not publish to billing.events.acct-1.wallet.topped_up"},
	} {
		begun := time.Now()
		out, messages, code := runCommand(test.lines, "publish", "--nats", s.at(test.user+":secret"))
		if code != exit.Failed || !strings.Contains(messages, test.said) || time.Since(begun) > 3*time.Second {
			t.Errorf("%s: %d after %v %s%s", test.user, code, time.Since(begun), out, messages)
		}
	}
	if status, _ := streamStatus(t, "--server", s.HTTP); status.LastSeq != 0 {
		t.Errorf("%d messages are stored", status.LastSeq)
	}
	_, messages, code := runCommand(topUp("acct-1", "1.00"), "publish", "--nats", s.at("publisher:secret"), "--nats-inbox",
		"_INBOX")
	if code != exit.Failed || !strings.Contains(messages, "may not listen to _INBOX.") ||
		!strings.Contains(messages, "come to _INBOX_publisher.>") {
		t.Errorf("another's inboxes: %d %s", code, messages)
	}
}

func TestOlderNATSServersAreRefused(t *testing.T) {
	for version, older := range map[string]bool{
		"2.15.2": true, "2.14.9": true, "1.99.0": true, "2.15.3-RC.1": true, "2.15.3": false, "v2.15.4": false,
		"2.16.0-dev": false, "3.0.0": false, "": false,
	} {
		if client.TooOld(version) != older {
			t.Errorf("%q is older: %v", version, !older)
		}
	}
}

// The doctor says that the services lack a user of their own.
func TestDoctorLooksAtNATSUsers(t *testing.T) {
	s := startServing(t, t.TempDir(), func(o *server.Config) { o.Outside.URL = startStreamServer(t) })
	out, _, code := runCommand("", "doctor", "--server", s.HTTP)
	if code != exit.Rejected || !strings.Contains(out, "NATS users") || !strings.Contains(out, "--nats-service-user") {
		t.Errorf("%d %s", code, out)
	}
}
