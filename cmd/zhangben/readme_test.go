package main_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"zhangben/cmd/zhangben/buildtest"
	"zhangben/cmd/zhangben/help"
	"zhangben/events"
)

// TestReadme runs every command of the tours, in a folder of its own, and wants the output that stands there.
func TestReadme(t *testing.T) {
	binary := buildBinary(t)
	for _, file := range []string{"README.md", "README.zh-CN.md"} {
		t.Run(file, func(t *testing.T) {
			steps := tour(t, file)
			if len(steps) < 5 {
				t.Fatalf("%s has only %d commands to run", file, len(steps))
			}
			outputs := runTour(t, binary, steps)
			for i, step := range steps {
				if !step.matches(outputs[i]) {
					t.Errorf("this does not give what stands there:\n%s\ngot:\n%s\nwant:\n%s", step.commands, outputs[i], step.output)
				}
			}
		})
	}
}

// A README is read in one go: what is longer stands in the help topics, and in RESULTS.md.
func TestReadmesAreShort(t *testing.T) {
	for _, file := range []string{"README.md", "README.zh-CN.md"} {
		text, err := os.ReadFile(filepath.Join(root, file))
		if err != nil || len(text) > 10_000 {
			t.Errorf("%s has %d bytes: at most 10,000: %v", file, len(text), err)
		}
		for _, kind := range events.Kinds() {
			if !strings.Contains(string(text), "| `"+kind.String()+"` | ") {
				t.Errorf("%s does not list %v", file, kind)
			}
		}
		for _, topic := range help.Topics {
			if !strings.Contains(string(text), "`"+topic+"`") {
				t.Errorf("%s does not name the topic %s", file, topic)
			}
		}
	}
}

// Both languages show the same commands and the same outputs.
func TestReadmesAgree(t *testing.T) {
	english, chinese := tour(t, "README.md"), tour(t, "README.zh-CN.md")
	if len(english) != len(chinese) {
		t.Fatalf("%d commands in English, %d in Chinese", len(english), len(chinese))
	}
	for i := range english {
		if english[i] != chinese[i] {
			t.Errorf("English:\n%s\n%s\nChinese:\n%s\n%s", english[i].commands, english[i].output, chinese[i].commands,
				chinese[i].output)
		}
	}
}

// The two commands at the head of the README are not run here, one being this very test: they only have to exist.
func TestReadmeNamesTheCheck(t *testing.T) {
	info, err := os.Stat(filepath.Join(root, "scripts", "check.sh"))
	if err != nil || info.Mode()&0o100 == 0 {
		t.Errorf("scripts/check.sh is not executable: %v", err)
	}
	ci, err := os.ReadFile(filepath.Join(root, ".ci", "run"))
	if err != nil || !strings.Contains(string(ci), "scripts/check.sh") {
		t.Errorf(".ci/run does not run scripts/check.sh: %v", err)
	}
}

// step is a fenced block of commands, and the fenced block of output after it, if there is one.
type step struct{ commands, output string }

// matches reports whether output is the one that stands there; … in it stands for anything within a line.
func (s step) matches(output string) bool {
	pattern := strings.ReplaceAll(regexp.QuoteMeta(s.output), "…", "[^\n]*")
	return regexp.MustCompile("^" + pattern + "$").MatchString(output)
}

// fenced matches a block of commands, with the block of output that may follow it.
var fenced = regexp.MustCompile("(?s)```sh\n(.*?)```\n(?:\n```(?:text|json)\n(.*?)```\n)?")

func tour(t *testing.T, file string) []step {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, file))
	if err != nil {
		t.Fatal(err)
	}
	var steps []step
	for _, match := range fenced.FindAllStringSubmatch(string(text), -1) {
		steps = append(steps, step{match[1], match[2]})
	}
	return steps
}

// separator is printed between the outputs of two steps.
const separator = "-- next --\n"

// runTour runs all steps in one shell and returns their outputs.
func runTour(t *testing.T, binary string, steps []step) []string {
	t.Helper()
	var script strings.Builder
	script.WriteString(prelude(t, binary))
	for _, step := range steps {
		fmt.Fprintf(&script, "%sprintf -- '%s'\n", step.commands, strings.TrimSuffix(separator, "\n")+`\n`)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	shell := exec.CommandContext(ctx, "bash", "-euc", script.String())
	shell.Dir = t.TempDir()
	var stdout, stderr bytes.Buffer
	shell.Stdout, shell.Stderr = &stdout, &stderr
	if err := shell.Run(); err != nil {
		t.Fatalf("%v\nafter:\n%s\nmessages:\n%s", err, stdout.String(), stderr.String())
	}
	return strings.Split(stdout.String(), separator)
}

// prelude makes the shell use the program just built, on ports of its own, and end the server it started.
func prelude(t *testing.T, binary string) string {
	t.Helper()
	return fmt.Sprintf(`
zhangben() {
	case $1 in
	serve) shift; exec %[1]s serve --http %[2]s --nats-listen %[3]s "$@" ;;
	publish) %[1]s "$@" --nats nats://%[3]s ;;
	version | verify | verify-proof | backup | restore | replay) %[1]s "$@" ;;
	*) %[1]s "$@" --server http://%[2]s ;;
	esac
}
curl() { command curl "${@//127.0.0.1:8808/%[2]s}"; }
trap 'kill $(jobs -p) 2> /dev/null || true; wait' EXIT
`, binary, freeAddress(t), freeAddress(t))
}

// freeAddress finds a port of this machine that no process listens on, below those that systems hand out by themselves:
// one of these may be taken before it is used.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 20_000+rand.IntN(12_000)))
		if err == nil {
			defer listener.Close()
			return listener.Addr().String()
		}
	}
	t.Fatal("no port is free")
	return ""
}

func buildBinary(t *testing.T) string {
	t.Helper()
	return buildtest.Program(t, ".", ".")
}
