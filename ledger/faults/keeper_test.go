package faults

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"zhangben/ledger"
)

// keeperVariable makes this program a keeper: "DIR upTo".
const keeperVariable = "ZHANGBEN_FAULTS_KEEPER"

// The exit codes of a keeper are those of zhangben.
const (
	exitFailed  = 1
	exitStorage = 4
)

// overlap is how many messages are delivered again after a restart.
const overlap = 9

func init() {
	if os.Getenv(keeperVariable) != "" {
		runtime.LockOSThread() // so that strace, which counts calls by thread, counts all
	}
}

func TestMain(m *testing.M) {
	if task := os.Getenv(keeperVariable); task != "" {
		os.Exit(keeper(task))
	}
	goleak.VerifyTestMain(m)
}

// keeper keeps the stream up to a message in the ledger of a folder, and writes each acknowledgement to stdout once it
// has it.
func keeper(task string) int {
	dir, text, _ := strings.Cut(task, " ")
	upTo, err := strconv.Atoi(text)
	if err == nil {
		err = keep(dir, upTo)
	}
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, err)
	if errors.Is(err, ledger.ErrStorage) || errors.Is(err, ledger.ErrDamaged) {
		return exitStorage
	}
	return exitFailed
}

func keep(dir string, upTo int) error {
	log, err := ledger.Open(dir, ledger.Options{})
	if err != nil {
		return err
	}
	err = log.Bind("BILLING", opened, false)
	for n := max(1, int(log.Position().StreamSeq)-overlap); n <= upTo && err == nil; {
		end := min(upTo, batchEnd(n))
		err = takeBatch(log, n, end)
		n = end + 1
	}
	return errors.Join(err, log.Close())
}

// takeBatch appends messages and acknowledges them, in one write.
func takeBatch(log *ledger.Log, from, to int) error {
	var batch []ledger.Arrival
	for n := from; n <= to; n++ {
		batch = append(batch, message(n))
	}
	outcomes, err := log.Append(batch)
	if err != nil {
		return err
	}
	var lines bytes.Buffer
	for _, v := range outcomes {
		fmt.Fprintln(&lines, acknowledgement(v))
	}
	_, err = os.Stdout.Write(lines.Bytes())
	return err
}

// kept is a keeper that runs, or ran.
type kept struct {
	cmd              *exec.Cmd
	acknowledgements bytes.Buffer
	messages         bytes.Buffer
}

// newKeeper prepares a keeper; before are the words of a program that starts it, if any.
func newKeeper(t testing.TB, dir string, upTo int, before ...string) *kept {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	words := append(before, program)
	k := &kept{cmd: exec.Command(words[0], words[1:]...)}
	k.cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d", keeperVariable, dir, upTo),
		"GORACE=atexit_sleep_ms=0") // else each keeper with the race detector in it sleeps for a second as it ends
	k.cmd.Stdout, k.cmd.Stderr = &k.acknowledgements, &k.messages
	return k
}

// run waits for the end of the keeper, and returns its exit code.
func (k *kept) run(t testing.TB) int {
	t.Helper()
	err := k.cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return k.cmd.ProcessState.ExitCode()
}

// acknowledged are the whole lines that the keeper wrote: one cut off was not had.
func (k *kept) acknowledged() (lines []string) {
	whole := k.acknowledgements.Bytes()
	whole = whole[:bytes.LastIndexByte(whole, '\n')+1]
	for scanner := bufio.NewScanner(bytes.NewReader(whole)); scanner.Scan(); {
		lines = append(lines, scanner.Text())
	}
	return lines
}
