package main_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// flood is an attempt to keep others from being served.
//
// Its clients run in a process of their own, this test's program once more, which the kernel lets run only while no one
// else wants to. An attacker has a machine of its own: what others wait is to show what the server does to them, not
// what the attacker's clients do to this machine. A low priority is not enough for that: a process that has a processor
// keeps it for some milliseconds, whoever wakes meanwhile, and each answer takes many wakings.
type flood struct {
	name  string
	rush  func(*siege) (outcome string, err error)                                // in that process
	watch func(s *siege, rush func() (outcome string, err error)) (string, error) // beside the server; nil: only waits
}

// attempt is the flood from a process of its own.
func (f flood) attempt() attempt {
	return attempt{f.name, func(s *siege) (string, error) {
		rush := func() (string, error) { return s.elsewhere(f.name) }
		if f.watch != nil {
			return f.watch(s, rush)
		}
		return rush()
	}}
}

func asAttempts(floods []flood) (attempts []attempt) {
	for _, f := range floods {
		attempts = append(attempts, f.attempt())
	}
	return attempts
}

// attackerVariable holds the errand of a process that floods.
const attackerVariable = "ZHANGBEN_ATTACKER"

// errand is what such a process is to do, and where it writes what came of it.
type errand struct {
	Flood, Front, HTTP, NATS string
	Span                     time.Duration
	Report                   string // a file
}

// floodReport is what came of a flood.
type floodReport struct{ Outcome, Failure string }

// elsewhere runs a flood in a process of its own.
func (s *siege) elsewhere(name string) (outcome string, err error) {
	s.t.Helper()
	program, err := os.Executable()
	if err != nil {
		return "", err
	}
	todo := errand{name, s.name, s.http, s.nats, s.span, filepath.Join(s.t.TempDir(), "report.json")}
	text, err := json.Marshal(todo)
	if err != nil {
		return "", err
	}
	command := exec.Command("chrt", "--idle", "0", program, "-test.run=^TestAttacks$", "-test.timeout=0")
	command.Env = append(os.Environ(), attackerVariable+"="+string(text))
	p := startCommand(s.t, command)
	<-p.exited
	var came floodReport
	report, err := os.ReadFile(todo.Report)
	if err == nil {
		err = json.Unmarshal(report, &came)
	}
	if err == nil && came.Failure != "" {
		err = errors.New(came.Failure)
	}
	if err != nil {
		return "", fmt.Errorf("%w\n%s", err, p.messages)
	}
	return came.Outcome, nil
}

// runErrand floods in this process, which was started for that.
func runErrand(t *testing.T, text string) {
	var todo errand
	if err := json.Unmarshal([]byte(text), &todo); err != nil {
		t.Fatal(err)
	}
	front := fronts[slices.IndexFunc(fronts, func(f front) bool { return f.name == todo.Front })]
	s := &siege{killing: killing{t: t}, front: front, span: todo.Span, http: todo.HTTP, nats: todo.NATS}
	floods := slices.Concat(natsFloods, httpFloods)
	f := floods[slices.IndexFunc(floods, func(f flood) bool { return f.name == todo.Flood })]
	var came floodReport
	var err error
	if came.Outcome, err = f.rush(s); err != nil {
		came.Failure = err.Error()
	}
	report, err := json.Marshal(came)
	if err == nil {
		err = os.WriteFile(todo.Report, report, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}
