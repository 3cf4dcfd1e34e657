package projections

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// story is what happens to contract HT-1, for the tests that ask a rule's own functions.
type story []Fact

// at adds a fact, at "2025-06-01 09:00".
func (s *story) at(when string, d events.Data) uuid.UUID {
	id := uuid.NewSHA1(uuid.NameSpaceURL, fmt.Append(nil, len(*s)))
	*s = append(*s, Fact{Seq: uint64(len(*s) + 1), Event: &events.Event{
		ID: id, Source: "/test", Time: instant(when), Account: "acct-1", Contract: "HT-1", Data: d,
	}})
	return id
}

// asOf folds the story and returns its contract.
func (s story) asOf(t *testing.T, when string) *contract {
	t.Helper()
	a := newAccount(t.Context(), "acct-1", nil, instant(when))
	a.fold(s, nil, instant(when))
	return a.contract("HT-1")
}

// postpaid is a contract of one server for three months from 1 June 2025, 920.00 of which are due on 30 June.
func postpaid() (s story) {
	s.at("2025-06-01 09:00", &events.Ordered{
		Product: events.Elastic, Quantity: 1, Term: months(3), Fee: amount("920.00"), Mode: events.Postpaid,
		DueDate: civil.DateOf(2025, 6, 30),
	})
	s.at("2025-06-01 09:00", &events.Provisioned{Units: []string{"u1"}})
	return s
}

// prepaid is a contract of one server for thirty days, the month from 1 June 2025, of which 310.00 are paid.
func prepaid() (s story) {
	fee := amount("310.00")
	s.at("2025-06-01 09:00", &events.Ordered{
		Product: events.Elastic, Quantity: 1, Term: months(1), Fee: fee, Mode: events.Prepaid,
	})
	s.at("2025-06-01 09:00", &events.Paid{Amount: fee, Channel: events.Online})
	s.at("2025-06-01 09:00", &events.Provisioned{Units: []string{"u1"}})
	return s
}

func months(n int) civil.Term { return civil.Term{Count: int32(n), Unit: civil.Month} }

func instant(when string) civil.Instant {
	t, err := civil.ParseInstant(strings.Replace(when, " ", "T", 1) + ":00+08:00")
	if err != nil {
		panic(err)
	}
	return t
}

func amount(text string) money.Amount {
	a, err := money.Parse(text)
	if err != nil {
		panic(err)
	}
	return a
}

// codesOf lists the codes of exceptions.
func codesOf(wrong []exceptionAt) (codes []ExceptionCode) {
	for _, w := range wrong {
		codes = append(codes, w.Code)
	}
	return codes
}

func wantCodes(t *testing.T, about string, wrong []exceptionAt, want ...ExceptionCode) {
	t.Helper()
	if got := codesOf(wrong); !slices.Equal(got, want) {
		t.Errorf("%s: the exceptions are %v, want %v", about, got, want)
	}
}

// days is a term of n days.
func days(n int) civil.Term { return civil.Term{Count: int32(n), Unit: civil.Day} }
