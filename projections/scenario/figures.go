package scenario

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/projections"
)

// none stands for null and for empty lists.
const none = "none"

// known reports whether things of a sort have a figure of a name.
func known(what, name string) bool {
	figures, ok := map[string]any{
		"contract": projections.Figures{}, "unit": projections.UnitFigures{}, "invoice": projections.Invoice{},
		"claim": projections.Claim{}, "account": projections.AccountFigures{},
		"timeline": projections.Timeline{}, "why_not": projections.WhyNot{},
	}[what]
	if !ok {
		return false
	}
	_, ok = (&Scenario{}).spelled(figures, name)
	return ok
}

// Judge compares a row of a check with what the rules make of the story: it returns the figures as they came out, in
// the order of the row's fields, and what is not as it should be.
func (s *Scenario) Judge(c Check, r Row) (got, wrong []string) {
	thing, there := s.find(c, r)
	if there == r.Absent {
		return nil, []string{fmt.Sprintf("line %d: %s %s %s: absent is %t, want %t", r.Line, r.What, r.Contract, r.Part,
			!there, r.Absent)}
	}
	for _, f := range r.Fields {
		text, _ := s.spelled(thing, f.Name)
		got = append(got, text)
		if text != f.Want {
			wrong = append(wrong, fmt.Sprintf("line %d: %s is %s, want %s", r.Line, f.Name, text, f.Want))
		}
	}
	return got, wrong
}

// find works out what a row is about.
func (s *Scenario) find(c Check, r Row) (thing any, ok bool) {
	facts := s.Facts(c.Known)
	switch r.What {
	case "timeline":
		return c.timeline(r, facts)
	case "why_not":
		return c.whyNot(r, facts)
	}
	return findIn(c.Fold(r.Account, facts), r)
}

// findIn looks up what a row is about in its account's book.
func findIn(book projections.Book, r Row) (thing any, ok bool) {
	if r.What == "account" {
		return book.Account, book.Account.AccountID == r.Account
	}
	for _, c := range book.Contracts {
		if c.ContractID == r.Contract {
			return findPart(c, r)
		}
	}
	return nil, false
}

func findPart(c projections.Figures, r Row) (thing any, ok bool) {
	switch r.What {
	case "unit":
		i := slices.IndexFunc(c.Units, func(u projections.UnitFigures) bool { return u.UnitID == r.Part })
		return at(c.Units, i)
	case "invoice":
		i := slices.IndexFunc(c.Invoices, func(v projections.Invoice) bool { return v.InvoiceID == r.Part })
		return at(c.Invoices, i)
	case "claim":
		i := slices.IndexFunc(c.Claims, func(k projections.Claim) bool { return k.ClaimID == r.Part })
		return at(c.Claims, i)
	}
	return c, true
}

func at[T any](things []T, i int) (any, bool) {
	if i < 0 {
		return nil, false
	}
	return things[i], true
}

// spelled returns one figure of a thing as text.
func (s *Scenario) spelled(thing any, name string) (string, bool) {
	switch t := thing.(type) {
	case projections.Figures:
		return s.ofContract(t, name)
	case projections.UnitFigures:
		return ofUnit(t, name)
	case projections.Invoice:
		return ofInvoice(t, name)
	case projections.Claim:
		return ofClaim(t, name)
	case projections.AccountFigures:
		return s.ofAccount(t, name)
	case projections.Timeline:
		return ofTimeline(t, name)
	case projections.WhyNot:
		return ofWhyNot(t, name)
	}
	return "", false
}

func (s *Scenario) ofContract(c projections.Figures, name string) (string, bool) {
	switch name {
	case "status":
		return string(c.Status), true
	case "flags":
		return list(c.Flags), true
	case "product":
		return optional(c.Product), true
	case "mode":
		return optional(c.Mode), true
	case "quantity":
		return strconv.Itoa(c.Quantity), true
	case "starts_at":
		return optionalInstant(c.StartsAt), true
	case "ends_at":
		return optionalInstant(c.EndsAt), true
	case "termination":
		return ending(c.Termination), true
	case "exceptions":
		return s.exceptions(c.Exceptions), true
	}
	return ofMoney(name, map[string]money.Fen{
		"principal": c.Principal, "late_fee": c.LateFee, "due_total": c.DueTotal, "late_fee_accrued": c.LateFeeAccrued,
		"paid": c.Paid, "refund": c.Refund, "forfeited": c.Forfeited, "revenue": c.Revenue,
		"contract_liability": c.ContractLiability,
	})
}

func ofUnit(u projections.UnitFigures, name string) (string, bool) {
	switch name {
	case "ends_at":
		return optionalInstant(u.EndsAt), true
	case "value":
		return u.SLA.Value.String(), true
	}
	seconds, ok := map[string]int64{
		"outage_seconds": u.SLA.OutageSeconds, "raw_seconds": u.SLA.RawSeconds,
		"granted_seconds": u.SLA.GrantedSeconds, "provisional_seconds": u.SLA.ProvisionalSeconds,
	}[name]
	return strconv.FormatInt(seconds, 10), ok
}

func ofInvoice(v projections.Invoice, name string) (string, bool) {
	switch name {
	case "due_date":
		if v.DueDate == nil {
			return none, true
		}
		return v.DueDate.String(), true
	case "overdue_days":
		return strconv.Itoa(v.OverdueDays), true
	}
	return ofMoney(name, map[string]money.Fen{"amount": v.Amount, "principal": v.Principal, "late_fee": v.LateFee})
}

func ofClaim(k projections.Claim, name string) (string, bool) {
	switch name {
	case "claim_kind":
		return k.ClaimKind, true
	case "cap":
		if k.Cap == nil {
			return none, true
		}
		return k.Cap.String(), true
	}
	return ofMoney(name, map[string]money.Fen{"amount": k.Amount, "payable": k.Payable})
}

func (s *Scenario) ofAccount(a projections.AccountFigures, name string) (string, bool) {
	switch name {
	case "contracts":
		return list(a.Contracts), true
	case "exceptions":
		return s.exceptions(a.Exceptions), true
	}
	return ofMoney(name, map[string]money.Fen{
		"wallet": a.Wallet, "wallet_shortfall": a.WalletShortfall,
		"principal": a.Principal, "late_fee": a.LateFee, "due_total": a.DueTotal,
	})
}

func ofMoney(name string, amounts map[string]money.Fen) (string, bool) {
	amount, ok := amounts[name]
	return amount.String(), ok
}

func list[T ~string](items []T) string {
	if len(items) == 0 {
		return none
	}
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = string(item)
	}
	return strings.Join(texts, ",")
}

func optional(text *string) string {
	if text == nil {
		return none
	}
	return *text
}

func optionalInstant(at *civil.Instant) string {
	if at == nil {
		return none
	}
	return spell(*at)
}

func ending(t *projections.Termination) string {
	if t == nil {
		return none
	}
	return t.Reason + "@" + spell(t.At)
}

// exceptions lists codes in alphabetical order, each with the label of its event if that has one.
func (s *Scenario) exceptions(all []projections.Exception) string {
	texts := make([]string, len(all))
	for i, x := range all {
		texts[i] = string(x.Code) + s.labelOf(x.EventID)
	}
	slices.Sort(texts)
	return list(texts)
}

func (s *Scenario) labelOf(id string) string {
	for i, e := range s.Events {
		if s.eventID(i) == id {
			return e.Label
		}
	}
	return ""
}
