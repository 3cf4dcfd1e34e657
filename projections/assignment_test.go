package projections

import (
	"testing"

	"zhangben/events"
	"zhangben/events/civil"
)

// TestWhatLetsAContractPass asks of each ground with and without consent and notice.
func TestWhatLetsAContractPass(t *testing.T) {
	on := func(when string) events.SpelledInstant { return events.SpelledInstant{At: instant(when)} }
	for _, way := range []struct {
		about string
		d     events.Assigned
		want  []ExceptionCode // none: it passes
	}{
		{"agreed, consented before", events.Assigned{Ground: events.GroundAgreed, ConsentedAt: on("2025-06-09 09:00")}, nil},
		{"agreed, consented then", events.Assigned{Ground: events.GroundAgreed, ConsentedAt: on("2025-06-10 09:00")}, nil},
		{"agreed, consented later", events.Assigned{Ground: events.GroundAgreed, ConsentedAt: on("2025-06-10 09:01")},
			[]ExceptionCode{AssignmentWithoutConsent}},
		{"agreed, without consent", events.Assigned{Ground: events.GroundAgreed, NotifiedAt: on("2025-06-09 09:00")},
			[]ExceptionCode{AssignmentWithoutConsent}},
		{"a merger with notice", events.Assigned{Ground: events.GroundMerger, NotifiedAt: on("2025-06-10 09:00")}, nil},
		{"a merger without", events.Assigned{Ground: events.GroundMerger}, []ExceptionCode{AssignmentWithoutNotice}},
	} {
		s := prepaid()
		way.d.To = "acct-2"
		s.at("2025-06-10 09:00", &way.d)
		a := newAccount(t.Context(), "acct-1", nil, instant("2025-06-20 12:00"))
		a.fold(s, nil, instant("2025-06-20 12:00"))
		c := a.contracts["HT-1"]
		if (c == nil) != (way.want == nil) {
			t.Errorf("%s: the contract stays: %v", way.about, c != nil)
		}
		if c != nil {
			wantCodes(t, way.about, c.wrong, way.want...)
		}
	}
}

// TestACircleOfAssignmentsEnds has a contract go back and forth many times in an account that others depend on.
func TestACircleOfAssignmentsEnds(t *testing.T) {
	s := prepaid()
	const times = 2_000
	for n := range times {
		s.at("2025-06-10 09:00", &events.Assigned{To: "acct-2", Ground: events.GroundListing,
			NotifiedAt: events.SpelledInstant{At: s[0].Event.Time}})
		e := s[len(s)-1].Event
		e.Time = e.Time.Add(civil.Seconds(int64(n)))
		if n%2 == 1 {
			e.Account, e.Data.(*events.Assigned).To = "acct-2", "acct-1"
		}
	}
	ofBoth := func(string) ([]Fact, error) { return s, nil }
	others, linked, err := Linked("acct-1", s, ofBoth)
	if err != nil || len(linked) != 1 {
		t.Fatal(linked, err)
	}
	a := newAccount(t.Context(), "acct-1", others, instant("2025-06-20 12:00"))
	a.fold(s, others, instant("2025-06-20 12:00"))
	if c := a.contracts["HT-1"]; c == nil || len(c.passages) != times || len(c.wrong) > 0 {
		t.Errorf("the contract is not back: %+v", c)
	}
}
