package projections

import (
	"fmt"
	"slices"

	"zhangben/events"
	"zhangben/events/money"
)

var (
	ruleKept   = Rule{"6.3", "终止前已收的服务费。", "Service fees received before the end."}
	ruleBreach = Rule{"6.2.2", "客户严重违反约定而终止的，已收未履行部分不退，作为违约金。",
		"Ended for the customer's serious breach: what was received and not yet served is kept as liquidated damages."}
	ruleMutual  = Rule{"6.2.1", "双方协商终止，按约定金额退还。", "Ended by agreement: the sum agreed is refunded."}
	ruleArrears = Rule{"2.2.2", "因欠费终止，未提供服务的费用不再应付，已付超出部分退还。",
		"Ended for arrears: fees of service not delivered are released, and what was paid beyond is refunded."}
	ruleWholeFee = Rule{"2.2.2", "因欠费终止而全额费用仍应付的，未提供服务的部分作为违约金。",
		"Ended for arrears under terms that keep the whole fee due: the part not served is kept as liquidated damages."}
	ruleDays = Rule{"4.6", "按日退还剩余部分：费用乘以未服务天数的比例，已起算之日计为已服务；补偿时长不计。",
		"The rest is refunded by days: a started day counts as served, SLA time counts neither way."}
	ruleFull   = Rule{"11.2", "按条款全额退还已付服务费。", "All that was paid for the service is refunded, as the terms say."}
	ruleMonths = Rule{"6.2.3", "因不可抗力终止，按实际服务月数计费，不足一月按一月，余款退入余额。",
		"Ended for force majeure: the months served are charged, a started one in full, and the rest is refunded."}
)

// settled is what ends have come to so far.
type settled struct {
	refund       money.Fen
	forfeited    money.Fen
	compensation money.Fen // agreed above what was paid
	revenue      money.Fen // from terms, once the contract was terminated
}

// settlement is what a termination leaves: the refund, which goes to the wallet, what is forfeited, the revenue, and
// which fees are released (4.6, 6.2, 7.2(end), CC 566). SLA time counts neither way, or it would be cash.
type settlement struct {
	*contract
	event  *events.Event
	reason events.EndReason
	rule   events.RefundRule
	spread bool    // whether what is earned is by the schedule of revenue, not by days
	units  []*unit // that end
	last   bool    // whether the contract ends with them
	fees   []endedFee
}

// endedFee is what of a fee is that of the servers that end, and what becomes of it; the rest is revenue.
type endedFee struct {
	invoice   *invoice
	fee       money.Fen
	paid      money.Fen // of the fee: what is unpaid of the invoice is theirs before it is others'
	released  money.Fen
	refunded  money.Fen
	forfeited money.Fen
	agreed    money.Fen // refunded by agreement

	fraction money.Exact // by which what is earned is more than was rounded
}

// kept is what is revenue, in whole fen.
func (f *endedFee) kept() money.Fen { return f.fee - f.released - f.refunded - f.forfeited - f.agreed }

// settle settles the end of some servers, or of the contract.
func (c *contract) settle(e *events.Event, d *events.Terminated, units []*unit, last bool) {
	s := &settlement{contract: c, event: e, reason: d.Reason, rule: c.terms(e.Time).RefundRule[d.Reason],
		units: units, last: last, fees: c.feesOf(units, last)}
	if slices.Contains(c.terms(e.Time).RefundCountsSLA, d.Reason) {
		s.countSLA()
	}
	refund := c.settled.refund
	if c.postpaid() {
		s.settlePostpaid()
	} else {
		s.settlePrepaid()
	}
	if d.Reason == events.EndMutual && last == (d.Units == nil) {
		s.settleAgreed(d.AgreedRefund.Fen)
	}
	for n := range s.fees {
		s.enter(&s.fees[n])
	}
	c.account.credit(c.settled.refund-refund, &ruleRefunded, c)
}

// countSLA has a refund, where the reason has one, be what is not earned by the schedule of revenue (4.6).
func (s *settlement) countSLA() {
	switch {
	case s.rule == events.RefundMonthCeil:
		s.rule, s.spread = events.RefundDayProRata, true
	case s.rule == events.RefundDayProRata, s.reason == events.EndArrears, s.reason == events.EndMutual:
		s.spread = true
	}
}

// feesOf lists what of each fee is that of some servers, or of all that are left; postpaid fees are settled as a whole.
func (c *contract) feesOf(units []*unit, left bool) []endedFee {
	fees := make([]endedFee, len(c.served))
	for _, u := range units {
		for k := range u.terms {
			fees[u.terms[k].fee].fee += u.fee(k)
		}
		for n := range u.layers {
			fees[u.layers[n].fee].fee += u.layers[n].amount * money.Fen(u.count())
		}
	}
	for k := range fees {
		f, i := &fees[k], c.served[k]
		switch {
		case left && c.postpaid():
			f.fee = i.serviceFee()
		case left:
			f.fee = i.serviceFee() - i.kept.Round()
		}
		f.invoice, f.paid = i, max(0, f.fee-i.unpaid())
	}
	return fees
}

// enter writes down with the invoice what became of the fee.
func (s *settlement) enter(f *endedFee) {
	f.invoice.released += f.refunded
	f.invoice.returned += f.refunded
	if !s.last {
		f.invoice.kept.Add(f.kept())
		f.invoice.kept.AddExact(f.fraction)
		f.invoice.apart += f.forfeited + f.agreed
	}
}

// settleAgreed refunds what was agreed (6.2.1), out of what the provider would have kept; what is agreed above that is
// compensation.
func (s *settlement) settleAgreed(agreed money.Fen) {
	s.refund(agreed, nil, &ruleMutual, agreed.String)
	var sum money.Fen
	parts := make([]money.Exact, len(s.fees))
	for n := range s.fees {
		kept := s.fees[n].kept()
		parts[n].Add(kept)
		sum += kept
	}
	kept := min(agreed, sum)
	for n, part := range spread(kept, parts) {
		s.fees[n].agreed = part
	}
	s.retain(-kept, nil, &ruleMutual, (-kept).String)
	if above := agreed - kept; above > 0 {
		s.settled.compensation += s.account.explanation.amount(figureCompensation, above, s.contract, func() grounds {
			return s.grounds(&ruleMutual, nil, fmt.Sprintf("%v − %v", agreed, kept))
		})
		s.except(s.event, RefundAbovePaid, "more was agreed than was paid; the difference is compensation")
	}
}

// spread splits a sum that was rounded by itself over fees, in proportion to parts of them.
func spread(sum money.Fen, parts []money.Exact) []money.Fen {
	weights := make([]int64, len(parts))
	for n := range parts {
		weights[n] = int64(parts[n].Round())
	}
	return money.Split(sum, weights)
}

// grounds says that the termination brought a line about.
func (s *settlement) grounds(rule *Rule, i *invoice, formula string) grounds {
	n := grounds{rule: rule, invoice: i, formula: formula, events: []*events.Event{s.event}}
	if i != nil {
		n.events = append(n.events, i.event)
	}
	return n
}

func (s *settlement) refund(amount money.Fen, i *invoice, rule *Rule, formula func() string) {
	s.settled.refund += s.account.explanation.amount(figureRefund, amount, s.contract,
		func() grounds { return s.grounds(rule, i, formula()) })
}

func (s *settlement) forfeit(amount money.Fen, i *invoice, rule *Rule, formula func() string) {
	s.settled.forfeited += s.account.explanation.amount(figureForfeited, amount, s.contract,
		func() grounds { return s.grounds(rule, i, formula()) })
}

// retain notes revenue. While the contract goes on, that of servers that ended stands with their invoices.
func (s *settlement) retain(amount money.Fen, i *invoice, rule *Rule, formula func() string) {
	if s.last {
		s.settled.revenue += s.account.explanation.amount(figureRevenue, amount, s.contract,
			func() grounds { return s.grounds(rule, i, formula()) })
	}
}

// round rounds what is earned of a fee: of single servers what they have not served is rounded, and the rest stays.
func (s *settlement) round(f *endedFee, earned money.Exact) money.Fen {
	if s.last {
		return earned.Round()
	}
	var rest money.Exact
	rest.Add(f.fee)
	rest.AddNegative(earned)
	return f.fee - rest.Round()
}

// earnedForRefund is what is earned of each fee where the rest is refunded: by days, without SLA time, which is never
// cash (4.7); with it only where the terms say so for the reason (4.6). Of what is refunded in full nothing is.
func (s *settlement) earnedForRefund() []money.Exact {
	switch {
	case s.rule == events.RefundFull:
		return make([]money.Exact, len(s.served))
	case s.spread:
		return s.earnedOf(s.units, s.event.Time)
	}
	return s.earnedByDays(s.units, s.event.Time)
}

// withinFees is what is charged by months, each between nothing and the fee: the months of a layer begin on other days
// than those of its term.
func (s *settlement) withinFees(charged []money.Exact) []money.Exact {
	list := slices.Clone(charged)
	for k := range list {
		if within := min(max(0, list[k].Round()), s.fees[k].fee); list[k].Cmp(0) < 0 || list[k].Cmp(s.fees[k].fee) > 0 {
			list[k] = money.Exact{}
			list[k].Add(within)
		}
	}
	return list
}

// settlePostpaid settles each fee by what is earned of it.
func (s *settlement) settlePostpaid() {
	earned := s.earnedForRefund()
	if s.rule == events.RefundMonthCeil {
		earned = s.withinFees(s.earnedByMonths(s.units, s.event.Time))
	}
	for k := range s.fees {
		f := &s.fees[k]
		if s.last {
			earned[k].AddExact(f.invoice.kept)
		}
		whole := min(f.fee, s.round(f, earned[k]))
		f.fraction = earned[k]
		f.fraction.Add(-whole)
		s.settleFee(f, whole)
	}
}

// settleFee settles one postpaid fee of which a part is earned.
func (s *settlement) settleFee(f *endedFee, earned money.Fen) {
	i, above := f.invoice, max(0, f.paid-earned)
	f.released = f.fee - max(earned, f.paid)
	beyond := func() string { return fmt.Sprintf("%v − %v", f.paid, earned) }
	refund := func(rule *Rule) {
		f.refunded = above
		s.refund(above, i, rule, beyond)
	}
	switch {
	case s.reason == events.EndArrears && s.terms(s.event.Time).PostpaidEndFee == events.WholeFee:
		f.released, f.forfeited = 0, f.fee-earned
		s.forfeit(f.forfeited, i, &ruleWholeFee, func() string { return fmt.Sprintf("%v − %v", f.fee, earned) })
	case s.reason == events.EndArrears:
		refund(&ruleArrears)
	case s.reason == events.EndMutual:
		s.retain(above, i, &ruleKept, above.String)
	case s.rule == events.RefundFull:
		refund(&ruleFull)
	case s.rule == events.RefundMonthCeil:
		refund(&ruleMonths)
	case s.rule == events.RefundDayProRata:
		refund(&ruleDays)
	case s.reason == events.EndBreach:
		f.forfeited = above
		s.forfeit(above, i, &ruleBreach, beyond)
	case s.reason == events.EndCustomerExit:
		f.released, f.fraction, earned = 0, money.Exact{}, f.fee // no clause lets go of the fee
	default:
		earned = f.fee - f.released
	}
	s.retain(earned, i, &ruleRevenue, earned.String)
	s.release(i, f.released)
}
