package doctor

import (
	"strings"
	"testing"

	"zhangben/ledger/ingest"
)

// What the stream says of itself decides what is to be done about it.
func TestDoctorJudgesTheStream(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*ingest.Status)
		check  string // what is found to be wrong; "" for nothing
		do     string
	}{
		"as it should be":    {func(*ingest.Status) {}, "", ""},
		"just below seventy": {func(s *ingest.Status) { s.UsedPercent = 69 }, "", ""},
		"seventy percent full": {func(s *ingest.Status) { s.UsedPercent = 70 }, "capacity",
			"zhangben stream purge --backup"},
		"a clock ahead":           {func(s *ingest.Status) { s.SkewMillis = 2001 }, "clock", "NTP"},
		"a clock behind":          {func(s *ingest.Status) { s.SkewMillis = -2001 }, "clock", "NTP"},
		"two seconds are nothing": {func(s *ingest.Status) { s.SkewMillis = 2000 }, "", ""},
		"an old NATS server":      {func(s *ingest.Status) { s.Server = "2.15.2" }, "NATS server", "install 2.15.3"},
		"a newer NATS server":     {func(s *ingest.Status) { s.Server = "3.0.0" }, "", ""},
		"a message of tomorrow":   {func(s *ingest.Status) { s.Last = "2199-01-01T00:00:00+08:00" }, "clock", "NTP"},
		"another stream": {func(s *ingest.Status) { s.Condition, s.Remedy = ingest.Recreated, "adopt it" }, "stream",
			"adopt it"},
	} {
		status := ingest.Status{Condition: ingest.Fine, Server: "2.15.3", MaxBytes: 1 << 20,
			Last: "2025-03-01T09:00:00+08:00"}
		c.change(&status)
		d := doctor{Findings: Findings{OK: true}}
		d.judgeStream(&status)
		var bad []string
		for _, x := range d.List {
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
