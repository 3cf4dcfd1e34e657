package main_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
	"unicode"

	"github.com/nats-io/nats.go"
)

var commandAttempts = []attempt{
	{"command line: hostile text printed to the terminal", tryTerminal},
	{"command line: devices, pipes and growing files", tryFiles},
	{"command line: a server that is not the ledger's", tryForeignServer},
}

// command runs the program as a user who has the reader's and everybody else's secrets, for some seconds at most.
func (s *siege) command(args ...string) (out string, code int, err error) {
	var stdout bytes.Buffer
	p := start(s.t, nil, &stdout, s.binary, args...)
	select {
	case <-p.exited:
		return stdout.String() + p.messages.String(), p.cmd.ProcessState.ExitCode(), nil
	case <-time.After(10 * time.Second):
		_ = p.cmd.Process.Signal(syscall.SIGINT)
	}
	select {
	case <-p.exited:
		return stdout.String() + p.messages.String(), p.cmd.ProcessState.ExitCode(), fmt.Errorf("%v had to be interrupted",
			args)
	case <-time.After(10 * time.Second):
		p.kill()
		return "", -1, fmt.Errorf("%v cannot be interrupted", args)
	}
}

// tryTerminal stores text that would act on a terminal, and prints it by every command that prints.
func tryTerminal(s *siege) (string, error) {
	hostile := "\x1b[2J\x1b]0;owned\x07\u202e\u0085\u009b31m\u2066"
	quoted := strings.NewReplacer("\x1b", `\u001b`, "\x07", `\u0007`).Replace(hostile)
	nc := s.dial(s.attackers()[0])
	defer nc.Close()
	bodies := []string{hostile, `{"id":"` + quoted + `","source":"` + quoted + `","type":"` + quoted + `"}`,
		strings.Replace(topUp("0190a0a0-0000-7000-8000-00000000000f"), `"online"`, `"`+quoted+`"`, 1)}
	for _, body := range bodies {
		msg := &nats.Msg{Subject: "billing.events.all.unreadable", Data: []byte(body),
			Header: nats.Header{"X": {hostile[:4]}}}
		if _, err := nc.RequestMsg(msg, patience); err != nil {
			return "", err
		}
	}
	if err := s.honest.post("0190a0a0-0000-7000-8000-00000000000e"); err != nil {
		return "", err
	}
	server := []string{"--server", "http://" + s.http}
	if s.guarded {
		server = append(server, "--token-file", s.secret("root-token", rootToken+"\n"))
	}
	printed := 0
	for _, args := range [][]string{{"rejected", "list"}, {"rejected", "show", "1"}, {"events"}, {"exceptions"},
		{"contract", hostile[:4]}, {"account", hostile[4:]},
		{"doctor"}, {"stream", "status"}, {"explain", hostile}} {
		out, _, err := s.command(append(args, server...)...)
		if err != nil {
			return "", err
		}
		if i := strings.IndexFunc(out, acts); i >= 0 {
			return "", fmt.Errorf("%v prints %.80q", args, out[i:])
		}
		printed += len(out)
	}
	return fmt.Sprintf("%d bytes printed, none of them acts", printed), nil
}

// acts reports whether a character does something to a terminal.
func acts(r rune) bool {
	return r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r))
}

// tryFiles hands commands what is no file.
func tryFiles(s *siege) (string, error) {
	pipe, growing := filepath.Join(s.dir, "pipe"), filepath.Join(s.dir, "growing")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil && !os.IsExist(err) {
		return "", err
	}
	stop := grow(growing)
	defer stop()
	restored := filepath.Join(s.dir, "restored")
	tried := 0
	for _, file := range []string{"/dev/zero", pipe, growing, s.dir, "/proc/self/mem", "/proc/kmsg"} {
		for _, args := range [][]string{{"restore", file, "--data", restored}, {"verify-proof", "--key", file, file},
			{"preview", "--terms", file, "--all"},
			{"serve", "--data", restored, "--http", "127.0.0.1:0", "--nats-listen", "127.0.0.1:0", "--tokens", file},
			{"serve", "--data", restored, "--http", "127.0.0.1:0", "--nats-listen", "127.0.0.1:0", "--nats-auth", file},
			{"serve", "--data", restored, "--http", "127.0.0.1:0", "--nats-listen", "127.0.0.1:0", "--terms", file}} {
			out, code, err := s.command(args...)
			if err != nil || code == 0 {
				return "", fmt.Errorf("%v: exit code %d, %w: %.300s", args, code, err, out)
			}
			if _, err := os.Lstat(restored); err == nil {
				return "", fmt.Errorf("%v leaves a folder behind", args)
			}
			tried++
		}
	}
	return fmt.Sprintf("%d commands refuse and leave nothing", tried), nil
}

// grow writes to a file until it is told to stop.
func grow(path string) (stop func()) {
	ended, done := make(chan struct{}), make(chan struct{})
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	go func() {
		defer close(done)
		for written := 0; err == nil && written < 1<<28; written += 1 << 16 {
			select {
			case <-ended:
				return
			default:
				_, err = file.Write(make([]byte, 1<<16))
				time.Sleep(time.Millisecond)
			}
		}
		<-ended
	}()
	return func() {
		close(ended)
		<-done
		file.Close()
		os.Remove(path)
	}
}

// tryForeignServer has commands ask NATS where HTTP is wanted, and the other way round.
func tryForeignServer(s *siege) (string, error) {
	token := s.secret("reader-token", readerToken+"\n")
	for _, args := range [][]string{
		{"contract", "HT-small", "--server", "http://" + s.nats, "--token-file", token}, {"events", "--server", "http://" +
			s.nats, "--token-file", token},
		{"publish", "--nats", "nats://" + s.http, "/dev/null"}, {"doctor", "--server", "http://" + s.nats, "--token-file",
			token},
	} {
		out, code, err := s.command(args...)
		if err != nil || code == 0 {
			return "", fmt.Errorf("%v: exit code %d, %w: %.300s", args, code, err, out)
		}
	}
	return "an error each, in time", nil
}
