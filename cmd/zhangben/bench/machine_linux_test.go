package bench

import (
	"os"
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
