package events_test

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"flag"
	"os"
	"strings"
	"testing"

	"zhangben/events"
	"zhangben/events/eventtest"
)

var rewrite = flag.Bool("rewrite", false, "rewrite the golden bytes; never when a line that exists would change")

// examples reads one event of each kind, and more where a kind has got fields: in the order in which they were added.
func examples(t testing.TB) [][]byte {
	t.Helper()
	text, err := os.ReadFile("testdata/kinds.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Split(bytes.TrimSpace(text), []byte{'\n'})
}

func decoded(t testing.TB, text []byte) *events.Event {
	t.Helper()
	e, err := events.DecodeJSON(text)
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return e
}

// content is what two events share exactly if they have the same content.
func content(t testing.TB, text []byte) string {
	t.Helper()
	return string(decoded(t, text).AppendContent(nil))
}

func TestEveryKindHasAnExample(t *testing.T) {
	seen := make(map[events.Kind]bool)
	for _, text := range examples(t) {
		seen[decoded(t, text).Kind()] = true
	}
	for _, k := range events.Kinds() {
		if !seen[k] {
			t.Errorf("testdata/kinds.ndjson has no %v", k)
		}
	}
}

// survives checks an event in all its spellings.
func survives(t *testing.T, e *events.Event) {
	t.Helper()
	stored := e.AppendContent(nil)
	parsed, err := events.ParseContent(stored)
	if err != nil {
		t.Fatalf("ParseContent: %v of %s", err, eventtest.JSON(e))
	}
	if again := parsed.AppendContent(nil); !bytes.Equal(again, stored) {
		t.Errorf("canonical bytes changed:\n%x\n%x", stored, again)
	}
	if again := content(t, eventtest.JSON(parsed)); again != string(stored) {
		t.Errorf("JSON changed the content of %s", eventtest.JSON(e))
	}
	head, err := events.ParseHead(stored)
	if err != nil || head.ID != e.ID || head.Time != e.Time || head.Kind != e.Kind() ||
		string(head.Account) != e.Account || string(head.Contract) != e.Contract {
		t.Errorf("ParseHead: %+v, %v of %s", head, err, eventtest.JSON(e))
	}
}

func TestExamplesSurviveEverySpelling(t *testing.T) {
	for _, text := range examples(t) {
		e := decoded(t, text)
		t.Run(e.Kind().String(), func(t *testing.T) { survives(t, e) })
	}
}

func TestRandomEventsSurviveEverySpelling(t *testing.T) {
	b := eventtest.New(1)
	for range 200 {
		for _, k := range events.Kinds() {
			survives(t, b.Event(k))
		}
	}
}

func TestBuilderIsDeterministic(t *testing.T) {
	a, b := eventtest.New(7), eventtest.New(7)
	for range 100 {
		if one, other := eventtest.JSON(a.Any()), eventtest.JSON(b.Any()); !bytes.Equal(one, other) {
			t.Fatalf("one seed, two events:\n%s\n%s", one, other)
		}
	}
}

// Canonical bytes are law: a line here may be added, never changed.
func TestCanonicalBytesNeverChange(t *testing.T) {
	const file = "testdata/content.golden"
	var now strings.Builder
	for _, text := range examples(t) {
		e := decoded(t, text)
		now.WriteString(e.Kind().String() + " " + hex.EncodeToString(e.AppendContent(nil)) + "\n")
	}
	if *rewrite {
		if err := os.WriteFile(file, []byte(now.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	golden, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := bufio.NewScanner(bytes.NewReader(golden))
	for line := range strings.Lines(now.String()) {
		if !want.Scan() || want.Text() != strings.TrimSuffix(line, "\n") {
			t.Errorf("was %s\nnow %s", want.Text(), line)
		}
	}
	if want.Scan() {
		t.Errorf("no example is left of %s", want.Text())
	}
}

// A payment's canonical bytes taken apart by hand, as the layout says.
func TestLayoutOfCanonicalBytes(t *testing.T) {
	got := decoded(t, []byte(`{"specversion":"1.0","id":"00112233-4455-6677-8899-AABBCCDDEEFF","source":"/s","type":"billing.contract.paid.v1","subject":"C1",
		"time":"1999-12-31T16:00:01.5Z","note":"é","data":{"account_id":"A1","contract_id":"C1","amount":"3.1","currency":"CNY","channel":"wallet","x":[1, 2.0]}}`)).AppendContent(nil)
	want := strings.Join([]string{
		"01",                               // version
		"02",                               // contract.paid
		"00112233445566778899aabbccddeeff", // id
		"81a6b3c303",                       // 946,656,001 s
		"80cab5ee01",                       // 500,000,000 ns
		"024131",                           // A1
		"024331",                           // C1
		"022f73",                           // /s
		"07",                               // subject, extensions, extra
		"01", "046e6f7465", "0422c3a922",   // note "é"
		"0d7b2278223a5b312c322e305d7d", // {"x":[1,2.0]}
		"02",                           // two fields of data follow
		"d909",                         // 310 fen with one decimal: 310*4 + 1
		"03",                           // wallet; reference, invoice_id and applies_to are left out
	}, "")
	if hex.EncodeToString(got) != want {
		t.Errorf("\ngot  %x\nwant %s", got, want)
	}
}

func TestSameContent(t *testing.T) {
	const a = `{"specversion":"1.0","id":"0195a0b1-0000-7000-8000-00000000000a","source":"/s","type":"billing.claim.accepted.v1","time":"2026-03-01T09:00:00+08:00","level":3,
		"data":{"account_id":"A1","contract_id":"C1","claim_id":"K1","claim_kind":"breach","amount":"310.00","loss_at":"2026-02-01T00:00:00Z","x":{"b":1.0,"a":["é"]}}}`
	tests := []struct {
		name     string
		from, to string
		same     bool
	}{
		{"members in another order", `"account_id":"A1","contract_id":"C1"`, `"contract_id":"C1","account_id":"A1"`, true},
		{"members of an unknown object in another order", `{"b":1.0,"a":["é"]}`, `{"a":["é"],"b":1.0}`, true},
		{"white space", `"x":{`, "\"x\" : \n{ ", true},
		{"escaped characters", `"é"`, `"\u00e9"`, true},
		{"an escaped name", `"amount"`, `"\u0061mount"`, true},
		{"id in upper case", `8000-00000000000a`, `8000-00000000000A`, true},
		{"the same instant in another zone", `2026-03-01T09:00:00+08:00`, `2026-03-01T01:00:00.000Z`, true},
		{"the same instant in lower case", `2026-03-01T09:00:00+08:00`, `2026-03-01t01:00:00z`, true},
		{"recordedtime", `"level"`, `"recordedtime":"2026-03-01T09:00:00Z","level"`, true},
		{"datacontenttype and dataschema", `"level"`,
			`"datacontenttype":"application/json; charset=utf-8","dataschema":"https://example.com/s","level"`, true},
		{"an attribute that is null", `"level"`, `"partitionkey":null,"level"`, true},
		{"another instant", `09:00:00+08:00`, `09:00:01+08:00`, false},
		{"another source", `"/s"`, `"/t"`, false},
		{"subject given", `"level"`, `"subject":"C1","level"`, false},
		{"an extension as text", `"level":3`, `"level":"3"`, false},
		{"an amount spelled with fewer decimals", `310.00`, `310.0`, false},
		{"an instant in data spelled otherwise", `2026-02-01T00:00:00Z`, `2026-02-01T00:00:00.0Z`, false},
		{"an instant in data in lower case", `2026-02-01T00:00:00Z`, `2026-02-01t00:00:00z`, false},
		{"an instant in data as a leap second", `2026-02-01T00:00:00Z`, `2026-01-31T23:59:60Z`, false},
		{"a number spelled otherwise", `"b":1.0`, `"b":1.00`, false},
		{"an array in another order", `["é"]`, `["é",1]`, false},
		{"an optional flag given", `"x":{`, `"gross_negligence":false,"x":{`, false},
		{"a currency where none is needed", `"x":{`, `"currency":"CNY","x":{`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := strings.Replace(a, tt.from, tt.to, 1)
			if b == a {
				t.Fatal("nothing was changed")
			}
			if same := content(t, []byte(a)) == content(t, []byte(b)); same != tt.same {
				t.Errorf("same content: %v, want %v", same, tt.same)
			}
		})
	}
}

func TestVoidedIDKeepsItsSpelling(t *testing.T) {
	const text = `{"specversion":"1.0","id":"0195a0b1-0000-7000-8000-00000000000a","source":"/s","type":"billing.event.voided.v1","time":"2026-03-01T09:00:00+08:00",
		"data":{"account_id":"A1","voids":"0195A0B1-0000-7000-8000-00000000000b","reason":"r"}}`
	upper, lower := decoded(t, []byte(text)), decoded(t, []byte(strings.Replace(text, "A0B1", "a0b1", 1)))
	if upper.Data.(*events.Voided).Voids != lower.Data.(*events.Voided).Voids {
		t.Error("two ids of one spelling each")
	}
	if bytes.Equal(upper.AppendContent(nil), lower.AppendContent(nil)) {
		t.Error("data spelled in two ways is the same content")
	}
	survives(t, upper)
}

func TestContentRefused(t *testing.T) {
	good := decoded(t, examples(t)[1]).AppendContent(nil)
	at := func(i int, c byte) []byte {
		b := bytes.Clone(good)
		b[i] = c
		return b
	}
	tests := map[string][]byte{
		"another version":    at(0, 2),
		"kind 0":             at(1, 0),
		"a kind yet to come": at(1, 200),
		"a byte too many":    append(bytes.Clone(good), 0),
		"a field at the end that is left out": bytes.Replace(append(bytes.Clone(good), 0), []byte("desk\x01\x05"),
			[]byte("desk\x01\x06"), 1),
		"a choice yet to come":     at(len(good)-1, 9),
		"an account with a dot":    bytes.Replace(good, []byte("acct-7001"), []byte("acct.7001"), 1),
		"an account that is empty": bytes.Replace(good, []byte("\x09acct-7001"), []byte("\x00"), 1),
		"a length in two bytes":    bytes.Replace(good, []byte("\x09acct-7001"), []byte("\x89\x00acct-7001"), 1),
		"the account of everybody": bytes.Replace(good, []byte("\x09acct-7001"), []byte("\x03all"), 1),
	}
	for name, b := range tests {
		if _, err := events.ParseContent(b); err != events.ErrContent {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Bytes cut short or changed are refused, or they are the canonical bytes of another event; nothing panics.
func TestDamagedContentOfEveryKind(t *testing.T) {
	for _, text := range examples(t) {
		good := decoded(t, text).AppendContent(nil)
		for i := range good {
			if _, err := events.ParseContent(good[:i]); err != events.ErrContent {
				t.Fatalf("%s cut at %d: %v", text, i, err)
			}
			for _, c := range []byte{0, 1, good[i] + 1, good[i] - 1, good[i] ^ 0x80, 0xFF} {
				damaged := bytes.Clone(good)
				damaged[i] = c
				e, err := events.ParseContent(damaged)
				if err == nil && !bytes.Equal(e.AppendContent(nil), damaged) {
					t.Fatalf("byte %d of %s changed to %d: not canonical, and taken", i, text, c)
				}
				if head, err := events.ParseHead(damaged); err == nil && len(head.Account)+len(head.Contract) > len(damaged) {
					t.Fatalf("the head is longer than the bytes: %+v", head)
				}
			}
		}
	}
}

// Extra members that the kind knows would stand twice in JSON.
func TestContentRefusesKnownMembersInExtra(t *testing.T) {
	e := eventtest.New(1).Event(events.KindPaid)
	for extra, ok := range map[string]bool{
		`{"x":1}`: true, `{"amount":"1"}`: false, `{"currency":"CNY"}`: false, `{"applies_to":1}`: false, `{"account_id":"A"}`: false,
		`{"contract_id":"A"}`: false,
		`{"x": 1}`:            false, `{}`: false, `{"b":1,"a":1}`: false, `{"a":1,"a":1}`: false,
		`{"a":"\u0041"}`: false, `[1]`: false,
	} {
		e.Extra = []byte(extra)
		if _, err := events.ParseContent(e.AppendContent(nil)); (err == nil) != ok {
			t.Errorf("extra %s: %v", extra, err)
		}
	}
}
