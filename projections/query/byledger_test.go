package query_test

import (
	"strings"
	"testing"

	"zhangben/events"
	"zhangben/ledger"
	"zhangben/projections"
	"zhangben/projections/query"
	"zhangben/projections/query/testlog"
)

// closing is a close of a month with the id of the nth event.
func closing(n int) string {
	hash := strings.Repeat("0a", 32)
	return testlog.Event(n, "period.closed", "2025-07-01T01:00", "all",
		`"period":"2025-06","seq":1,"root":"`+hash+`","postings_sha256":"`+hash+`"`)
}

// A close counts where the ledger wrote it, and from no publisher, whatever token it has.
func TestOnlyTheLedgerClosesAMonth(t *testing.T) {
	s := testlog.Told(t)
	for n, origin := range []events.Origin{
		{By: events.ByLedger, Publisher: "books"},
		{},
		{By: events.OverHTTP, Publisher: "books"},
	} {
		if v := s.Came(t, origin, closing(11+n)); v.Status != ledger.Appended {
			t.Fatalf("%+v", v)
		}
	}
	r := query.New(s.Log)
	at := query.At{AsOf: testlog.Opened, KnownAt: s.Log.Last()}
	page, err := r.Exceptions(t.Context(), at, "", "", 100)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, row := range page.Exceptions {
		if row.Code == projections.CloseNotByLedger && row.AccountID == events.All {
			got = append(got, row.EventID)
		}
	}
	if strings.Join(got, " ") != testlog.ID(12)+" "+testlog.ID(13) {
		t.Errorf("exceptions of %v", got)
	}
	alone, err := r.Exceptions(t.Context(), at, events.All, "", 1)
	if err != nil || len(alone.Exceptions) != 1 || alone.Next == nil {
		t.Errorf("of the account all: %+v, %v", alone, err)
	}
}
