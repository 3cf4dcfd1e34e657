package api_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"zhangben/ledger/checkpoint"
	"zhangben/ledger/proof"
	"zhangben/projections/api"
	"zhangben/projections/query/testlog"
)

// keyFrom is the public key that a server tells.
func keyFrom(t *testing.T, text string) proof.Key {
	t.Helper()
	key, err := proof.ParseKey(text)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestAnOutsiderChecksTheLogByWhatIsServed(t *testing.T) {
	server := serving(t, testlog.Told(t), nil)
	key := keyFrom(t, answered(t, server, "/v1/checkpoint/key"))
	whole, err := proof.OpenCheckpoint([]byte(answered(t, server, "/v1/checkpoint")), key)
	if err != nil || whole.Size != uint64(len(testlog.Story)) || !strings.HasPrefix(whole.Origin, "zhangben/") {
		t.Errorf("%+v, %v", whole, err)
	}
	for n, event := range testlog.Story {
		for path, size := range map[string]uint64{"": whole.Size, "?size=9": 9} {
			receipt, err := proof.ParseReceipt([]byte(answered(t, server, "/v1/events/"+testlog.ID(n+1)+"/proof"+path)))
			if err != nil {
				t.Fatal(err)
			}
			proven, err := receipt.Verify(key)
			if err != nil || proven.Seq != uint64(n+1) || proven.Checkpoint.Size != size ||
				string(proven.Event.AppendJSON(nil)) != event {
				t.Errorf("event %d%s: %+v, %v", n+1, path, proven, err)
			}
		}
	}
	for path, want := range map[string][2]uint64{"old=4": {4, 9}, "old=4&new=7": {4, 7}, "old=0": {0, 9},
		"old=9": {9, 9}} {
		c, err := proof.ParseConsistency([]byte(answered(t, server, "/v1/consistency?"+path)))
		if err != nil {
			t.Fatal(err)
		}
		older, newer, err := c.Verify(key)
		if err != nil || older.Size != want[0] || newer.Size != want[1] {
			t.Errorf("%s: %+v, %+v, %v", path, older, newer, err)
		}
	}
}

func TestProofsThatCannotBeGiven(t *testing.T) {
	server := serving(t, testlog.Told(t), nil)
	for path, want := range map[string]int{
		"/v1/events/" + testlog.ID(10) + "/proof":        http.StatusNotFound,
		"/v1/events/7/proof":                             http.StatusNotFound,
		"/v1/events/" + testlog.ID(7) + "/proof?size=6":  http.StatusNotFound,
		"/v1/events/" + testlog.ID(7) + "/proof?size=10": http.StatusNotFound,
		"/v1/events/" + testlog.ID(7) + "/proof?size=0":  http.StatusBadRequest,
		"/v1/events/" + testlog.ID(7) + "/proof?size=x":  http.StatusBadRequest,
		"/v1/checkpoint?size=10":                         http.StatusNotFound,
		"/v1/checkpoint?size=-1":                         http.StatusBadRequest,
		"/v1/checkpoint?size=9223372036854775808":        http.StatusBadRequest,
		"/v1/consistency":                                http.StatusBadRequest,
		"/v1/consistency?new=5":                          http.StatusBadRequest,
		"/v1/consistency?old=5&new=4":                    http.StatusBadRequest,
		"/v1/consistency?old=0&new=0":                    http.StatusBadRequest,
		"/v1/consistency?old=5&new=10":                   http.StatusNotFound,
		"/v1/consistency?old=10":                         http.StatusNotFound,
	} {
		if status, answer, _ := ask(t, server, "GET", path, ""); status != want {
			t.Errorf("%s: %d %s", path, status, answer)
		}
	}
}

func TestProofsAreTexts(t *testing.T) {
	server := serving(t, testlog.Told(t), nil)
	for _, path := range []string{"/v1/checkpoint", "/v1/checkpoint/key", "/v1/consistency?old=3", "/v1/events/" +
		testlog.ID(1) + "/proof"} {
		_, _, header := ask(t, server, "GET", path, "")
		if got := header.Get("Content-Type"); got != "text/plain; charset=utf-8" {
			t.Errorf("%s is %s", path, got)
		}
	}
}

func TestWithoutASignerNothingIsProven(t *testing.T) {
	server := serving(t, testlog.Told(t), func(c *api.Config) { c.Checkpoints = nil })
	keyless := serving(t, testlog.Told(t), func(c *api.Config) { c.Checkpoints = checkpoint.NewSigner(c.Log, nil) })
	for _, path := range []string{"/v1/checkpoint", "/v1/checkpoint/key", "/v1/consistency?old=3", "/v1/events/" +
		testlog.ID(1) + "/proof"} {
		if status, answer, _ := ask(t, server, "GET", path, ""); status != http.StatusServiceUnavailable {
			t.Errorf("%s: %d %s", path, status, answer)
		}
		if status, answer, _ := ask(t, keyless, "GET", path, ""); status != http.StatusServiceUnavailable {
			t.Errorf("%s without a key: %d %s", path, status, answer)
		}
	}
}

// TestALogThatWasReplacedIsNotSigned serves another log beside what was signed of the first.
func TestALogThatWasReplacedIsNotSigned(t *testing.T) {
	first, second := testlog.Told(t), testlog.Open(t)
	second.Take(t, testlog.Story[1:]...)
	answered(t, serving(t, first, nil), "/v1/checkpoint")
	server := serving(t, second, nil)
	transplant(t, first.Dir, second.Dir)
	status, answer, _ := ask(t, server, "GET", "/v1/checkpoint", "")
	if status != http.StatusServiceUnavailable || !strings.Contains(answer, `"not_caught_up"`) {
		t.Errorf("too short to tell: %d %s", status, answer)
	}
	second.Take(t, testlog.Story[0])
	status, answer, _ = ask(t, server, "GET", "/v1/checkpoint", "")
	if status != http.StatusInternalServerError || !strings.Contains(answer, `"forked"`) {
		t.Errorf("%d %s", status, answer)
	}
}

// transplant copies what was signed from one ledger's folder to another's.
func transplant(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(filepath.Join(to, "checkpoints"), os.DirFS(filepath.Join(from, "checkpoints"))); err != nil {
		t.Fatal(err)
	}
}
