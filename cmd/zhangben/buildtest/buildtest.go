// Package buildtest builds programs for tests: each once for all tests of a process.
package buildtest

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

// builds are the programs that were built, or are being built, in a folder that Clean removes.
var builds struct {
	mu     sync.Mutex
	folder string
	ready  map[string]func() (string, error) // by package and folder
}

// Program returns the program that a package in a folder is built to. The folder is that of the module, or one beneath
// it.
func Program(t testing.TB, folder, pkg string) string {
	t.Helper()
	program, err := build(folder, pkg)()
	if err != nil {
		t.Fatal(err)
	}
	return program
}

func build(folder, pkg string) func() (string, error) {
	builds.mu.Lock()
	defer builds.mu.Unlock()
	key := folder + " " + pkg
	if ready := builds.ready[key]; ready != nil {
		return ready
	}
	if builds.ready == nil {
		builds.ready = map[string]func() (string, error){}
	}
	number := strconv.Itoa(len(builds.ready))
	builds.ready[key] = sync.OnceValues(func() (string, error) { return run(folder, pkg, number) })
	return builds.ready[key]
}

// run builds a program under the name that go build chooses, in a folder of its own.
func run(folder, pkg, number string) (string, error) {
	to, err := newFolder(number)
	if err != nil {
		return "", err
	}
	command := exec.Command("go", "build", "-buildvcs=false", "-o", to+"/", pkg)
	command.Dir = folder
	if output, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build %s: %w\n%s", pkg, err, output)
	}
	built, err := filepath.Glob(filepath.Join(to, "*"))
	if err != nil || len(built) != 1 {
		return "", fmt.Errorf("go build %s made %q: %w", pkg, built, err)
	}
	return built[0], nil
}

func newFolder(number string) (folder string, err error) {
	builds.mu.Lock()
	defer builds.mu.Unlock()
	if builds.folder == "" {
		if builds.folder, err = os.MkdirTemp("", "programs-"); err != nil {
			return "", err
		}
	}
	folder = filepath.Join(builds.folder, number)
	return folder, os.Mkdir(folder, 0o700)
}

// Main runs the tests of a package, and fails if they leave goroutines behind. It removes the programs that were built.
func Main(m *testing.M) { goleak.VerifyTestMain(tidied{m}) }

// tidied are tests after which no connection is kept open for the next request.
type tidied struct{ *testing.M }

func (t tidied) Run() int {
	code := t.M.Run()
	http.DefaultClient.CloseIdleConnections()
	_ = os.RemoveAll(builds.folder)
	return code
}
