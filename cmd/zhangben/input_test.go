package main

import (
	"bytes"
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf16"

	"zhangben/cmd/zhangben/exit"
)

// runUntil runs a command line whose standard input never says anything, until it ends or is interrupted.
func runUntil(t *testing.T, ctx context.Context, args ...string) (messages string, code int) {
	t.Helper()
	stdin, typed := io.Pipe()
	t.Cleanup(func() { typed.Close() })
	var said bytes.Buffer
	root := newRootCommand()
	root.SetIn(stdin)
	root.SetOut(&said)
	root.SetErr(&said)
	root.SetArgs(args)
	begun := time.Now()
	code = report(&said, root.ExecuteContext(ctx))
	if took := time.Since(begun); took > patience {
		t.Errorf("%v: took %v", args, took)
	}
	return said.String(), code
}

func pipeIn(t *testing.T, dir string) string {
	t.Helper()
	path := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // lets go of who waits for a writer
		if file, err := os.OpenFile(path, os.O_RDWR, 0); err == nil {
			file.Close()
		}
	})
	return path
}

// Every file that a command reads may be anything: what is no file is refused with a reason, before it costs anything.
func TestNoCommandReadsADevice(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir) // the path of a socket must be short
	listener, err := net.Listen("unix", "socket")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	key := "zhangben/test+00000000+AAAA"
	serve := func(flag, file string, more ...string) []string {
		return append([]string{"serve", "--data", filepath.Join(dir, "data"), "--http", "127.0.0.1:0", "--nats-listen",
			"127.0.0.1:0", flag, file}, more...)
	}
	for _, file := range []struct{ path, kind string }{{"/dev/zero", "a device"}, {"socket", "a socket"},
		{dir, "a folder"}} {
		for _, args := range [][]string{
			{"publish", file.path},
			{"publish", "--dry-run", file.path},
			{"preview", "--with", file.path, "--contract", "HT-1"},
			{"preview", "--terms", file.path, "--all"},
			{"restore", file.path, "--data", filepath.Join(dir, "restored")},
			{"verify-proof", "--key", file.path, "proof"},
			{"contract", "HT-1", "--ca", file.path},
			serve("--terms", file.path),
			serve("--tokens", file.path),
			serve("--checkpoint-key", file.path),
			serve("--nats-auth", file.path),
			serve("--tls-cert", file.path, "--tls-key", file.path),
			serve("--nats-tls-cert", file.path, "--nats-tls-key", file.path),
		} {
			if args[0] == "publish" && args[1] != "--dry-run" { // the file is looked at before the server
				args = append(args, "--nats", "nats://127.0.0.1:1")
			}
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			messages, code := runUntil(t, ctx, args...)
			cancel()
			if code == exit.Done || !strings.Contains(messages, file.kind) {
				t.Errorf("%v: exit code %d %s", args, code, messages)
			}
		}
	}
	for _, left := range []string{"data", "restored"} {
		if _, err := os.Lstat(left); err == nil {
			t.Errorf("a refused command left %s behind", left)
		}
	}
	if _, code := runUntil(t, t.Context(), "verify-proof", "--key", key, "/dev/zero"); code != exit.BadUsage {
		t.Errorf("a proof from a device: %d", code)
	}
}

// A pipe that is data is waited for, and the user may end that; a pipe that is configuration is not.
func TestWaitingForAPipeEndsWithTheCommand(t *testing.T) {
	pipe := pipeIn(t, t.TempDir())
	s := startServing(t, t.TempDir(), nil)
	for _, args := range [][]string{
		{"publish", "--dry-run", pipe},
		{"publish", "--dry-run"},
		{"publish", "--nats", s.NATS, pipe},
		{"publish", "--nats", s.NATS, "-"},
		{"preview", "--with", pipe, "--contract", "HT-1"},
		{"preview", "--with", "-", "--contract", "HT-1"},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		messages, code := runUntil(t, ctx, args...)
		cancel()
		if code != exit.Failed {
			t.Errorf("%v: exit code %d %s", args, code, messages)
		}
	}
	if messages, code := runUntil(t, t.Context(), "restore", pipe, "--data",
		filepath.Join(t.TempDir(), "new")); code == exit.Done || !strings.Contains(messages, "a pipe") {
		t.Errorf("restore: %d %s", code, messages)
	}
}

// What comes by a pipe is published as from a file.
func TestPublishTakesAPipe(t *testing.T) {
	pipe := pipeIn(t, t.TempDir())
	go func() {
		if file, err := os.OpenFile(pipe, os.O_WRONLY, 0); err == nil {
			file.WriteString(topUp("acct-1", "1.00") + "\n")
			file.Close()
		}
	}()
	if out, messages, code := runCommand("", "publish", "--dry-run", pipe); code != exit.Done ||
		!strings.HasPrefix(out, "1 well-formed") {
		t.Errorf("%d %s%s", code, out, messages)
	}
}

// A byte order mark is no part of the first event, nor of a file of parameters or of an event to compare with.
func TestAByteOrderMarkIsPassedOver(t *testing.T) {
	s := startServing(t, t.TempDir(), nil)
	text := "\ufeff" + topUp("acct-1", "10.00") + "\r\n" + topUp("acct-1", "5.00") + "\r\n"
	file := filepath.Join(t.TempDir(), "events.ndjson")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, messages, code := runCommand("", "publish", "--dry-run", file); code != exit.Done ||
		!strings.HasPrefix(out, "2 well-formed") {
		t.Errorf("dry run: %d %s%s", code, out, messages)
	}
	if out, messages, code := runCommand("", "preview", "--with", file, "--account", "acct-1", "--server",
		s.HTTP); code != exit.Done {
		t.Errorf("preview: %d %s%s", code, out, messages)
	}
	if out, messages, code := runCommand("", "publish", "--nats", s.NATS, file); code != exit.Done ||
		out != "2 appended, 0 duplicate, 0 rejected\n" {
		t.Errorf("publish: %d %s%s", code, out, messages)
	}
}

// An input that is not events, one a line, is refused in one message, and nothing of it is sent.
func TestPublishRefusesOtherForms(t *testing.T) {
	s := startServing(t, t.TempDir(), nil)
	event := topUp("acct-1", "10.00")
	pretty := strings.ReplaceAll(strings.ReplaceAll(event, `,"`, ",\n  \""), `{"specversion`, "{\n  \"specversion")
	wide := func(order func(c uint16) []byte) string {
		text := ""
		for _, c := range utf16.Encode([]rune("\ufeff" + event)) {
			text += string(order(c))
		}
		return text
	}
	for name, form := range map[string]struct{ text, says string }{
		"pretty-printed":            {pretty, "several lines"},
		"pretty-printed, with mark": {"\ufeff\r\n" + strings.ReplaceAll(pretty, "\n", "\r\n"), "several lines"},
		"several pretty-printed":    {pretty + "\n" + pretty, "several lines"},
		"an array":                  {"[" + event + "]", "array"},
		"an array over lines":       {"[\n" + event + ",\n" + event + "\n]\n", "array"},
		"CSV":                       {"id,source,type\n1,/a,b\n2,/a,b\n", "not lines of JSON"},
		"CSV in quotes":             {"\"id\",\"source\"\n\"1\",\"/a\"\n", "not lines of JSON"},
		"a number":                  {"1\n", "not lines of JSON"},
		"XML":                       {"<event/>\n", "not lines of JSON"},
		"nothing":                   {"", "empty"},
		"blank lines":               {"\n \r\n\t\n", "empty"},
		"only a mark":               {"\ufeff", "empty"},
		"gzip":                      {"\x1f\x8b\x08\x00\x00\x00\x00\x00", "gzip"},
		"zstd":                      {"\x28\xb5\x2f\xfd\x04\x00", "zstd"},
		"zip":                       {"PK\x03\x04\x14\x00", "zip"},
		"UTF-16, low byte first":    {wide(func(c uint16) []byte { return []byte{byte(c), byte(c >> 8)} }), "UTF-16"},
		"UTF-16, high byte first":   {wide(func(c uint16) []byte { return []byte{byte(c >> 8), byte(c)} }), "UTF-16"},
		"UTF-16 without a mark":     {strings.ReplaceAll(event, "", "\x00")[1:] + "\n", "not text"},
		"zeros":                     {strings.Repeat("\x00", 3<<20), "not text"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "events.ndjson")
			if err := os.WriteFile(file, []byte(form.text), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, args := range [][]string{
				{"publish", "--nats", s.NATS, file}, {"publish", "--dry-run", file},
				{"preview", "--server", s.HTTP, "--account", "acct-1", "--with", file},
			} {
				out, messages, code := runCommand("", args...)
				if code != exit.BadUsage || out != "" || !strings.Contains(messages, form.says) ||
					!strings.Contains(messages, "one a line") {
					t.Errorf("%v: exit code %d %s%s", args[0], code, out, messages)
				}
			}
		})
	}
	if _, answer := s.get(t, "/v1/rejected"); !strings.Contains(answer, `"rejected":[]`) {
		t.Errorf("something is in quarantine: %s", answer)
	}
}

// Lines that are broken among others are the ledger's to refuse, the first one too.
func TestABrokenFirstLineIsOneOfMany(t *testing.T) {
	event := topUp("acct-1", "10.00")
	for _, input := range []string{event[:50] + "\n" + event + "\n", event[:50], "{}\n" + event, event + "x\n" + event} {
		out, messages, code := runCommand(input, "publish", "--dry-run")
		if code != exit.Rejected || !strings.Contains(out, "1 rejected") {
			t.Errorf("%q: %d %s%s", input, code, out, messages)
		}
	}
	if out, messages, code := runCommand("", "publish", "--dry-run"); code != exit.Done {
		t.Errorf("no events by a pipe: %d %s%s", code, out, messages)
	}
}
