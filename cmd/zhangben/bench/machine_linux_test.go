package bench

import (
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"
)

func TestAnonymousMemoryIsWhatAProcessHasOfItsOwn(t *testing.T) {
	debug.FreeOSMemory() // what earlier tests left would serve for more
	before, err := anonymousMemory(os.Getpid())
	if err != nil || before == 0 {
		t.Fatal(before, err)
	}
	more := make([]byte, 64<<20)
	for i := range more {
		more[i] = 1
	}
	after, err := anonymousMemory(os.Getpid())
	if err != nil || after < before+int64(len(more))/2 {
		t.Errorf("%d before, %d after: %v", before, after, err)
	}
	runtime.KeepAlive(more)
}

func TestWhatIsForgottenCanBeReadStill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("still there"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := dropCache(filepath.Dir(path)); err != nil {
		t.Fatal(err)
	}
	if content, err := os.ReadFile(path); err != nil || string(content) != "still there" {
		t.Errorf("%v: %q", err, content)
	}
	if err := dropCache(path + "-missing"); err == nil {
		t.Error("a folder that is not there was forgotten")
	}
}
