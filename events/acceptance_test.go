package events_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestAccepted(t *testing.T) {
	payment := event("contract.paid", paymentData)
	tests := []struct {
		name, text string
	}{
		{"32 extensions", strings.Replace(payment, `"subject"`, manyExtensions(32)+`"subject"`, 1)},
		{"extensions of every type", strings.Replace(payment, `"subject"`, `"a":"é\"\\","b":-7,"c":false,"d":"","subject"`,
			1)},
		{"an extension called d", strings.Replace(payment, `"subject"`, `"d":"https://example.com","subject"`, 1)},
		{"a source with a scheme", strings.Replace(payment, `"/s"`, `"https://user@[2001:db8::1]:80/a/b;c?d=e/?#f"`, 1)},
		{"a source that is a URN", strings.Replace(payment, `"/s"`, `"urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66"`, 1)},
		{"a source with an escape", strings.Replace(payment, `"/s"`, `"/%E8%B4%A6"`, 1)},
		{"data of another JSON media type",
			strings.Replace(payment, `"subject"`, `"datacontenttype":"application/vnd.billing+json;v=1","subject"`, 1)},
		{"no subject", strings.Replace(payment, `"subject":"C1",`, ``, 1)},
		{"nine decimals of a second", strings.Replace(payment, `09:00:00+08:00`, `09:00:00.123456789+08:00`, 1)},
		{"the first second", strings.Replace(payment, `2026-03-01T09:00:00+08:00`, `2000-01-01T00:00:00+08:00`, 1)},
		{"the last nanosecond", strings.Replace(payment, `2026-03-01T09:00:00+08:00`, `2199-12-31T15:59:59.999999999Z`, 1)},
		{"lower case", strings.Replace(payment, `2026-03-01T09:00:00+08:00`, `2026-03-01t01:00:00.5z`, 1)},
		{"a leap second", strings.Replace(payment, `2026-03-01T09:00:00+08:00`, `2016-12-31T23:59:60Z`, 1)},
		{"a notice in lower case", event("contract.terminated",
			`,"reason":"mutual","agreed_refund":"0","notice_at":"2026-02-01t00:00:00z"`)},
		{"a notice in a leap second",
			event("contract.terminated", `,"reason":"mutual","agreed_refund":"0","notice_at":"2017-01-01t07:59:60+08:00"`)},
		{"an offset of half an hour", strings.Replace(payment, `09:00:00+08:00`, `06:30:00+05:30`, 1)},
		{"the largest amount", strings.Replace(payment, `310.00`, `999999999999.99`, 1)},
		{"the smallest amount", strings.Replace(payment, `310.00`, `0.01`, 1)},
		{"a reference of 1,024 characters",
			strings.Replace(payment, `"channel"`, `"reference":"`+strings.Repeat("账", 1024)+`","channel"`, 1)},
		{"a reference outside the basic plane",
			strings.Replace(payment, `"channel"`, `"reference":"\ud83d\ude00","channel"`, 1)},
		{"an id of 64 characters", strings.Replace(payment, `"A1"`, `"`+strings.Repeat("a", 64)+`"`, 1)},
		{"a spec with unknown members",
			event("contract.ordered", orderData+`,"spec":{"gpu":{"n":[1,null]},"cpu":4,"memory":"8G"}`)},
		{"10,000 of a line", event("contract.ordered", strings.Replace(orderData, `"quantity":1`, `"quantity":10000`, 1))},
		{"a mutual end that pays nothing", event("contract.terminated", `,"reason":"mutual","agreed_refund":"0"`)},
		{"a mutual end with a notice",
			event("contract.terminated", `,"reason":"mutual","agreed_refund":"0","notice_at":"2026-02-01T00:00:00Z"`)},
		{"a charge called renewal-fee",
			event("charge.added", `,"charge_id":"renewal-fee","amount":"80.00","description":"help"`)},
		{"a void of terms", accountEvent("event.voided", "all",
			`,"voids":"0195a0b1-0000-7000-8000-00000000000b","reason":"wrong version"`)},
		{"a bounce that names no contract",
			accountEvent("payment.bounced", "A1", `,"payment":"0195a0b1-0000-7000-8000-00000000000b","reason":"closed"`)},
		{"a top-up that names a contract all the same",
			accountEvent("wallet.topped_up", "A1", paymentData+`,"contract_id":"C1"`)},
		{"unknown members of every kind",
			event("contract.resumed", `,"a":null,"b":[],"c":{},"d":-0.0e+10,"e":"\/\b\f\n\r\t\u001f","f":true,"":0`)},
		{"1,000 units", event("contract.provisioned", `,"unit_ids":["u0`+manyUnits(1000)+`"]`)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { survives(t, decoded(t, []byte(tt.text))) })
	}
}

func manyUnits(n int) string {
	var s strings.Builder
	for i := 1; i < n; i++ {
		fmt.Fprintf(&s, `","u%d`, i)
	}
	return s.String()
}
