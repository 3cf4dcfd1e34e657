package main_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// TestDemo runs the demo as its user does, where the usual ports are taken, pastes the commands it prints into a shell,
// and interrupts it.
func TestDemo(t *testing.T) {
	takeUsualPorts(t)
	demo := startDemo(t, buildBinary(t))
	commands := demo.commands(t)
	if len(commands) != 3 {
		t.Fatalf("the demo prints %d commands, want 3", len(commands))
	}
	wantOutput(t, commands[0], "principal           2360.00", "late fee             116.64")
	wantOutput(t, commands[1], "principal           7360.00", "late fee             176.64")
	wantContracts(t, commands[2], "HT-2025-006", "HT-2025-014")
	demo.interrupt(t)
}

// TestDemoOnce lets a script take what the demo says.
func TestDemoOnce(t *testing.T) {
	takeUsualPorts(t)
	output, err := exec.CommandContext(t.Context(), buildBinary(t), "demo", "--once", "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var said struct {
		Events    int `json:"events"`
		Contracts []struct {
			IDs      []string `json:"contract_ids"`
			Customer string   `json:"customer"`
		} `json:"contracts"`
	}
	if err := json.Unmarshal(output, &said); err != nil {
		t.Fatal(err)
	}
	if said.Events < 100 || len(said.Contracts) != 16 || said.Contracts[0].Customer != "云杉数据有限公司" {
		t.Errorf("the demo says %s", output)
	}
}

// takeUsualPorts listens where serve would by default. Where another process does so already, they are as taken.
func takeUsualPorts(t *testing.T) {
	for _, address := range []string{"127.0.0.1:8808", "127.0.0.1:4222"} {
		if listener, err := net.Listen("tcp", address); err == nil {
			t.Cleanup(func() { listener.Close() })
		}
	}
}

// runningDemo is a demo and where its temporary folder lies.
type runningDemo struct {
	process *exec.Cmd
	stdout  io.Reader
	temp    string
}

func startDemo(t *testing.T, binary string) *runningDemo {
	t.Helper()
	d := &runningDemo{process: exec.Command(binary, "demo"), temp: t.TempDir()}
	d.process.Env = append(os.Environ(), "TMPDIR="+d.temp)
	d.process.Stderr = os.Stderr
	var err error
	if d.stdout, err = d.process.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	if err := d.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.process.Process.Kill() })
	return d
}

// commands reads the output until it has three commands: the lines after remarks.
func (d *runningDemo) commands(t *testing.T) (commands []string) {
	t.Helper()
	lines := bufio.NewScanner(d.stdout)
	for remark := false; len(commands) < 3 && lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if remark {
			commands = append(commands, line)
		}
		remark = strings.HasPrefix(line, "#")
	}
	return commands
}

// interrupt does what Ctrl-C does, and wants a clean end.
func (d *runningDemo) interrupt(t *testing.T) {
	t.Helper()
	if err := d.process.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := d.process.Wait(); err != nil {
		t.Errorf("after Ctrl-C: %v", err)
	}
	if left, err := os.ReadDir(d.temp); err != nil || len(left) > 0 {
		t.Errorf("the demo left %v behind, %v", left, err)
	}
}

// paste runs a command line in a shell.
func paste(t *testing.T, command string) string {
	t.Helper()
	output, err := exec.CommandContext(t.Context(), "bash", "-c", command).Output()
	if err != nil {
		t.Fatalf("%s: %v", command, err)
	}
	return string(output)
}

func wantOutput(t *testing.T, command string, parts ...string) {
	t.Helper()
	output := paste(t, command)
	for _, part := range parts {
		if !strings.Contains(output, part) {
			t.Errorf("%s\ndoes not say %q:\n%s", command, part, output)
		}
	}
}

func wantContracts(t *testing.T, command string, ids ...string) {
	t.Helper()
	var list struct {
		Contracts []struct {
			ID string `json:"contract_id"`
		} `json:"contracts"`
	}
	if err := json.Unmarshal([]byte(paste(t, command)), &list); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range list.Contracts {
		got = append(got, c.ID)
	}
	if strings.Join(got, " ") != strings.Join(ids, " ") {
		t.Errorf("%s\nlists %v, want %v", command, got, ids)
	}
}
