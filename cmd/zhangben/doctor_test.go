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

// What the stream says of itself decides what is to be done about it.
func TestDoctorJudgesTheStream(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*ingest.Status)
		check  string // what is found to be wrong; "" for nothing
		do     string
	}{
		"as it should be":         {func(*ingest.Status) {}, "", ""},
		"just below seventy":      {func(s *ingest.Status) { s.UsedPercent = 69 }, "", ""},
		"seventy percent full":    {func(s *ingest.Status) { s.UsedPercent = 70 }, "capacity", "zhangben stream purge --backup"},
		"a clock ahead":           {func(s *ingest.Status) { s.SkewMillis = 2001 }, "clock", "NTP"},
		"a clock behind":          {func(s *ingest.Status) { s.SkewMillis = -2001 }, "clock", "NTP"},
		"two seconds are nothing": {func(s *ingest.Status) { s.SkewMillis = 2000 }, "", ""},
		"an old NATS server":      {func(s *ingest.Status) { s.Server = "2.15.2" }, "NATS server", "install 2.15.3"},
		"a newer NATS server":     {func(s *ingest.Status) { s.Server = "3.0.0" }, "", ""},
		"a message of tomorrow":   {func(s *ingest.Status) { s.Last = "2199-01-01T00:00:00+08:00" }, "clock", "NTP"},
		"another stream":          {func(s *ingest.Status) { s.Condition, s.Remedy = ingest.Recreated, "adopt it" }, "stream", "adopt it"},
	} {
		status := ingest.Status{Condition: ingest.Fine, Server: "2.15.3", MaxBytes: 1 << 20, Last: "2025-03-01T09:00:00+08:00"}
		c.change(&status)
		d := doctor{findings: findings{OK: true}}
		d.stream(&status)
		var bad []string
		for _, x := range d.Findings {
			if !x.OK {
				bad = append(bad, x.Check)
				if !strings.Contains(x.Do, c.do) {
					t.Errorf("%s: do %q", name, x.Do)
				}
			}
		}
		if strings.Join(bad, " ") != c.check || d.OK != (c.check == "") {
			t.Errorf("%s: found %v", name, d.Findings)
		}
	}
}

// A stream that is filling up is said by the doctor, by the metrics, and by status.
func TestFillingStreamIsToldOf(t *testing.T) {
	dir := t.TempDir()
	s := startServing(t, dir, func(o *server.Config) { o.Stream.MaxBytes = 40 << 10 })
	s.topUps(t, 100)
	status, code := streamStatus(t, "--server", s.HTTP)
	if code != exit.Done || status.UsedPercent < ingest.FullPercent || status.UsedPercent > 100 {
		t.Fatalf("%d %+v", code, status)
	}
	if out, _, code := runCommand("", "doctor", "--server", s.HTTP); code != exit.Rejected || !strings.Contains(out, "stream purge") {
		t.Errorf("doctor: %d %s", code, out)
	}
	if _, metrics := s.get(t, "/metrics"); !strings.Contains(metrics, fmt.Sprintf("zhangben_stream_used_ratio %v\n", float64(status.Bytes)/float64(40<<10))) {
		t.Errorf("the metrics do not tell: %s", metrics[strings.Index(metrics, "zhangben_stream_"):][:400])
	}
}

// Beside a log that is not the one whose checkpoints were signed, the doctor says so.
func TestDoctorComparesWithWhatWasSigned(t *testing.T) {
	dir, _, _ := signedAndRestored(t)
	if out, _, code := runCommand("", "doctor", "--data", dir); code != exit.Rejected || !strings.Contains(out, "was signed with 100") {
		t.Errorf("%d %s", code, out)
	}
	other := t.TempDir()
	s := startServing(t, other, nil)
	s.topUps(t, 101)
	s.halt(t)
	if err := os.CopyFS(filepath.Join(other, "checkpoints"), os.DirFS(filepath.Join(dir, "checkpoints"))); err != nil {
		t.Fatal(err)
	}
	if out, _, code := runCommand("", "doctor", "--data", other); code != exit.Rejected || !strings.Contains(out, "contradicts") {
		t.Errorf("%d %s", code, out)
	}
	if err := os.RemoveAll(filepath.Join(other, "checkpoints")); err != nil {
		t.Fatal(err)
	}
	if out, _, _ := runCommand("", "doctor", "--data", other); !strings.Contains(out, "the log agrees with what was signed") {
		t.Errorf("%s", out)
	}
}
