package projections_test

import (
	"context"
	"fmt"
	"testing"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/projections"
)

// nightly is a line of servers for years, each of which is out for a minute in each of some nights.
func nightly(servers int, years int32, outages int) longHistory {
	h := longHistory{asOf: civil.DateOf(2022, 1, 10).Start(), contract: contract}
	h.orderOf(servers, events.Prepaid, 36_500*servers)
	h.facts[0].Event.Data.(*events.Ordered).Term = civil.Term{Count: years, Unit: civil.Year}
	h.pay(36_500 * servers)
	h.provision()
	h.every(civil.Days(1), outages, func(i int) {
		id := fmt.Sprint("o", i)
		h.add(&events.OutageStarted{Outage: id, Cause: events.ProviderFault})
		h.asOf = h.asOf.Add(civil.Seconds(60))
		h.add(&events.OutageResolved{Outage: id})
	})
	return h
}

// BenchmarkOutages measures what the figures of a contract with many grants take.
func BenchmarkOutages(b *testing.B) {
	for _, c := range []struct {
		servers int
		years   int32
		outages int
	}{{100, 1, 365}, {1, 50, 4_000}, {1_000, 1, 30}} {
		b.Run(fmt.Sprintf("servers=%d/outages=%d", c.servers, c.outages), func(b *testing.B) {
			h := nightly(c.servers, c.years, c.outages)
			for b.Loop() {
				if _, _, err := projections.Fold(context.Background(), account, h.facts, nil, h.asOf); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
