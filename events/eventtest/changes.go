package eventtest

import (
	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// changes makes the data of kinds that change what was agreed before. The account and the time of the event decide what
// may be in it.
func (b *Builder) changes(k events.Kind, e *events.Event) events.Data {
	switch k {
	case events.KindAssigned:
		return b.assigned(e)
	case events.KindChanged:
		return &events.Changed{Change: b.name("up", 3), Units: b.unitsOpt(), Fee: b.amount(), Difference: b.difference(),
			Product: numberOpt(b, events.VPS), Spec: b.nameOpt(`{"cpu":8}`), DueDate: b.dateOpt()}
	case events.KindUnitsAdded:
		return b.unitsAdded(e)
	case events.KindUnitReplaced:
		return &events.UnitReplaced{Unit: b.name("u", 3), NewUnit: b.name("u", 5), Reason: "host failure"}
	case events.KindTimeGranted:
		return &events.TimeGranted{Grant: b.name("g", 3), Duration: b.span(), Units: b.unitsOpt(),
			With: b.nameOpt("order", "renewal-1"), Reason: number(b, events.GrantGoodwill)}
	case events.KindUnitsReleased:
		return &events.UnitsReleased{Units: b.units()}
	}
	return b.relief(k)
}

// relief makes the data of kinds by which less is owed, or something was paid for a claim.
func (b *Builder) relief(k events.Kind) events.Data {
	switch k {
	case events.KindInvoiceCredited:
		return &events.InvoiceCredited{Credit: b.name("cn", 3), Invoice: pick(b, invoices), Amount: b.amount(),
			Reason: number(b, events.CreditCourt)}
	case events.KindDueDateExtended:
		return &events.DueDateExtended{Invoice: pick(b, invoices), DueDate: b.date(),
			WaiveAccrued: numberOpt(b, events.FlagTrue)}
	case events.KindLateFeeCapped:
		return b.lateFeeCapped()
	case events.KindClaimSettled:
		return &events.ClaimSettled{Claim: b.name("CL", 3), Amount: b.amount(), By: number(b, events.SettledByWallet),
			Reference: b.nameOpt("out-1")}
	case events.KindDebtWrittenOff:
		return &events.DebtWrittenOff{Invoice: pick(b, invoices), Amount: b.amount(), Reason: "insolvent"}
	}
	return nil
}

// invoices are ids of invoices of every sort.
var invoices = []string{"order", "renewal-1", "help-1", "change-up-1", "added-more-1"}

func (b *Builder) assigned(e *events.Event) *events.Assigned {
	d := &events.Assigned{To: b.name("acct", 5), Ground: number(b, events.GroundRename), NotifiedAt: b.spelledOpt()}
	switch d.Ground {
	case events.GroundAgreed:
		d.ConsentedAt, d.Debts = b.spelledOpt(), numberOpt(b, events.DebtsRetained)
	case events.GroundMerger:
		amount := b.amount()
		d.WalletAmount = &amount
	case events.GroundRename:
		d.To = e.Account
	}
	return d
}

// difference is of either sign, or none.
func (b *Builder) difference() *money.Amount {
	if b.maybe() {
		return nil
	}
	d := b.amountZero()
	if b.maybe() {
		d.Fen = -d.Fen
	}
	return d
}

func (b *Builder) unitsAdded(e *events.Event) *events.UnitsAdded {
	d := &events.UnitsAdded{Change: b.name("more", 3), Quantity: 1 + b.random.IntN(3), Fee: b.amount(),
		DueDate: b.dateOpt()}
	if b.maybe() {
		d.Until = e.Time.Date() + 1 + civil.Date(b.random.IntN(400))
		return d
	}
	d.Term = b.term()
	return d
}

func (b *Builder) span() civil.Span {
	if b.maybe() {
		return civil.Span{Seconds: 1 + b.random.Int64N(civil.MaxSeconds)}
	}
	return civil.Span{Term: b.term()}
}

func (b *Builder) lateFeeCapped() *events.LateFeeCapped {
	d := &events.LateFeeCapped{Invoice: b.nameOpt(invoices...), Authority: "court"}
	if b.maybe() {
		d.Total = b.amountZero()
		return d
	}
	d.Rate, _ = events.ParseRate(pick(b, []string{"0", "0.000107", "0.0005"})) // all of them are rates
	return d
}

// period is a month or less of usage, or none.
func (b *Builder) period() events.Period {
	if b.maybe() {
		return events.Period{}
	}
	from := b.date()
	return events.Period{From: from, To: from + civil.Date(b.random.IntN(31))}
}
