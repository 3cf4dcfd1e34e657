package events_test

import (
	"testing"

	"zhangben/events"
)

// origins are of every form.
var origins = []events.Origin{
	{}, {By: events.OverHTTP}, {By: events.OverHTTP, Publisher: "shop"}, {By: events.ByLedger},
	{By: events.ByLedger, Publisher: "a-1"},
}

func TestOriginsAreReadBackFromBytesAndHeaders(t *testing.T) {
	for _, want := range origins {
		b := want.Append(nil)
		if got, err := events.ParseOrigin(b); err != nil || got != want {
			t.Errorf("% x is %+v, %v; want %+v", b, got, err, want)
		}
		length, ok := events.CutOrigin(append(b, 1, 2, 3))
		if !ok || length != len(b) {
			t.Errorf("of % x and content, %d bytes are the origin, want %d", b, length, len(b))
		}
		if got := events.OriginOf("billing.posted.acct-1.contract.paid", want.Header()); got != want {
			t.Errorf("the headers %v are of %+v, want %+v", want.Header(), got, want)
		}
		if got := events.OriginOf("billing.events.acct-1.contract.paid", want.Header()); got != (events.Origin{}) {
			t.Errorf("a publisher over NATS claims to be %+v and is believed", got)
		}
	}
}

func FuzzOrigin(f *testing.F) {
	for _, o := range origins {
		f.Add(o.Append(nil))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		o, err := events.ParseOrigin(b)
		if err == nil && string(o.Append(nil)) != string(b) {
			t.Errorf("% x is spelled % x", b, o.Append(nil))
		}
	})
}
