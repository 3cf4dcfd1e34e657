package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"time"
)

// benchServer is zhangben serve in a process of its own.
type benchServer struct {
	cmd    *exec.Cmd
	begun  time.Time
	silent chan error // what reading its stderr to the end came to
	client *client
}

// serve starts a server of a folder, and returns it once it can be asked.
func (b *session) serve(ctx context.Context, dir string) (s *benchServer, err error) {
	s = &benchServer{begun: time.Now()}
	s.cmd = exec.CommandContext(ctx, b.Program, "serve", "--data", dir, "--http", "127.0.0.1:0", "--nats-listen",
		"127.0.0.1:0", "--json")
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(os.Interrupt) }
	stderr, err := s.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	messages := bufio.NewReader(stderr)
	address, err := servedAt(messages)
	s.silent = make(chan error, 1)
	go func() { // a server whose messages are not read comes to a stop
		_, err := io.Copy(io.Discard, messages)
		s.silent <- err
	}()
	if err == nil {
		s.client, err = dialHTTP(address)
	}
	if err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

// servedAt reads what a server says until it names the address at which it serves HTTP.
func servedAt(messages *bufio.Reader) (string, error) {
	for {
		line, err := messages.ReadBytes('\n')
		if err != nil {
			return "", fmt.Errorf("zhangben serve: %w", err)
		}
		var said struct{ Msg, HTTP string }
		if err := json.Unmarshal(line, &said); err != nil {
			return "", fmt.Errorf("zhangben serve says %s", line)
		}
		if said.Msg == "serving" {
			at, err := url.Parse(said.HTTP)
			return at.Host, err
		}
	}
}

// ready waits until the server is ready, and returns the time since it was started.
func (s *benchServer) ready() (time.Duration, error) {
	for {
		status, _, err := s.client.send(http.MethodGet, "/readyz", nil)
		if err != nil {
			return 0, err
		}
		if status == http.StatusOK {
			return time.Since(s.begun), nil
		}
		time.Sleep(time.Millisecond)
	}
}

// stop ends the server and waits until its files are closed.
func (s *benchServer) stop() error {
	s.client.close()
	err := s.cmd.Process.Signal(os.Interrupt)
	return errors.Join(err, <-s.silent, s.cmd.Wait())
}

// served starts a server of a folder, waits until it is ready, has fn ask it, and stops it.
func (b *session) served(ctx context.Context, dir string,
	fn func(s *benchServer, ready time.Duration) error) (err error) {
	s, err := b.serve(ctx, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	ready, err := s.ready()
	if err != nil {
		return err
	}
	return fn(s, ready)
}
