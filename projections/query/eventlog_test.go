package query_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/ledger"
	"zhangben/projections/query"
	"zhangben/projections/query/testlog"
)

func seqsOf(page query.EventPage) string {
	var seqs []string
	for _, row := range page.Events {
		seqs = append(seqs, fmt.Sprint(row.Seq))
	}
	return strings.Join(seqs, " ")
}

func TestEventFilters(t *testing.T) {
	r := query.New(testlog.Told(t).Log)
	for _, c := range []struct {
		name   string
		filter query.EventFilter
		after  ledger.Seq
		limit  int
		want   string
		next   ledger.Seq // 0: nil
	}{
		{"all", query.EventFilter{}, 0, 100, "1 2 3 4 5 6 7 8 9", 0},
		{"a page", query.EventFilter{}, 3, 2, "4 5", 5},
		{"a page that ends with the log", query.EventFilter{}, 7, 2, "8 9", 0},
		{"beyond the end", query.EventFilter{}, 99, 2, "", 0},
		{"of an account", query.EventFilter{Account: "acct-2"}, 0, 100, "4 5 6 7", 0},
		{"of an account, a page", query.EventFilter{Account: "acct-2"}, 4, 2, "5 6", 6},
		{"of everybody", query.EventFilter{Account: events.All}, 0, 100, "9", 0},
		{"of a contract, of all accounts that use its id", query.EventFilter{Contract: "HT-1"}, 0, 100, "1 2 3 8", 0},
		{"of a contract of an account", query.EventFilter{Contract: "HT-1", Account: "acct-3"}, 0, 100, "8", 0},
		{"of a kind", query.EventFilter{Kind: events.KindOrdered}, 1, 1, "4", 4},
		{"of a kind and a contract", query.EventFilter{Kind: events.KindPaid, Contract: "HT-2"}, 0, 100, "5", 0},
		{"of no account", query.EventFilter{Account: "acct-9"}, 0, 100, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			page, err := r.Events(t.Context(), c.filter, c.after, c.limit)
			if err != nil {
				t.Fatal(err)
			}
			if got := seqsOf(page); got != c.want {
				t.Errorf("records %s, want %s", got, c.want)
			}
			if next := page.Next; (next == nil) != (c.next == 0) || next != nil && *next != c.next {
				t.Errorf("next %v, want %d", next, c.next)
			}
		})
	}
}

func TestEventByID(t *testing.T) {
	r := query.New(testlog.Told(t).Log)
	row, err := r.Event(uuid.MustParse(testlog.ID(7)))
	if err != nil {
		t.Fatal(err)
	}
	if row.Seq != 7 || row.Recorded.String() != "2025-08-01T15:00:00+08:00" {
		t.Errorf("record %d at %s", row.Seq, row.Recorded)
	}
	if got := string(row.Event); got != testlog.Story[6] {
		t.Errorf("event %s\nwant  %s", got, testlog.Story[6])
	}
}

func TestRejectionsAtBothClocks(t *testing.T) {
	s := testlog.Open(t)
	refused := `{"specversion":"1.0"}`
	for _, body := range []string{testlog.Story[0], refused, testlog.Story[1], refused, "\xff"} {
		if _, err := s.Publish(t.Context(), [][]byte{[]byte(body)}); err != nil {
			t.Fatal(err)
		}
	}
	r := query.New(s.Log)
	for _, c := range []struct{ name, asOf, knownAt, want string }{
		{"all", "", "", "2 4 5"},
		{"received by an instant", "2025-08-01T12:00:00+08:00", "", "2 4"},
		{"known by an instant", "", "2025-08-01T11:59:59+08:00", "2"},
		{"before the second record", "", "1", "2"},
		{"before the first", "", "0", ""},
		{"with the last", "", "2", "2 4 5"},
	} {
		clocks, err := query.ParseRejectionClocks(c.asOf, c.knownAt)
		if err != nil {
			t.Fatal(err)
		}
		page, err := r.Rejected(t.Context(), clocks, query.AllRejections, 0, 10)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, x := range page.Rejected {
			ids = append(ids, fmt.Sprint(x.ID))
		}
		if got := strings.Join(ids, " "); got != c.want {
			t.Errorf("%s: rejections %s, want %s", c.name, got, c.want)
		}
	}
	whole, err := r.Rejection(4)
	if err != nil || whole.Body == nil || *whole.Body != refused || whole.BodyBase64 != nil {
		t.Errorf("rejection 4: %v, %+v", err, whole)
	}
	binary, err := r.Rejection(5)
	if err != nil || binary.Body != nil || binary.BodyBase64 == nil || *binary.BodyBase64 != "/w==" {
		t.Errorf("rejection 5: %v, %+v", err, binary)
	}
}
