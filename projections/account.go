package projections

import (
	"cmp"
	"slices"
	"sort"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// account is a customer account while its facts are folded: one wallet, and contracts that share it.
type account struct {
	interrupt
	id                string
	terms             history
	now               civil.Instant // of the fact being folded, at last the instant asked about
	event             *events.Event // the fact being folded
	explanation       *explanation  // collects lines where they are wanted
	ends              *[]unitEnd    // collects units' ends where they are wanted
	wallet            money.Fen     // below zero after an overdraw
	contracts         map[string]*contract
	passed            map[string]bool      // ids of contracts that went to other accounts
	stayed            map[string]*contract // closed debts of contracts that went to other accounts
	parties           parties              // that are folded together with this one, nil for none
	changes           changeQueue
	receipts          map[receipt]bool // of money that came in or went out
	debtors           [debtClasses]debtors
	debits            debitTimes // when the wallet pays what is due
	debiting          bool       // whether any terms want that
	spent             *spent     // out of the wallet before bounces, nil where there are none
	cash              []cashFlow
	lossPaid          money.Fen                      // what earlier claims took of the cap of 3.8
	reclassifications map[outageKey]reclassification // reclassified outages
	kept              map[invoiceKey]bool            // invoices of which discharges are kept
	group             []debt                         // room for the debts that are paid pro rata,
	weights           []int64                        // for their amounts,
	splitter          money.Splitter                 // and for their shares
	wrong             []exceptionAt
	exists            bool // whether any fact counts
}

// cashFlow is what came in, less what was paid out, from the first fact up to an instant.
type cashFlow struct {
	at  civil.Instant
	sum money.Fen
}

// exceptionAt is an exception and the event's time, by which exceptions are listed.
type exceptionAt struct {
	Exception
	at civil.Instant
}

func (a *account) except(e *events.Event, code ExceptionCode, message string) {
	a.wrong = append(a.wrong, newException(e, code, message))
}

func newException(e *events.Event, code ExceptionCode, message string) exceptionAt {
	return exceptionAt{Exception{code, e.ID.String(), message}, e.Time}
}

// listed sorts exceptions by effective time, event id and code.
func listed(wrong []exceptionAt) []Exception {
	slices.SortStableFunc(wrong, func(x, y exceptionAt) int {
		return cmp.Or(x.at.Compare(y.at), cmp.Compare(x.EventID, y.EventID), cmp.Compare(x.Code, y.Code))
	})
	list := make([]Exception, 0, len(wrong))
	for _, w := range wrong {
		list = append(list, w.Exception)
	}
	return list
}

// contract finds the contract with that id, or begins it.
func (a *account) contract(id string) *contract {
	c := a.contracts[id]
	if c == nil {
		c = &contract{id: id, account: a, origin: a.id}
		a.contracts[id] = c
	}
	return c
}

// cashUntil is what the customer paid to the provider less pay-outs, up to an instant (3.8).
func (a *account) cashUntil(t civil.Instant) money.Fen {
	if n := sort.Search(len(a.cash), func(n int) bool { return a.cash[n].at.After(t) }); n > 0 {
		return a.cash[n-1].sum
	}
	return 0
}

// addCash notes money that came in, or, below zero, was paid out.
func (a *account) addCash(amount money.Fen) {
	flow := cashFlow{a.now, amount}
	if n := len(a.cash); n > 0 {
		flow.sum += a.cash[n-1].sum
	}
	a.cash = append(a.cash, flow)
}
