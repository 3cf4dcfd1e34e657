package events_test

import (
	"bytes"
	"strings"
	"testing"

	"zhangben/events"
)

const paidSubject = "billing.events.A1.contract.paid"

// headers are those of the event that event("contract.paid", paymentData) spells in structured mode.
func headers() map[string][]string {
	return map[string][]string{
		"ce-specversion": {"1.0"},
		"ce-id":          {"0195a0b1-0000-7000-8000-00000000000a"},
		"ce-source":      {"/s"},
		"ce-type":        {"billing.contract.paid.v1"},
		"ce-subject":     {"C1"},
		"ce-time":        {"2026-03-01T09:00:00+08:00"},
		"Nats-Msg-Id":    {"anything"},
	}
}

const paidData = `{"account_id":"A1","contract_id":"C1"` + paymentData + `}`

func TestBinaryModeIsTheSameEvent(t *testing.T) {
	want := content(t, []byte(event("contract.paid", paymentData)))
	tests := []struct {
		name   string
		change func(map[string][]string)
	}{
		{"as it is", func(map[string][]string) {}},
		{"header names in another case", func(h map[string][]string) {
			h["Ce-Id"], h["CE-SOURCE"] = h["ce-id"], h["ce-source"]
			delete(h, "ce-id")
			delete(h, "ce-source")
		}},
		{"percent-encoded", func(h map[string][]string) { h["ce-type"] = []string{"billing%2Econtract.p%61id.v1"} }},
		{"quoted", func(h map[string][]string) { h["ce-source"] = []string{`"\/s"`} }},
		{"surrounded by blanks", func(h map[string][]string) { h["ce-subject"] = []string{" C1\t"} }},
		{"content type in either header", func(h map[string][]string) {
			h["content-type"], h["ce-datacontenttype"] = []string{"application/json"}, []string{"application/json"}
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := headers()
			tt.change(h)
			e, err := events.DecodeMessage(paidSubject, h, []byte(paidData))
			if err != nil {
				t.Fatal(err)
			}
			if got := string(e.AppendContent(nil)); got != want {
				t.Errorf("not the same content: %s", e.AppendJSON(nil))
			}
		})
	}
}

func TestBinaryExtensionIsDecoded(t *testing.T) {
	h := headers()
	h["ce-Operator"] = []string{"%E6%9D%8E%20%22Li%22 100%25"}
	e, err := events.DecodeMessage(paidSubject, h, []byte(paidData))
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Extensions) != 1 || e.Extensions[0] != (events.Extension{Name: "operator", Value: `"李 \"Li\" 100%"`}) {
		t.Errorf("extensions %v", e.Extensions)
	}
	survives(t, e)
}

func TestStructuredMessage(t *testing.T) {
	text := []byte(event("contract.paid", paymentData))
	for name, h := range map[string]map[string][]string{
		"without headers":             nil,
		"with a content type":         {"Content-Type": {"application/cloudevents+json; charset=utf-8"}},
		"with some ce header":         {"ce-partitionkey": {"1"}},
		"with attributes beside them": {"ce-id": {"another"}, "content-type": {"application/cloudevents+json"}},
	} {
		e, err := events.DecodeMessage(paidSubject, h, text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		survives(t, e)
	}
}

func TestBinaryRefused(t *testing.T) {
	tests := []struct {
		name    string
		header  string
		values  []string
		body    string
		code    events.Code
		pointer string
	}{
		{"no id", "ce-id", nil, paidData, events.CodeMissing, "/id"},
		{"two ids", "ce-id", []string{"0195a0b1-0000-7000-8000-00000000000a", "0195a0b1-0000-7000-8000-00000000000a"},
			paidData, events.CodeInvalid, "/id"},
		{"an id in two cases of header", "CE-ID", []string{"0195a0b1-0000-7000-8000-00000000000a"}, paidData,
			events.CodeInvalid, "/id"},
		{"half an escape", "ce-source", []string{"/a%2"}, paidData, events.CodeInvalid, "/source"},
		{"an escape that is no UTF-8", "ce-operator", []string{"%FF"}, paidData, events.CodeInvalid, "/operator"},
		{"NUL escaped", "ce-operator", []string{"%00"}, paidData, events.CodeInvalid, "/operator"},
		{"a header called data", "ce-data", []string{"{}"}, paidData, events.CodeInvalid, "/data"},
		{"data in base64", "ce-data_base64", []string{"e30="}, paidData, events.CodeInvalid, "/data_base64"},
		{"a content type that is not JSON", "content-type", []string{"text/plain"}, paidData, events.CodeInvalid,
			"/datacontenttype"},
		{"no body", "", nil, "", events.CodeMissing, "/data"},
		{"a body that is no JSON", "", nil, "paid", events.CodeInvalid, "/data"},
		{"a body that is no UTF-8", "", nil, "{\"a\":\"\xff\"}", events.CodeInvalid, "/data"},
		{"a body that is an array", "", nil, "[" + paidData + "]", events.CodeInvalid, "/data"},
		{"a body that brings in an attribute", "", nil, paidData + `,"operator":{}`, events.CodeInvalid, "/data"},
		{"a field twice", "", nil, strings.Replace(paidData, "{", `{"amount":"1",`, 1), events.CodeInvalid, "/data/amount"},
		{"a field missing", "", nil, `{"account_id":"A1","contract_id":"C1"}`, events.CodeMissing, "/data/amount"},
		{"nested to level 17", "", nil,
			strings.Replace(paidData, "{", `{"x":`+strings.Repeat("[", 15)+strings.Repeat("]", 15)+`,`, 1), events.CodeInvalid,
			"/data/x" + strings.Repeat("/0", 14)},
		{"too large with its attributes", "", nil, paidData + strings.Repeat(" ", events.MaxSize-len(paidData)),
			events.CodeTooLarge, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := headers()
			if tt.header != "" {
				h[tt.header] = tt.values
			}
			_, err := events.DecodeMessage(paidSubject, h, []byte(tt.body))
			refused(t, err, tt.code, tt.pointer)
		})
	}
}

func TestSubjectMustAgree(t *testing.T) {
	tests := []struct {
		name, subject, pointer string
	}{
		{"another account", "billing.events.A2.contract.paid", "/data/account_id"},
		{"another kind", "billing.events.A1.contract.ordered", "/type"},
		{"an unknown kind", "billing.events.A1.contract.dreamt", ""},
		{"no kind", "billing.events.A1", ""},
		{"a token too many", "billing.events.A1.contract.paid.v1", ""},
		{"an empty account", "billing.events..contract.paid", ""},
		{"another prefix", "billing.commands.A1.contract.paid", ""},
		{"nothing", "", ""},
		{"what could not be read", "billing.events.all.unreadable", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := events.DecodeMessage(tt.subject, nil, []byte(event("contract.paid", paymentData)))
			refused(t, err, events.CodeSubjectMismatch, tt.pointer)
		})
	}
	t.Run("a bad payload comes first", func(t *testing.T) {
		_, err := events.DecodeMessage("billing.events.all.unreadable", nil, []byte("paid"))
		refused(t, err, events.CodeInvalid, "")
	})
}

func TestSubjectOfEveryKind(t *testing.T) {
	for _, k := range events.Kinds() {
		account, kind, err := events.ParseSubject(events.Subject("acct-1001", k))
		if err != nil || account != "acct-1001" || kind != k {
			t.Errorf("%v: %s, %v, %v", k, account, kind, err)
		}
	}
	if got := events.Subject(events.All, events.KindTermsPublished); got != "billing.events.all.terms.published" {
		t.Error(got)
	}
}

// A refusal is told to whoever may publish for the account of the subject, which the server has checked; not to an
// account that only the body names.
func TestSubjectOfARefusal(t *testing.T) {
	for subject, want := range map[string]string{
		"billing.events.acct-1.contract.paid":   "billing.rejected.acct-1",
		"billing.posted.acct-1.contract.paid":   "billing.rejected.acct-1",
		"billing.events.acct-1.no.such.kind":    "billing.rejected.acct-1",
		"billing.events.acct-1":                 "billing.rejected.acct-1",
		"billing.events.all.terms.published":    "billing.rejected.all",
		"billing.events.all.unreadable":         "billing.rejected.all",
		"billing.events.-.contract.paid":        "billing.rejected.all",
		"billing.events.客户.contract.paid":       "billing.rejected.all",
		"billing.rejected.acct-1.contract.paid": "billing.rejected.all",
		"":                                      "billing.rejected.all",
	} {
		if got := events.RejectedSubject(subject); got != want {
			t.Errorf("%s: told at %s, want %s", subject, got, want)
		}
	}
}

// The body a decoder was given may be written over as soon as it returned.
func TestEventKeepsNoPartOfTheBody(t *testing.T) {
	body := []byte(event("contract.paid", paymentData+`,"reference":"r-1","x":"kept"`))
	e := decoded(t, body)
	before := e.AppendContent(nil)
	stored := bytes.Clone(before)
	parsed, err := events.ParseContent(stored)
	if err != nil {
		t.Fatal(err)
	}
	clear(body)
	clear(stored)
	if !bytes.Equal(e.AppendContent(nil), before) || !bytes.Equal(parsed.AppendContent(nil), before) {
		t.Error("the event changed with the bytes it was read from")
	}
}
