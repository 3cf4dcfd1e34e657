package faults

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const (
	scriptMessages  = 300
	syscallsInShort = 40
)

// writing are the calls by which bytes of the ledger reach the disk.
var writing = []string{"pwrite64", "fdatasync", "fsync", "ftruncate"}

// TestFailingSyscalls lets one write, sync or truncate after the other of a script fail, or all from one on. The keeper
// must end with the exit code for it, unless what failed was the index cache, of which nothing depends; and nothing
// that was acknowledged may be lost.
func TestFailingSyscalls(t *testing.T) {
	needStrace(t)
	all := failures(t)
	s := sweep{t: t, name: "syscalls"}
	many := points(syscallsInShort, len(all))
	order := rand.New(rand.NewPCG(*seedFlag, 0)).Perm(len(all))
	j := newJudge(t)
	codes := map[int]int{}
	s.run(many, func(t *testing.T, point int, _ *rand.Rand) {
		codes[all[order[point%len(all)]].make(t, j)]++
	})
	t.Logf("%d of %d failures; exit codes, and how often: %v", many, len(all), codes)
}

// needStrace installs strace where it is missing and can be.
func needStrace(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("strace"); err == nil {
		return
	}
	// others may be at it
	install := exec.Command("flock", filepath.Join(os.TempDir(), "zhangben-strace.lock"), "sh", "-c",
		"command -v strace || { apt-get update -qq && apt-get install -qq -y --no-install-recommends strace; }")
	if output, err := install.CombinedOutput(); err != nil {
		t.Fatalf("this test needs strace, and installing it failed: %v\n%s", err, output)
	}
}

// failure is a call that fails.
type failure struct {
	call, errno string
	nth         int
	forGood     bool // and all of its kind that follow
}

func (f failure) String() string {
	text := fmt.Sprintf("%s:error=%s:when=%d", f.call, f.errno, f.nth)
	if f.forGood {
		text += "+"
	}
	return text
}

// failures lists every failure of the script.
func failures(t *testing.T) (all []failure) {
	t.Helper()
	calls := trace(t)
	for _, call := range writing {
		many := strings.Count("\n"+strings.Join(calls, "\n"), "\n"+call+"(")
		if many == 0 {
			t.Fatalf("strace saw no %s", call)
		}
		for n := 1; n <= many; n++ {
			for _, errno := range []string{"EIO", "ENOSPC"} {
				all = append(all, failure{call, errno, n, false}, failure{call, errno, n, true})
			}
		}
	}
	return all
}

// straced are the words that run a keeper under strace. Only the calls in question stop it.
func straced(output string, more ...string) []string {
	return append([]string{
		"strace", "-f", "--seccomp-bpf", "-qq", "-e", "signal=none", "-o", output, "-e",
		"trace=write," + strings.Join(writing, ","),
	}, more...)
}

// trace runs the script without a failure, and lists its calls in their order: "pwrite64(5, …) = 4096".
func trace(t *testing.T) (calls []string) {
	t.Helper()
	output := filepath.Join(t.TempDir(), "trace")
	k := newKeeper(t, filepath.Join(t.TempDir(), "data"), scriptMessages, straced(output)...)
	if code := k.run(t); code != 0 {
		t.Fatalf("under strace, with no failure, the keeper ends with exit code %d: %s", code, &k.messages)
	}
	text, err := os.ReadFile(output)
	if err != nil {
		t.Fatal(err)
	}
	thread := regexp.MustCompile(`(?m)^\d+ +`)
	return strings.Split(thread.ReplaceAllString(string(text), ""), "\n")
}

// make runs the script with the failure, and then what a restart does. It returns the keeper's exit code.
func (f failure) make(t *testing.T, j *judge) (code int) {
	t.Helper()
	j.forget()
	dir := filepath.Join(t.TempDir(), "data")
	k := newKeeper(t, dir, scriptMessages, straced("/dev/null", "-e", "inject="+f.String())...)
	code = k.run(t)
	j.hear(k.acknowledged())
	cacheOnly := code == 0 && j.last == scriptMessages
	if code != exitStorage && !cacheOnly {
		t.Fatalf("%v: exit code %d after message %d: %s", f, code, j.last, &k.messages)
	}
	if position := j.ask(dir); position > j.last && position != batchEnd(j.last+1) {
		t.Fatalf("%v: message %d was acknowledged, the log has come to %d", f, j.last, position)
	}
	j.goOn(dir, scriptMessages)
	return code
}

// TestNothingIsAcknowledgedBeforeItIsSynced asks that between the last write to the ledger and the acknowledgement
// there is a sync, each time.
func TestNothingIsAcknowledgedBeforeItIsSynced(t *testing.T) {
	needStrace(t)
	written, synced := 0, 0
	for _, call := range trace(t) {
		switch {
		case strings.HasPrefix(call, "pwrite64("), strings.HasPrefix(call, "ftruncate("):
			written++
		case strings.HasPrefix(call, "fdatasync("), strings.HasPrefix(call, "fsync("):
			synced, written = synced+1, 0
		case strings.HasPrefix(call, "write(1,") && written > 0:
			t.Errorf("acknowledged with %d writes not synced: %s", written, call)
		case strings.HasPrefix(call, "write(1,") && synced == 0:
			t.Errorf("acknowledged without a sync: %s", call)
		case strings.HasPrefix(call, "write(1,"):
			synced = 0
		}
	}
}
