package testlog

import (
	"testing"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger"
)

// LongAccount is the account of Long, and LongContract its contract.
const (
	LongAccount  = "acct-long"
	LongContract = "HT-LONG"
)

// Long opens a log of the accounts of Many, and of one contract whose payments are enough for its figures to take a
// while.
func Long(t testing.TB, contracts, payments int) *Stream {
	t.Helper()
	s := Many(t, contracts)
	ordered := Opened.Add(civil.Seconds(-300 * 86_400))
	number := uint64(1) << 40
	next := func(seconds int64, data events.Data) ledger.Arrival {
		number++
		return s.Arrival(&events.Event{ID: NumberedID(number), Source: "/long", Account: LongAccount, Contract: LongContract,
			Time: ordered.Add(civil.Seconds(seconds)), Data: data})
	}
	batch := []ledger.Arrival{
		next(0, &events.Ordered{
			Product: events.Package, Quantity: 1, Term: year, Fee: yuan(10_000_000), Mode: events.Postpaid,
			DueDate: ordered.Date() + 1,
		}),
		next(60, &events.Provisioned{Units: []string{"u1"}}),
	}
	for n := range payments {
		batch = append(batch, next(100_000+int64(n)*100, &events.Paid{Amount: yuan(1), Channel: events.Online}))
	}
	if _, err := s.Log.Append(batch); err != nil {
		t.Fatal(err)
	}
	return s
}
