package projections

import (
	"fmt"
	"testing"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// yearly is an account with one contract of n events: monthly renewals, each paid, and an outage in each month.
func yearly(n int, outages bool) []Fact {
	at := civil.DateOf(2020, 1, 15).Start().Add(civil.Seconds(9 * 3600))
	term := civil.Term{Count: 1, Unit: civil.Month}
	fee := money.Amount{Fen: 31_000, Decimals: 2}
	var facts []Fact
	add := func(t civil.Instant, d events.Data) {
		seq := uint64(len(facts) + 1)
		id := uuid.NewSHA1(uuid.NameSpaceURL, fmt.Append(nil, seq))
		facts = append(facts, Fact{Seq: seq, Event: &events.Event{ID: id, Source: "/test", Time: t, Account: "acct-1",
			Contract: "HT-1", Data: d}})
	}
	add(at, &events.Ordered{Product: events.Elastic, Quantity: 1, Term: term, Fee: fee, Mode: events.Prepaid})
	add(at, &events.Paid{Amount: fee, Channel: events.Online})
	add(at, &events.Provisioned{Units: []string{"u1"}})
	for month := 1; len(facts) < n; month++ {
		t := civil.DateOf(2020, 1, 10).AddMonths(month).Start()
		if outages {
			id := fmt.Sprint("o", month)
			add(t, &events.OutageStarted{Outage: id, Cause: events.ProviderFault})
			add(t.Add(civil.Seconds(3600)), &events.OutageResolved{Outage: id})
		}
		add(t, &events.Renewed{Term: term, Fee: fee})
		add(t.Add(civil.Seconds(60)), &events.Paid{Amount: fee, Channel: events.BankTransfer,
			Reference: fmt.Sprint("B", month)})
	}
	return facts[:n]
}

func BenchmarkFold(b *testing.B) {
	for _, n := range []int{10, 50, 100, 1_000, 10_000} {
		for _, outages := range []bool{false, true} {
			facts := yearly(n, outages)
			asOf := facts[len(facts)-1].Event.Time
			b.Run(fmt.Sprintf("events=%d/outages=%v", n, outages), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, ok, _ := Fold(b.Context(), "acct-1", facts, nil, asOf); !ok {
						b.Fatal("no figures")
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/event")
			})
		}
	}
}
