package server

import (
	"os"
	"runtime"
	"testing"
)

func TestProcessorsAreSharedOnce(t *testing.T) {
	if value, given := os.LookupEnv("GOMAXPROCS"); given {
		t.Setenv("GOMAXPROCS", value) // which puts it back
		os.Unsetenv("GOMAXPROCS")
	}
	for range 2 {
		shareProcessors()
	}
	if got, most := runtime.GOMAXPROCS(0), 2*runtime.NumCPU(); got < 2 || got > most {
		t.Errorf("%d goroutines run at once, not 2 to %d", got, most)
	}
}
