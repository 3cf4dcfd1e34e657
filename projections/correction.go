package projections

import (
	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/events/civil"
)

// voids are an account's facts that take other facts out of the history: those count as never having been. A void
// counts as soon as it is known, whatever its own time, and may be voided itself.
type voids struct {
	account string
	byID    map[uuid.UUID]*events.Event // own events, and named ones of other accounts
	of      map[uuid.UUID][]*events.Event
	state   map[uuid.UUID]voidState
}

type voidState uint8

const (
	voidCircular voidState = iota // no end of the chain decides
	voidHolds
	voidVoided
)

// hasVoids spares the usual history the work below.
func hasVoids(facts []Fact) bool {
	for _, f := range facts {
		if f.Event.Kind() == events.KindVoided {
			return true
		}
	}
	return false
}

func newVoids(account string, own, others []Fact) *voids {
	v := &voids{account, make(map[uuid.UUID]*events.Event, len(own)), map[uuid.UUID][]*events.Event{},
		map[uuid.UUID]voidState{}}
	for _, f := range others {
		v.byID[f.Event.ID] = f.Event
	}
	for _, f := range own {
		v.byID[f.Event.ID] = f.Event
		if d, ok := f.Event.Data.(*events.Voided); ok {
			v.of[d.Voids] = append(v.of[d.Voids], f.Event)
		}
	}
	v.decide(own)
	return v
}

// decide peels chains of voids from their ends: one that is not voided holds; what it voids, if a void, does not, and
// so may set free another. Those left over void each other in a circle.
func (v *voids) decide(own []Fact) {
	against := map[uuid.UUID]int{} // how many voids may still hold against a void
	var free []*events.Event
	for _, f := range own {
		if f.Event.Kind() != events.KindVoided {
			continue
		}
		against[f.Event.ID] = len(v.of[f.Event.ID])
		if against[f.Event.ID] == 0 {
			free = append(free, f.Event)
		}
	}
	for len(free) > 0 {
		void := free[0]
		free = free[1:]
		v.state[void.ID] = voidHolds
		voided := v.target(void)
		if voided == nil || voided.Kind() != events.KindVoided || v.state[voided.ID] == voidVoided {
			continue
		}
		v.state[voided.ID] = voidVoided
		next := v.target(voided)
		if next == nil || next.Kind() != events.KindVoided || v.state[next.ID] == voidVoided {
			continue
		}
		if against[next.ID]--; against[next.ID] == 0 {
			free = append(free, next)
		}
	}
}

// target is the event of the account that a void names, nil where there is none.
func (v *voids) target(void *events.Event) *events.Event {
	e := v.byID[void.Data.(*events.Voided).Voids]
	if e == nil || e.Account != v.account {
		return nil
	}
	return e
}

// voided reports whether a void that holds takes the event out.
func (v *voids) voided(id uuid.UUID) bool {
	for _, void := range v.of[id] {
		if v.state[void.ID] == voidHolds {
			return true
		}
	}
	return false
}

// complaint says why a void has no effect, if it is for another reason than being voided itself.
func (v *voids) complaint(void *events.Event) (ExceptionCode, string) {
	switch v.state[void.ID] {
	case voidVoided:
		return "", ""
	case voidCircular:
		return VoidCycle, "the voids name each other in a circle"
	}
	switch named := v.byID[void.Data.(*events.Voided).Voids]; {
	case named == nil:
		return VoidTargetUnknown, "no event with the id it voids is known"
	case named.Account != v.account:
		return VoidAccountMismatch, "the event it voids belongs to another account"
	}
	return "", ""
}

// unvoided returns the facts of an account that no void takes out.
func unvoided(account string, own, others []Fact) []Fact {
	if !hasVoids(own) {
		return own
	}
	v := newVoids(account, own, others)
	left := make([]Fact, 0, len(own))
	for _, f := range own {
		if !v.voided(f.Event.ID) {
			left = append(left, f)
		}
	}
	return left
}

// bounces are what came back of the money that came in. A bounce names a report of a payment and means the payment: of
// its receipt no report dated before the bounce counts any more, and one dated then or later is a new payment. The
// report named does not count in any case.
type bounces struct {
	named    map[report]*events.Event         // what a bounce names; nil while it is not found
	receipts map[accountReceipt]civil.Instant // when each bounced last
}

// report names a report of a payment; a bounce is of the account of what it names.
type report struct {
	account string
	id      uuid.UUID
}

// accountReceipt is a receipt of an account.
type accountReceipt struct {
	account string
	receipt
}

// reportOf is what a bounce names.
func reportOf(bounce *events.Event, d *events.PaymentBounced) report {
	return report{bounce.Account, d.Payment}
}

// bouncesOf finds the bounces among the events, nil for none.
func bouncesOf(list []*events.Event) *bounces {
	var b *bounces
	for _, e := range list {
		if d, ok := e.Data.(*events.PaymentBounced); ok {
			if b == nil {
				b = &bounces{map[report]*events.Event{}, map[accountReceipt]civil.Instant{}}
			}
			b.named[reportOf(e, d)] = nil
		}
	}
	if b == nil {
		return nil
	}
	for _, e := range list {
		of := report{e.Account, e.ID}
		if _, named := b.named[of]; named && (e.Kind() == events.KindPaid || e.Kind() == events.KindToppedUp) {
			b.named[of] = e
		}
	}
	for _, e := range list {
		if d, ok := e.Data.(*events.PaymentBounced); ok && b.named[reportOf(e, d)] != nil {
			if r := receiptOf(b.named[reportOf(e, d)].Data); r != (receipt{}) {
				of := accountReceipt{e.Account, r}
				b.receipts[of] = civil.Later(b.receipts[of], e.Time)
			}
		}
	}
	return b
}

// takes reports whether an event is a report of money that came back.
func (b *bounces) takes(e *events.Event) bool {
	if e.Kind() != events.KindPaid && e.Kind() != events.KindToppedUp {
		return false
	}
	return b.named[report{e.Account, e.ID}] != nil ||
		len(b.receipts) > 0 && e.Time.Before(b.receipts[accountReceipt{e.Account, receiptOf(e.Data)}])
}

// withoutBounced leaves out payments that have bounced.
func (a *account) withoutBounced(list []*events.Event) []*events.Event {
	b := bouncesOf(list)
	if b == nil {
		return list
	}
	left := make([]*events.Event, 0, len(list))
	for _, e := range list {
		if d, ok := e.Data.(*events.PaymentBounced); ok && b.named[reportOf(e, d)] == nil {
			a.of(e).complain(e, PaymentUnknown, "no payment or top-up of the account with the id it names is known")
		}
		if !b.takes(e) {
			left = append(left, e)
		}
	}
	return left
}

// judgeVoids notes the voids that have no effect for a reason of their own.
func (a *account) judgeVoids(own, others []Fact) {
	if !hasVoids(own) {
		return
	}
	v := newVoids(a.id, own, others)
	for _, f := range own {
		if f.Event.Kind() != events.KindVoided {
			continue
		}
		if code, message := v.complaint(f.Event); code != "" {
			a.complain(f.Event, code, message)
		}
	}
}

// judgeReclassifications notes reclassifications of outages that are not known to have started, ever.
func (a *account) judgeReclassifications(valid []Fact) {
	if a.reclassifications == nil {
		return
	}
	started := map[outageKey]bool{}
	for _, f := range valid {
		if d, ok := f.Event.Data.(*events.OutageStarted); ok {
			started[outageKey{f.Event.Contract, d.Outage}] = true
		}
	}
	for _, f := range valid {
		d, ok := f.Event.Data.(*events.OutageReclassified)
		if !ok {
			continue
		}
		switch c := a.contracts[f.Event.Contract]; {
		case !a.passed[f.Event.Contract] && (c == nil || c.order == nil):
			a.complain(f.Event, ContractUnknown, "the contract has no order in effect")
		case !started[outageKey{f.Event.Contract, d.Outage}]:
			a.complain(f.Event, OutageStartUnknown, "no outage with its id is known")
		}
	}
}

// complain notes an exception where the event belongs: with its contract where there is one, else with the account.
func (a *account) complain(e *events.Event, code ExceptionCode, message string) {
	if c := a.contracts[e.Contract]; c != nil && c.exists {
		c.except(e, code, message)
		return
	}
	a.except(e, code, message)
}
