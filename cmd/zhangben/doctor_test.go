package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/server"
	"zhangben/ledger/ingest"
)

// A stream that is filling up is said by the doctor, by the metrics, and by status.
func TestFillingStreamIsToldOf(t *testing.T) {
	dir := t.TempDir()
	s := startServing(t, dir, func(o *server.Config) { o.Stream.MaxBytes = 40 << 10 })
	s.topUps(t, 100)
	status, code := streamStatus(t, "--server", s.HTTP)
	if code != exit.Done || status.UsedPercent < ingest.FullPercent || status.UsedPercent > 100 {
		t.Fatalf("%d %+v", code, status)
	}
	if out, _, code := runCommand("", "doctor", "--server", s.HTTP); code != exit.Rejected ||
		!strings.Contains(out, "stream purge") {
		t.Errorf("doctor: %d %s", code, out)
	}
	if _, metrics := s.get(t, "/metrics"); !strings.Contains(metrics,
		fmt.Sprintf("zhangben_stream_used_ratio %v\n", float64(status.Bytes)/float64(40<<10))) {
		t.Errorf("the metrics do not tell: %s", metrics[strings.Index(metrics, "zhangben_stream_"):][:400])
	}
}

// Beside a log that is not the one whose checkpoints were signed, the doctor says so.
func TestDoctorComparesWithWhatWasSigned(t *testing.T) {
	dir, _, _ := signedAndRestored(t)
	if out, _, code := runCommand("", "doctor", "--data", dir); code != exit.Rejected ||
		!strings.Contains(out, "was signed with 100") {
		t.Errorf("%d %s", code, out)
	}
	other := t.TempDir()
	s := startServing(t, other, nil)
	s.topUps(t, 101)
	s.halt(t)
	if err := os.CopyFS(filepath.Join(other, "checkpoints"), os.DirFS(filepath.Join(dir, "checkpoints"))); err != nil {
		t.Fatal(err)
	}
	if out, _, code := runCommand("", "doctor", "--data", other); code != exit.Rejected ||
		!strings.Contains(out, "contradicts") {
		t.Errorf("%d %s", code, out)
	}
	if err := os.RemoveAll(filepath.Join(other, "checkpoints")); err != nil {
		t.Fatal(err)
	}
	if out, _, _ := runCommand("", "doctor", "--data", other); !strings.Contains(out,
		"the log agrees with what was signed") {
		t.Errorf("%s", out)
	}
}
