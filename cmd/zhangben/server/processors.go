package server

import (
	"os"
	"runtime"
	"sync"
)

// shareProcessors lets twice as many goroutines run at once as there are processors, and so leaves it to the kernel who
// has one. Among goroutines alone, one that works keeps its processor for ten milliseconds whoever wakes meanwhile, and
// an event passes through a dozen that wake: beside a few questions that work, each event would take a tenth of a
// second. The kernel hands a processor on within a millisecond or two. It does nothing where GOMAXPROCS is set.
var shareProcessors = sync.OnceFunc(func() {
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(2 * runtime.GOMAXPROCS(0))
	}
})
