package main

import (
	"strings"
	"testing"

	"zhangben/cmd/zhangben/exit"
)

func TestHealthWhereNothingRuns(t *testing.T) {
	if _, messages, code := runCommand("", "health", "--server", "http://127.0.0.1:1"); code != exit.Failed ||
		!strings.Contains(messages, "zhangben serve starts one") {
		t.Errorf("exit code %d, %s", code, messages)
	}
}
