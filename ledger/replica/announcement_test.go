package replica

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"zhangben/ledger"
)

// written is an announcement as doc.go shows it.
const written = `{"form":1,"version":"0.1.0","instance":"node-1:8808","run":"5f0c9b1e-3c0f-4f5e-9a51-0d8f6d2b7c11",` +
	`"stream":"BILLING","created":"2026-11-20T09:00:00.123456789+08:00","epoch":0,"position":120,` +
	`"stream_seq":120,"seq":117,"root":"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}`

func TestAnnouncementIsReadAsItIsWritten(t *testing.T) {
	a, err := parse([]byte(written))
	if err != nil {
		t.Fatal(err)
	}
	if a.Instance != "node-1:8808" || a.Stream != "BILLING" || a.Position != 120 || a.StreamSeq != 120 ||
		a.Seq != ledger.Seq(117) {
		t.Errorf("%+v", a)
	}
	if text, err := a.format(); err != nil || string(text) != written {
		t.Errorf("%s, %v", text, err)
	}
}

// What a server or a ledger sends to a subject that a stranger named as the one to reply to is among these.
func TestWhatIsNoAnnouncementIsRefused(t *testing.T) {
	change := func(from, to string) string { return strings.Replace(written, from, to, 1) }
	for name, text := range map[string]string{
		"nothing":                   "",
		"no JSON":                   "root",
		"an acknowledgement":        `{"stream":"BILLING","seq":117}`,
		"verdicts":                  `{"results":[{"stream_seq":120,"id":"","outcome":"appended","seq":117}]}`,
		"too long":                  change("node-1", strings.Repeat("n", maxAnnouncement)),
		"a field more":              change(`{"form"`, `{"more":1,"form"`),
		"a field less":              change(`"epoch":0,`, ""),
		"a field twice":             change(`"epoch":0,`, `"epoch":0,"epoch":0,`),
		"spaces":                    change(`"epoch":0,`, `"epoch": 0,`),
		"capitals":                  change(`"epoch"`, `"Epoch"`),
		"fields in another order":   change(`"epoch":0,"position":120`, `"position":120,"epoch":0`),
		"something after it":        written + "\n",
		"a negative number":         change(`"seq":117`, `"seq":-117`),
		"a fraction":                change(`"seq":117`, `"seq":117.0`),
		"an epoch too great":        change(`"epoch":0`, `"epoch":65536`),
		"a message it has not read": change(`"position":120`, `"position":119`),
		"a name for the terminal":   change("node-1", `node\u001b[31m`),
		"no name":                   change("node-1:8808", ""),
		"half a root":               change("47DEQpj8", ""),
		"no root":                   change(`"47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="`, "null"),
		"form 0":                    change(`"form":1`, `"form":0`),
	} {
		if _, err := parse([]byte(text)); !errors.Is(err, errMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := parse([]byte(`{"form":2,"of":"the future"}`)); !errors.Is(err, errOtherForm) {
		t.Errorf("another form: %v", err)
	}
}

// Whatever is taken for an announcement is written back as the same bytes, and has nothing in it that a terminal obeys.
func FuzzAnnouncement(f *testing.F) {
	f.Add([]byte(written))
	f.Add([]byte(strings.ReplaceAll(written, "120", "18446744073709551615")))
	f.Add([]byte(`{"form":2}`))
	f.Add([]byte(`{"form":1}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		a, err := parse(text)
		if err != nil {
			if !errors.Is(err, errMalformed) && !errors.Is(err, errOtherForm) {
				t.Errorf("neither malformed nor of another form: %v", err)
			}
			return
		}
		again, err := a.format()
		if err != nil || !bytes.Equal(again, text) {
			t.Errorf("%q became %q, %v", text, again, err)
		}
		if len(text) > maxAnnouncement || bytes.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("taken: %q", text)
		}
	})
}
