package projections_test

import (
	"testing"

	"zhangben/events/civil"
	"zhangben/projections"
	"zhangben/projections/scenario"
)

const arrears = `# A fee due on 30 June, half paid on 10 July
# clauses: 2.2.2
2025-06-01 09:00 contract.ordered HT-1 product=elastic quantity=1 term=P3M fee=1000.00 mode=postpaid due_date=2025-06-30
2025-06-01 09:00  contract.provisioned  HT-1  unit_ids=u1
2025-06-10 10:00  outage.started        HT-1  outage_id=o1 cause=maintenance
2025-06-10 11:00  outage.resolved       HT-1  outage_id=o1
2025-07-10 10:00  contract.paid         HT-1  amount=1000.00 channel=online
at 2025-07-20 12:00
  HT-1  status=active
`

// TestWhyNotNamesTheConditionThatFails asks at several instants and wants the first condition that fails, and when it
// comes to hold.
func TestWhyNotNamesTheConditionThatFails(t *testing.T) {
	for _, c := range []struct {
		at       string
		question projections.Question
		fails    string // in English, "" when the answer is yes
		from     string
	}{
		{"2025-06-20T12:00:00+08:00", projections.WhyNotOverdue, "the due day is over", "2025-07-01T00:00:00+08:00"},
		{"2025-07-01T00:00:00+08:00", projections.WhyNotOverdue, "the due day is over", "2025-07-01T00:00:00+08:00"},
		{"2025-07-01T00:00:01+08:00", projections.WhyNotOverdue, "", ""},
		{"2025-07-11T12:00:00+08:00", projections.WhyNotOverdue, "principal is unpaid", ""},
		{"2025-07-03T12:00:00+08:00", projections.WhyNotMayTerminate, "the full days overdue have passed",
			"2025-07-04T00:00:00+08:00"},
		{"2025-07-04T00:00:00+08:00", projections.WhyNotMayTerminate, "", ""},
		{"2025-07-11T12:00:00+08:00", projections.WhyNotMayTerminate, "principal is unpaid", ""},
		{"2025-06-30T12:00:00+08:00", projections.WhyNotLateFee, "the due day is over", "2025-07-01T00:00:00+08:00"},
		{"2025-07-11T12:00:00+08:00", projections.WhyNotLateFee, "", ""},
		{"2025-06-05T12:00:00+08:00", projections.WhyNotSLA, "an outage is on record", ""},
		{"2025-07-11T12:00:00+08:00", projections.WhyNotSLA, "the cause is none of the excluded ones", ""},
	} {
		w := asked(t, c.question, c.at)
		fails, from := firstFailure(w)
		if fails != c.fails || from != c.from || w.Holds != (c.fails == "") {
			t.Errorf("why not %s at %s: %q from %q (holds: %t), want %q from %q", c.question, c.at, fails, from, w.Holds,
				c.fails, c.from)
		}
	}
}

func asked(t *testing.T, q projections.Question, at string) projections.WhyNot {
	t.Helper()
	s, err := scenario.Parse(arrears)
	if err != nil {
		t.Fatal(err)
	}
	asOf, err := civil.ParseInstant(at)
	if err != nil {
		t.Fatal(err)
	}
	own, others := scenario.Sort(scenario.DefaultAccount, s.Facts(len(s.Events)))
	w, ok, _ := projections.WhyNotOf(t.Context(), scenario.DefaultAccount, "HT-1", q, own, others, asOf)
	if !ok {
		t.Fatal("no answer")
	}
	return w
}

func firstFailure(w projections.WhyNot) (what, from string) {
	for _, k := range w.Conditions {
		if !k.Holds {
			if k.From != nil {
				from = k.From.String()
			}
			return k.EN, from
		}
	}
	return "", ""
}
