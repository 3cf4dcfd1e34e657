package main

import (
	"net/http"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(silent{m},
		// waits for an interrupt, for as long as the program runs, however the bar ends
		goleak.IgnoreAnyFunction("github.com/schollz/progressbar/v3.NewOptions64.func1"))
}

// silent are the tests, after which no connection is kept open for the next request.
type silent struct{ *testing.M }

func (s silent) Run() int {
	code := s.M.Run()
	http.DefaultClient.CloseIdleConnections()
	return code
}
