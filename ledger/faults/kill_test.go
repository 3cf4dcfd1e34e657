package faults

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

const (
	killsInShort  = 25
	killsInAll    = 1000
	killsOfLedger = 10  // then a new one begins, lest verifying take ever longer
	mostLife      = 300 // of a keeper, in milliseconds
)

// TestKills kills the keeper at random moments, up to 300 ms after its start. Every tenth time there is no ledger yet.
func TestKills(t *testing.T) {
	j := newJudge(t)
	s := sweep{t: t, name: "kills"}
	root, dir, acknowledged := t.TempDir(), "", 0
	s.run(points(killsInShort, killsInAll), func(t *testing.T, point int, random *rand.Rand) {
		if dir == "" || point%killsOfLedger == 0 {
			os.RemoveAll(dir)
			j.forget()
			dir = filepath.Join(root, "data")
		}
		before := j.last
		killKeeper(t, j, dir, time.Duration(random.IntN(mostLife))*time.Millisecond)
		j.ask(dir)
		acknowledged += j.last - before
		if point%killsOfLedger == killsOfLedger-1 {
			j.goOn(dir, j.last+scriptMessages)
		}
	})
	if acknowledged == 0 {
		t.Error("nothing was ever acknowledged")
	}
	t.Logf("%d messages acknowledged", acknowledged)
}

// killKeeper lets a keeper live for a while.
func killKeeper(t *testing.T, j *judge, dir string, life time.Duration) {
	t.Helper()
	k := newKeeper(t, dir, endless)
	if err := k.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(life)
	_ = k.cmd.Process.Kill()
	_ = k.cmd.Wait()
	if k.cmd.ProcessState.Exited() {
		t.Fatalf("the keeper ended by itself with exit code %d: %s", k.cmd.ProcessState.ExitCode(), &k.messages)
	}
	j.hear(k.acknowledged())
}
