package events_test

import (
	"testing"

	"zhangben/events"
)

// payment is a typical event: 350 bytes of JSON, 110 of canonical bytes.
var payment = []byte(`{"specversion":"1.0","id":"01960f2e-7c1a-7d3e-9d2b-0f6a4c1b2e3d","source":"/payments/gw-1",` +
	`"type":"billing.contract.paid.v1","subject":"HT-2025-0042","time":"2025-03-01T09:00:00+08:00",` +
	`"data":{"account_id":"acct-1001","contract_id":"HT-2025-0042",` +
	`"amount":"310.00","currency":"CNY","channel":"bank_transfer","reference":"20250301-000123"}}`)

func BenchmarkDecodeJSON(b *testing.B) {
	b.ReportAllocs()
	b.SetBytes(int64(len(payment)))
	for b.Loop() {
		if _, err := events.DecodeJSON(payment); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeMessage(b *testing.B) {
	h := headers()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := events.DecodeMessage(paidSubject, h, []byte(paidData)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendJSON(b *testing.B) {
	e := decoded(b, payment)
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst = e.AppendJSON(dst[:0])
	}
}

func BenchmarkAppendContent(b *testing.B) {
	e := decoded(b, payment)
	var dst []byte
	b.ReportAllocs()
	for b.Loop() {
		dst = e.AppendContent(dst[:0])
	}
}

func BenchmarkParseHead(b *testing.B) {
	stored := decoded(b, payment).AppendContent(nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := events.ParseHead(stored); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseContent(b *testing.B) {
	stored := decoded(b, payment).AppendContent(nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := events.ParseContent(stored); err != nil {
			b.Fatal(err)
		}
	}
}
