package events

// fitted is data of which one field decides what another may be.
type fitted interface {
	// misfit returns the first field that does not go with the others, and what it must be; "" where all agree.
	misfit(e *Event) (field, want string)
}

// misfitOf is misfit for any data.
func misfitOf(e *Event) (field, want string) {
	if d, ok := e.Data.(fitted); ok {
		return d.misfit(e)
	}
	return "", ""
}

// What a field must be because of another.
const (
	wantNoUnits  = "left out: an end for this reason is one of the whole contract"
	wantNoWallet = "left out: only a merger moves money from wallet to wallet"
	wantAssumed  = "assumed, or left out: only by agreement are debts retained"
	wantSameName = "the account itself: a change of name keeps the account"
	wantLength   = "a date, or a term in its place: they say how long the units are ordered for"
	wantOneOfTwo = "left out: the other one says it already"
	wantLater    = "a date after the day of the event"
	wantCap      = "a rate a day, or a total in its place: they are what the late fee is limited to"
	wantForward  = "an object of two dates, from and to, of which to is not the earlier one"
)

func (d *Ordered) misfit(*Event) (field, want string) {
	if d.Fee.Fen == 0 && d.Trial != FlagTrue {
		return "fee", wantAmount
	}
	return "", ""
}

func (d *Terminated) misfit(*Event) (field, want string) {
	if d.Units != nil && (d.Reason == EndArrears || d.Reason == EndWithdrawal) {
		return "unit_ids", wantNoUnits
	}
	return "", ""
}

func (d *ChargeAdded) misfit(*Event) (field, want string) {
	if d.Period.To < d.Period.From {
		return "period", wantForward
	}
	return "", ""
}

func (d *Assigned) misfit(e *Event) (field, want string) {
	switch {
	case d.Ground == GroundRename && d.To != e.Account:
		return "to_account_id", wantSameName
	case d.Ground != GroundMerger && d.WalletAmount != nil:
		return "wallet_amount", wantNoWallet
	case d.Ground != GroundAgreed && d.Debts == DebtsRetained:
		return "debts", wantAssumed
	}
	return "", ""
}

func (d *UnitsAdded) misfit(e *Event) (field, want string) {
	switch {
	case d.Until.IsZero() && d.Term.Count == 0:
		return "until", wantLength
	case !d.Until.IsZero() && d.Term.Count != 0:
		return "term", wantOneOfTwo
	case !d.Until.IsZero() && d.Until <= e.Time.Date():
		return "until", wantLater
	}
	return "", ""
}

func (d *LateFeeCapped) misfit(*Event) (field, want string) {
	switch {
	case d.Rate.Text == "" && d.Total == nil:
		return "rate", wantCap
	case d.Rate.Text != "" && d.Total != nil:
		return "total", wantOneOfTwo
	}
	return "", ""
}
