package projections

import (
	"fmt"

	"zhangben/events"
	"zhangben/events/money"
)

// settlePrepaid splits the fees paid into refund, forfeiture and revenue.
func (s *settlement) settlePrepaid() {
	served := s.earnedOfPaid()
	s.retainEnded()
	s.settleUsed()
	for k := range s.fees {
		f := &s.fees[k]
		s.retain(f.paid, f.invoice, &ruleKept, f.paid.String)
	}
	before := s.settled.refund
	switch {
	case s.reason == events.EndMutual:
		return
	case s.rule == events.RefundFull:
		s.refundRest(s.earnedForRefund(), &ruleFull)
	case s.rule == events.RefundDayProRata, s.reason == events.EndArrears:
		s.refundRest(s.earnedForRefund(), &ruleDays)
	case s.rule == events.RefundMonthCeil && s.last:
		s.refundAboveMonths()
	case s.rule == events.RefundMonthCeil:
		s.refundRest(s.earnedByMonths(s.units, s.event.Time), &ruleMonths)
	}
	refund := s.settled.refund - before
	s.retain(-refund, nil, &ruleRefunded, (-refund).String)
	if s.reason == events.EndBreach {
		s.forfeitRest(served, refund)
	}
}

// retainEnded keeps, when the contract ends, what servers that ended before have left.
func (s *settlement) retainEnded() {
	for _, i := range s.served {
		kept := i.kept.Round()
		s.retain(kept, i, &ruleKept, kept.String)
	}
}

// paid is what was paid of the fees.
func (s *settlement) paid() (sum money.Fen) {
	for k := range s.fees {
		sum += s.fees[k].paid
	}
	return sum
}

// earnedOfPaid is what is earned of what was paid, fee by fee.
func (s *settlement) earnedOfPaid() []money.Exact {
	earned := s.earnedOf(s.units, s.event.Time)
	for k := range earned {
		if paid := s.fees[k].paid; earned[k].Cmp(paid) > 0 {
			earned[k] = money.Exact{}
			earned[k].Add(paid)
		}
	}
	return earned
}

// forfeitRest keeps as damages what was paid and is neither served nor refunded.
func (s *settlement) forfeitRest(served []money.Exact, refund money.Fen) {
	var sum money.Exact
	rest := make([]money.Exact, len(served))
	for k := range served {
		sum.AddExact(served[k])
		rest[k].Add(s.fees[k].paid - s.fees[k].refunded)
		if served[k].Cmp(s.fees[k].paid-s.fees[k].refunded) < 0 {
			rest[k].AddNegative(served[k])
		} else {
			rest[k] = money.Exact{}
		}
	}
	paid, earned := s.paid(), sum.Round()
	left := max(0, paid-earned-refund)
	for k, part := range spread(left, rest) {
		s.fees[k].forfeited = part
	}
	s.forfeit(left, nil, &ruleBreach, func() string { return fmt.Sprintf("%v − %v − %v", paid, earned, refund) })
	s.retain(-left, nil, &ruleBreach, (-left).String)
}

// settleUsed leaves owed what the provider may keep of an order that was used and not paid in full.
func (s *settlement) settleUsed() {
	if !s.isUsedUnpaid() {
		return
	}
	earned := s.earnedForRefund()
	switch {
	case s.rule == events.RefundMonthCeil:
		earned = s.withinFees(s.earnedByMonths(s.units, s.event.Time))
	case s.rule == events.RefundNone && s.reason != events.EndMutual && s.reason != events.EndArrears:
		earned = s.earnedOf(s.units, s.event.Time)
	}
	f := &s.fees[0]
	owed := max(0, s.round(f, earned[0])-f.paid)
	f.released = f.fee - f.paid - owed
	if s.last {
		s.oweUsed(f.released)
	} else {
		s.release(f.invoice, f.released)
	}
	s.retain(owed, f.invoice, &ruleUsed, func() string { return fmt.Sprintf("%v − %v", f.paid+owed, f.paid) })
}

// refundRest refunds what was paid of each fee beyond what is earned of it, rounded once.
func (s *settlement) refundRest(earned []money.Exact, rule *Rule) {
	rest, sum := s.rest(earned)
	for k, part := range money.Apportion(sum.Round(), rest) {
		f := &s.fees[k]
		f.refunded = part
		s.refund(part, f.invoice, rule, func() string {
			return fmt.Sprintf("%v − %s = %s", f.paid, yuan(earned[k].Rat()), rounded(rest[k].Rat()))
		})
	}
}

// rest is what was paid of each fee beyond what is earned of it.
func (s *settlement) rest(earned []money.Exact) (rest []money.Exact, sum money.Exact) {
	rest = make([]money.Exact, len(s.fees))
	for k := range s.fees {
		if paid := s.fees[k].paid; earned[k].Cmp(paid) < 0 {
			rest[k].Add(paid)
			rest[k].AddNegative(earned[k])
			sum.AddExact(rest[k])
		}
	}
	return rest, sum
}

// refundAboveMonths refunds what was paid above the charge for the months served, which is rounded once.
func (s *settlement) refundAboveMonths() {
	var charge money.Exact
	earned := s.earnedByMonths(s.units, s.event.Time)
	for _, e := range earned {
		charge.AddExact(e)
	}
	paid := s.paid()
	charged := min(paid, max(0, charge.Round()))
	rest, _ := s.rest(s.withinFees(earned))
	for k, part := range spread(paid-charged, rest) {
		s.fees[k].refunded = part
	}
	s.refund(paid-charged, nil, &ruleMonths, func() string {
		if charge.Cmp(0) < 0 {
			return paid.String()
		}
		return fmt.Sprintf("%v − min(%v, %s)", paid, paid, rounded(charge.Rat()))
	})
}
