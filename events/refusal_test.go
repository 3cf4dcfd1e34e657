package events_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"zhangben/events"
)

// refused checks what an error says, and that it says what to do.
func refused(t *testing.T, err error, code events.Code, pointer string) {
	t.Helper()
	var r *events.Rejection
	if !errors.As(err, &r) {
		t.Fatalf("%v, want %s at %q", err, code, pointer)
	}
	if r.Code != code || r.Pointer != pointer {
		t.Errorf("%s at %q (%s), want %s at %q", r.Code, r.Pointer, r.Message, code, pointer)
	}
	if len(r.Message) < 20 || len(r.Message) > 400 {
		t.Errorf("the message is no sentence: %q", r.Message)
	}
}

// event spells an event of A1's contract C1.
func event(kind, data string) string {
	return `{"specversion":"1.0","id":"0195a0b1-0000-7000-8000-00000000000a","source":"/s","type":"billing.` + kind +
		`.v1","subject":"C1","time":"2026-03-01T09:00:00+08:00","data":{"account_id":"A1","contract_id":"C1"` + data + `}}`
}

// accountEvent spells an event that names no contract.
func accountEvent(kind, account, data string) string {
	text := strings.Replace(event(kind, data), `"subject":"C1",`, "", 1)
	return strings.Replace(text, `"account_id":"A1","contract_id":"C1"`, `"account_id":"`+account+`"`, 1)
}

const (
	orderData   = `,"product":"elastic","quantity":1,"term":"P1M","fee":"310.00","currency":"CNY","mode":"prepaid"`
	paymentData = `,"amount":"310.00","currency":"CNY","channel":"online"`
	claimData   = `,"claim_id":"K1","claim_kind":"breach","amount":"1","loss_at":"2026-02-01T00:00:00Z"`
)

func TestEnvelopeRefused(t *testing.T) {
	order := event("contract.ordered", orderData)
	tests := []struct {
		name     string
		from, to string
		code     events.Code
		pointer  string
	}{
		{"no specversion", `"specversion":"1.0",`, ``, events.CodeMissing, "/specversion"},
		{"specversion null", `"1.0"`, `null`, events.CodeMissing, "/specversion"},
		{"specversion 1.0.0", `"1.0"`, `"1.0.0"`, events.CodeInvalid, "/specversion"},
		{"specversion a number", `"1.0"`, `1.0`, events.CodeInvalid, "/specversion"},
		{"no id", `"id":"0195a0b1-0000-7000-8000-00000000000a",`, ``, events.CodeMissing, "/id"},
		{"id that is no UUID", `0195a0b1-0000-7000-8000-00000000000a`, `order-17`, events.CodeInvalid, "/id"},
		{"id in braces", `0195a0b1-0000-7000-8000-00000000000a`, `{0195a0b1-0000-7000-8000-00000000000a}`,
			events.CodeInvalid, "/id"},
		{"id without hyphens", `0195a0b1-0000-7000-8000-00000000000a`, `0195a0b100007000800000000000000a`,
			events.CodeInvalid, "/id"},
		{"no source", `"source":"/s",`, ``, events.CodeMissing, "/source"},
		{"source empty", `"/s"`, `""`, events.CodeInvalid, "/source"},
		{"source with a space", `"/s"`, `"/a b"`, events.CodeInvalid, "/source"},
		{"source not ASCII", `"/s"`, `"/账本"`, events.CodeInvalid, "/source"},
		{"source with a bad escape", `"/s"`, `"/a%2"`, events.CodeInvalid, "/source"},
		{"source with two fragments", `"/s"`, `"/a#b#c"`, events.CodeInvalid, "/source"},
		{"source with a bad scheme", `"/s"`, `"1a:b"`, events.CodeInvalid, "/source"},
		{"source too long", `"/s"`, `"` + strings.Repeat("s", 1025) + `"`, events.CodeInvalid, "/source"},
		{"no type", `"type":"billing.contract.ordered.v1",`, ``, events.CodeMissing, "/type"},
		{"type a number", `"billing.contract.ordered.v1"`, `7`, events.CodeInvalid, "/type"},
		{"unknown kind", `contract.ordered.v1`, `contract.dreamt.v1`, events.CodeUnknownKind, "/type"},
		{"unknown version", `contract.ordered.v1`, `contract.ordered.v2`, events.CodeUnknownKind, "/type"},
		{"type of another house", `billing.contract`, `com.example.contract`, events.CodeUnknownKind, "/type"},
		{"no time", `,"time":"2026-03-01T09:00:00+08:00"`, ``, events.CodeMissing, "/time"},
		{"time without an offset", `09:00:00+08:00`, `09:00:00`, events.CodeInvalid, "/time"},
		{"time without seconds", `09:00:00+08:00`, `09:00+08:00`, events.CodeInvalid, "/time"},
		{"time with ten decimals", `09:00:00+08:00`, `09:00:00.0000000001+08:00`, events.CodeInvalid, "/time"},
		{"time of 1999 in Shanghai", `2026-03-01T09:00:00+08:00`, `1999-12-31T23:59:59+08:00`, events.CodeInvalid, "/time"},
		{"time of 2200 in Shanghai", `2026-03-01T09:00:00+08:00`, `2199-12-31T16:00:00Z`, events.CodeInvalid, "/time"},
		{"time on 30 February", `2026-03-01`, `2026-02-30`, events.CodeInvalid, "/time"},
		{"time with a leap second that cannot be", `09:00:00+08:00`, `08:59:60+08:00`, events.CodeInvalid, "/time"},
		{"subject of another contract", `"subject":"C1"`, `"subject":"C2"`, events.CodeSubjectMismatch, "/subject"},
		{"subject empty", `"subject":"C1"`, `"subject":""`, events.CodeInvalid, "/subject"},
		{"subject a number", `"subject":"C1"`, `"subject":1`, events.CodeInvalid, "/subject"},
		{"recordedtime that is none", `"subject"`, `"recordedtime":"yesterday","subject"`, events.CodeInvalid,
			"/recordedtime"},
		{"data said to be XML", `"subject"`, `"datacontenttype":"application/xml","subject"`, events.CodeInvalid,
			"/datacontenttype"},
		{"dataschema a number", `"subject"`, `"dataschema":1,"subject"`, events.CodeInvalid, "/dataschema"},
		{"data in base64", `"subject"`, `"data_base64":"e30=","subject"`, events.CodeInvalid, "/data_base64"},
		{"extension in upper case", `"subject"`, `"Trace":"x","subject"`, events.CodeInvalid, "/Trace"},
		{"extension with a slash and a tilde", `"subject"`, `"a/b~c":"x","subject"`, events.CodeInvalid, "/a~1b~0c"},
		{"extension name too long", `"subject"`, `"` + strings.Repeat("x", 21) + `":1,"subject"`, events.CodeInvalid,
			"/" + strings.Repeat("x", 21)},
		{"extension an object", `"subject"`, `"trace":{},"subject"`, events.CodeInvalid, "/trace"},
		{"extension a fraction", `"subject"`, `"trace":1.5,"subject"`, events.CodeInvalid, "/trace"},
		{"extension beyond 32 bits", `"subject"`, `"trace":2147483648,"subject"`, events.CodeInvalid, "/trace"},
		{"extension too long", `"subject"`, `"trace":"` + strings.Repeat("x", 1025) + `","subject"`, events.CodeInvalid,
			"/trace"},
		{"extension with a control character", `"subject"`, `"trace":"a\nb","subject"`, events.CodeInvalid, "/trace"},
		{"33 extensions", `"subject"`, manyExtensions(33) + `"subject"`, events.CodeInvalid, "/x32"},
		{"the first fault on the staircase", `"id":"0195a0b1-0000-7000-8000-00000000000a","source":"/s"`, `"source":""`,
			events.CodeMissing, "/id"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(order, tt.from, tt.to, 1)
			if text == order {
				t.Fatal("nothing was changed")
			}
			_, err := events.DecodeJSON([]byte(text))
			refused(t, err, tt.code, tt.pointer)
		})
	}
}

func manyExtensions(n int) string {
	var s strings.Builder
	for i := range n {
		fmt.Fprintf(&s, `"x%02d":true,`, i)
	}
	return s.String()
}

func TestDataRefused(t *testing.T) {
	order, payment, claim := event("contract.ordered", orderData), event("contract.paid", paymentData),
		event("claim.accepted", claimData)
	charge := event("charge.added", `,"charge_id":"help","amount":"80.00","description":"help"`)
	provisioned := event("contract.provisioned", `,"unit_ids":["u1","u2"]`)
	topUp := accountEvent("wallet.topped_up", "A1", paymentData)
	closed := accountEvent("period.closed", "all",
		`,"period":"2026-02","seq":1,"root":"`+strings.Repeat("0a", 32)+`","postings_sha256":"`+strings.Repeat("0b", 32)+`"`)
	voided := accountEvent("event.voided", "A1",
		`,"voids":"0195a0b1-0000-7000-8000-00000000000b","reason":"entered twice"`)
	tests := []struct {
		name           string
		text, from, to string
		code           events.Code
		pointer        string
	}{
		{"no account", order, `"account_id":"A1",`, ``, events.CodeMissing, "/data/account_id"},
		{"account null", order, `"A1"`, `null`, events.CodeInvalid, "/data/account_id"},
		{"account with a dot", order, `"A1"`, `"a.1"`, events.CodeInvalid, "/data/account_id"},
		{"account that begins with a hyphen", order, `"A1"`, `"-a"`, events.CodeInvalid, "/data/account_id"},
		{"account of 65 characters", order, `"A1"`, `"` + strings.Repeat("a", 65) + `"`, events.CodeInvalid,
			"/data/account_id"},
		{"account not ASCII", order, `"A1"`, `"甲"`, events.CodeInvalid, "/data/account_id"},
		{"the reserved account", order, `"A1"`, `"all"`, events.CodeInvalid, "/data/account_id"},
		{"the reserved account's wallet", topUp, `"A1"`, `"all"`, events.CodeInvalid, "/data/account_id"},
		{"a close of one account", closed, `"all"`, `"A1"`, events.CodeInvalid, "/data/account_id"},
		{"no contract", order, `,"contract_id":"C1"`, ``, events.CodeMissing, "/data/contract_id"},
		{"contract a number", order, `"contract_id":"C1"`, `"contract_id":1`, events.CodeInvalid, "/data/contract_id"},
		{"subject where no contract is named", topUp, `"source"`, `"subject":"A1","source"`, events.CodeSubjectMismatch,
			"/subject"},

		{"no product", order, `"product":"elastic",`, ``, events.CodeMissing, "/data/product"},
		{"unknown product", order, `elastic`, `mainframe`, events.CodeInvalid, "/data/product"},
		{"product empty", order, `elastic`, ``, events.CodeInvalid, "/data/product"},
		{"product null", order, `"elastic"`, `null`, events.CodeInvalid, "/data/product"},
		{"quantity a text", order, `"quantity":1`, `"quantity":"1"`, events.CodeInvalid, "/data/quantity"},
		{"quantity 0", order, `"quantity":1`, `"quantity":0`, events.CodeInvalid, "/data/quantity"},
		{"quantity negative", order, `"quantity":1`, `"quantity":-1`, events.CodeInvalid, "/data/quantity"},
		{"quantity with a fraction", order, `"quantity":1`, `"quantity":1.0`, events.CodeInvalid, "/data/quantity"},
		{"quantity with an exponent", order, `"quantity":1`, `"quantity":1e2`, events.CodeInvalid, "/data/quantity"},
		{"quantity beyond 10,000", order, `"quantity":1`, `"quantity":10001`, events.CodeInvalid, "/data/quantity"},
		{"term in weeks", order, `P1M`, `P4W`, events.CodeInvalid, "/data/term"},
		{"term of none", order, `P1M`, `P0M`, events.CodeInvalid, "/data/term"},
		{"term of two units", order, `P1M`, `P1Y6M`, events.CodeInvalid, "/data/term"},
		{"term beyond 100 years", order, `P1M`, `P101Y`, events.CodeInvalid, "/data/term"},
		{"fee a number", order, `"310.00"`, `310.00`, events.CodeInvalid, "/data/fee"},
		{"fee 0", order, `310.00`, `0.00`, events.CodeInvalid, "/data/fee"},
		{"fee with an exponent", order, `310.00`, `1e9`, events.CodeInvalid, "/data/fee"},
		{"fee negative", order, `310.00`, `-1`, events.CodeInvalid, "/data/fee"},
		{"fee with three decimals", order, `310.00`, `1.234`, events.CodeInvalid, "/data/fee"},
		{"fee in full-width digits", order, `310.00`, `１`, events.CodeInvalid, "/data/fee"},
		{"fee with a leading zero", order, `310.00`, `0310.00`, events.CodeInvalid, "/data/fee"},
		{"fee with a comma", order, `310.00`, `1,310.00`, events.CodeInvalid, "/data/fee"},
		{"fee of a trillion", order, `310.00`, `1000000000000`, events.CodeInvalid, "/data/fee"},
		{"no currency", order, `,"currency":"CNY"`, ``, events.CodeMissing, "/data/currency"},
		{"another currency", order, `CNY`, `USD`, events.CodeInvalid, "/data/currency"},
		{"another currency where none is needed", claim, `"claim_id"`, `"currency":"USD","claim_id"`, events.CodeInvalid,
			"/data/currency"},
		{"due date not in the calendar", order, `"mode"`, `"due_date":"2026-02-29","mode"`, events.CodeInvalid,
			"/data/due_date"},
		{"due date with a time", order, `"mode"`, `"due_date":"2026-02-28T00:00:00Z","mode"`, events.CodeInvalid,
			"/data/due_date"},
		{"due date null", order, `"mode"`, `"due_date":null,"mode"`, events.CodeInvalid, "/data/due_date"},
		{"spec a text", order, `"mode"`, `"spec":"4 cores","mode"`, events.CodeInvalid, "/data/spec"},
		{"spec with an object for a size", order, `"mode"`, `"spec":{"cpu":{}},"mode"`, events.CodeInvalid, "/data/spec/cpu"},

		{"reference empty", payment, `"channel"`, `"reference":"","channel"`, events.CodeInvalid, "/data/reference"},
		{"reference with a line break", payment, `"channel"`, `"reference":"a\nb","channel"`, events.CodeInvalid,
			"/data/reference"},
		{"reference too long", payment, `"channel"`, `"reference":"` + strings.Repeat("账", 1025) + `","channel"`,
			events.CodeInvalid, "/data/reference"},
		{"invoice with a slash", payment, `"channel"`, `"invoice_id":"a/b","channel"`, events.CodeInvalid,
			"/data/invoice_id"},
		{"unknown part", payment, `"channel"`, `"applies_to":"interest","channel"`, events.CodeInvalid, "/data/applies_to"},

		{"no unit", provisioned, `["u1","u2"]`, `[]`, events.CodeInvalid, "/data/unit_ids"},
		{"units a text", provisioned, `["u1","u2"]`, `"u1"`, events.CodeInvalid, "/data/unit_ids"},
		{"a unit twice", provisioned, `"u2"`, `"u1"`, events.CodeInvalid, "/data/unit_ids"},
		{"a unit that is a number", provisioned, `"u2"`, `2`, events.CodeInvalid, "/data/unit_ids"},

		{"charge called like the order's invoice", charge, `"help"`, `"order"`, events.CodeInvalid, "/data/charge_id"},
		{"charge called like a renewal's invoice", charge, `"help"`, `"renewal-2"`, events.CodeInvalid, "/data/charge_id"},
		{"no description", charge, `,"description":"help"`, ``, events.CodeMissing, "/data/description"},

		{"loss without an instant", claim, `,"loss_at":"2026-02-01T00:00:00Z"`, ``, events.CodeMissing, "/data/loss_at"},
		{"loss on a date", claim, `2026-02-01T00:00:00Z`, `2026-02-01`, events.CodeInvalid, "/data/loss_at"},
		{"negligence a text", claim, `"claim_id"`, `"gross_negligence":"yes","claim_id"`, events.CodeInvalid,
			"/data/gross_negligence"},

		{"mutual end without an agreed refund", event("contract.terminated", `,"reason":"mutual"`), ``, ``,
			events.CodeMissing, "/data/agreed_refund"},
		{"agreed refund negative", event("contract.terminated", `,"reason":"mutual","agreed_refund":"-1"`), ``, ``,
			events.CodeInvalid, "/data/agreed_refund"},
		{"service dropped without a notice", event("contract.terminated", `,"reason":"provider_cancelled"`), ``, ``,
			events.CodeMissing, "/data/notice_at"},
		{"end for an impediment without a notice", event("contract.terminated", `,"reason":"impediment"`), ``, ``,
			events.CodeMissing, "/data/notice_at"},
		{"unknown reason of an end", event("contract.terminated", `,"reason":"boredom"`), ``, ``, events.CodeInvalid,
			"/data/reason"},

		{"void of no id", voided, `0195a0b1-0000-7000-8000-00000000000b`, `17`, events.CodeInvalid, "/data/voids"},
		{"void without a reason", voided, `,"reason":"entered twice"`, ``, events.CodeMissing, "/data/reason"},

		{"close of a month 13", closed, `2026-02`, `2026-13`, events.CodeInvalid, "/data/period"},
		{"close up to a fraction", closed, `"seq":1`, `"seq":1.5`, events.CodeInvalid, "/data/seq"},
		{"close up to a number not exact everywhere", closed, `"seq":1`, `"seq":9007199254740992`, events.CodeInvalid,
			"/data/seq"},
		{"root in upper case", closed, `0a0a`, `0A0A`, events.CodeInvalid, "/data/root"},
		{"root too short", closed, `0a0a`, `0a0`, events.CodeInvalid, "/data/root"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(tt.text, tt.from, tt.to, 1)
			if tt.from != "" && text == tt.text {
				t.Fatal("nothing was changed")
			}
			_, err := events.DecodeJSON([]byte(text))
			refused(t, err, tt.code, tt.pointer)
		})
	}
}

func TestDataThatIsNoObjectRefused(t *testing.T) {
	head, _, _ := strings.Cut(event("contract.ordered", ""), `,"data"`)
	_, err := events.DecodeJSON([]byte(head + `}`))
	refused(t, err, events.CodeMissing, "/data")
	for _, data := range []string{`null`, `"{}"`, `[{}]`, `1`, `true`} {
		_, err := events.DecodeJSON([]byte(head + `,"data":` + data + `}`))
		refused(t, err, events.CodeInvalid, "/data")
	}
}

func TestTextRefused(t *testing.T) {
	order := event("contract.ordered", orderData)
	deep := func(levels int) string { return strings.Repeat("[", levels) + strings.Repeat("]", levels) }
	tests := []struct {
		name, text, pointer string
	}{
		{"nothing", ``, ""},
		{"white space", " \n", ""},
		{"a text", `"event"`, ""},
		{"an array", `[` + order + `]`, ""},
		{"half an object", order[:len(order)-1], ""},
		{"two objects", order + order, ""},
		{"a comma too many", strings.Replace(order, `"prepaid"`, `"prepaid",`, 1), ""},
		{"a name without quotes", strings.Replace(order, `"mode"`, `mode`, 1), ""},
		{"single quotes", strings.ReplaceAll(order, `"`, `'`), ""},
		{"a comment", "/**/" + order, ""},
		{"a byte order mark", "\uFEFF" + order, ""},
		{"no colon", strings.Replace(order, `"mode":`, `"mode" `, 1), ""},
		{"a bare word", strings.Replace(order, `"quantity":1`, `"quantity":one`, 1), ""},
		{"not a number", strings.Replace(order, `"quantity":1`, `"quantity":NaN`, 1), ""},
		{"a number with a leading zero", strings.Replace(order, `"quantity":1`, `"x":01`, 1), ""},
		{"a number with a plus", strings.Replace(order, `"quantity":1`, `"x":+1`, 1), ""},
		{"a number that ends with its point", strings.Replace(order, `"quantity":1`, `"x":1.`, 1), ""},
		{"a number without digits after e", strings.Replace(order, `"quantity":1`, `"x":1e`, 1), ""},
		{"only a minus", strings.Replace(order, `"quantity":1`, `"x":-`, 1), ""},
		{"a tab in a string", strings.Replace(order, `elastic`, "ela\tstic", 1), ""},
		{"NUL in a string", strings.Replace(order, `elastic`, "ela\x00stic", 1), ""},
		{"NUL between members", strings.Replace(order, `,"data"`, ",\x00\"data\"", 1), ""},
		{"NUL escaped", strings.Replace(order, `elastic`, `ela\u0000stic`, 1), "/data/product"},
		{"no such escape", strings.Replace(order, `elastic`, `ela\xstic`, 1), ""},
		{"an escape of three digits", strings.Replace(order, `elastic`, `ela\u00e`, 1), ""},
		{"half a surrogate pair", strings.Replace(order, `elastic`, `\ud83d`, 1), "/data/product"},
		{"a surrogate pair turned round", strings.Replace(order, `elastic`, `\ude00\ud83d`, 1), "/data/product"},
		{"a high surrogate and a letter", strings.Replace(order, `elastic`, `\ud83d\u0041`, 1), "/data/product"},
		{"a string not closed", `{"specversion":"1.0`, ""},
		{"invalid UTF-8", strings.Replace(order, `elastic`, "ela\xffstic", 1), ""},
		{"an escape outside of strings", strings.Replace(order, `"elastic"`, `\ud83d`, 1), ""},
		{"a surrogate in UTF-8", strings.Replace(order, `elastic`, "\xed\xa0\x80", 1), ""},
		{"an attribute twice", strings.Replace(order, `"source"`, `"id":"x","source"`, 1), "/id"},
		{"a field twice", strings.Replace(order, `"mode"`, `"fee":"310.00","mode"`, 1), "/data/fee"},
		{"a field twice, once escaped", strings.Replace(order, `"mode"`, `"f\u0065e":"310.00","mode"`, 1), "/data/fee"},
		{"an unknown member twice far down", strings.Replace(order, `"mode"`, `"x":[0,{"y":{"z":1,"z":1}}],"mode"`, 1),
			"/data/x/1/y/z"},
		{"one of many members twice", strings.Replace(order, `"mode"`, `"x":{`+manyExtensions(60)+`"x07":1},"mode"`, 1),
			"/data/x/x07"},
		{"nested to level 17", strings.Replace(order, `"mode"`, `"x":`+deep(15)+`,"mode"`, 1),
			"/data/x" + strings.Repeat("/0", 14)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := events.DecodeJSON([]byte(tt.text))
			refused(t, err, events.CodeInvalid, tt.pointer)
			surrogate := strings.Contains(tt.name, "surrogate") && tt.pointer != ""
			if surrogate != strings.Contains(err.Error(), "surrogate pair") {
				t.Errorf("refused for another reason: %v", err)
			}
		})
	}
	t.Run("nested to level 16 is well", func(t *testing.T) {
		survives(t, decoded(t, []byte(strings.Replace(order, `"mode"`, `"x":`+deep(14)+`,"mode"`, 1))))
	})
}

func TestSizeRefused(t *testing.T) {
	sized := func(size int) []byte {
		text := event("contract.ordered", orderData+`,"x":""`)
		return []byte(strings.Replace(text, `"x":""`, `"x":"`+strings.Repeat("x", size-len(text))+`"`, 1))
	}
	survives(t, decoded(t, sized(events.MaxSize)))
	_, err := events.DecodeJSON(sized(events.MaxSize + 1))
	refused(t, err, events.CodeTooLarge, "")
	_, err = events.DecodeJSON(make([]byte, events.MaxSize+1)) // size comes before syntax
	refused(t, err, events.CodeTooLarge, "")
}
