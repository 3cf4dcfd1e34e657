package main

import (
	"net/http"
	"testing"

	"zhangben/cmd/zhangben/buildtest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(silent{m}) }

// silent are the tests, after which no connection is kept open for the next request.
type silent struct{ *testing.M }

func (s silent) Run() int {
	code := s.M.Run()
	http.DefaultClient.CloseIdleConnections()
	buildtest.Clean()
	return code
}
