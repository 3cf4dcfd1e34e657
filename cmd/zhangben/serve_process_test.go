package main_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience is how long a test waits for what should come soon, on a machine that may be busy.
const patience = 2 * time.Minute

// process is a program that a test started, and may kill.
type process struct {
	t        *testing.T
	cmd      *exec.Cmd
	messages *lockedBuffer // its stderr
	exited   chan struct{}
}

// lockedBuffer may be read while the process writes.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}

// start runs a program until the test ends at the latest. stdin and stdout may be nil.
func start(t *testing.T, stdin io.Reader, stdout io.Writer, program string, args ...string) *process {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Stdin, cmd.Stdout = stdin, stdout
	return startCommand(t, cmd)
}

// startCommand is start for a program with an environment or a user of its own.
func startCommand(t *testing.T, cmd *exec.Cmd) *process {
	t.Helper()
	p := &process{t: t, cmd: cmd, messages: new(lockedBuffer), exited: make(chan struct{})}
	p.cmd.Stderr, p.cmd.WaitDelay = p.messages, time.Second
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait()
		close(p.exited)
	}()
	t.Cleanup(p.kill)
	return p
}

// kill ends the process without a chance to tidy up.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.exited
}

// stop asks the process to end, and returns its exit code.
func (p *process) stop() int {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatalf("%v\n%s", err, p.messages)
	}
	return p.exitCode()
}

// exitCode waits for the process to end.
func (p *process) exitCode() int {
	p.t.Helper()
	select {
	case <-p.exited:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(patience):
		p.t.Fatalf("%s goes on\n%s", p.cmd.Path, p.messages)
		return 0
	}
}

// ready waits until the server at address is, or until it ends.
func (p *process) ready(address string) {
	p.t.Helper()
	p.await("ready", func() bool { return strings.Contains(get(p.t, address, "/readyz"), `"ready"`) })
}

// await waits until something holds.
func (p *process) await(what string, holds func() bool) {
	p.t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(5 * time.Millisecond) {
		select {
		case <-p.exited:
			p.t.Fatalf("%s ended before it was %s\n%s", p.cmd.Path, what, p.messages)
		default:
		}
		if time.Now().After(deadline) {
			p.t.Fatalf("%s never was %s\n%s", p.cmd.Path, what, p.messages)
		}
	}
}

// get reads a path of the server at address; "" when it does not answer.
func get(t *testing.T, address, path string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return ""
	}
	defer response.Body.Close()
	body, _ := io.ReadAll(response.Body)
	return string(body)
}

// publish publishes lines with the program itself, and returns what it printed and its exit code.
func publish(t *testing.T, binary, natsURL, lines string, flags ...string) (out string, code int) {
	t.Helper()
	var stdout bytes.Buffer
	p := start(t, strings.NewReader(lines), &stdout, binary, append([]string{"publish", "--nats", natsURL}, flags...)...)
	code = p.exitCode()
	return stdout.String() + p.messages.String(), code
}

// create makes a file that the test closes.
func create(t *testing.T, path string) *os.File {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}
