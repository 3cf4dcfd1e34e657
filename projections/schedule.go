package projections

import (
	"math/big"

	"zhangben/events/civil"
	"zhangben/events/money"
)

// schedule spreads the fees of a unit's terms over days: an axis that begins the day after provisioning, into which SLA
// time is worked. What is left of a fee when SLA time comes is spread over the days left and the SLA time.
type schedule struct {
	unit  *unit
	terms []scheduledTerm
	fees  []scheduledFee // those of terms, and what changes of configuration laid on them
}

// scheduledTerm is where a term lies on the axis.
type scheduledTerm struct{ from, end civil.Duration }

// scheduledFee is a fee spread over the rest of a term.
type scheduledFee struct {
	term     int
	fee      int // which of the invoices served pays it
	amount   money.Fen
	from     civil.Duration // of the rest
	num, den *big.Int       // the share not yet earned at from; nil for all of it
}

// schedule works the terms, layers and grants in, one after the other.
func (u *unit) schedule() *schedule {
	s := &schedule{unit: u}
	spreads := u.spreads()
	for n := range spreads {
		s.advance(spreads[n].at)
		s.spread(&spreads[n])
	}
	s.advance(civil.End)
	return s
}

// advance takes in the terms and layers that came into effect until t.
func (s *schedule) advance(t civil.Instant) {
	u := s.unit
	for k := len(s.terms); k < len(u.terms) && !u.terms[k].since.After(t); k++ {
		s.addTerm(k)
	}
	for n := len(s.fees) - len(s.terms); n < len(u.layers) && !u.layers[n].since.After(t); n++ {
		s.addLayer(&u.layers[n])
	}
}

// addTerm lays a term behind the one before.
func (s *schedule) addTerm(k int) {
	u, p := s.unit, scheduledTerm{}
	if k > 0 {
		p.from = s.terms[k-1].end
	}
	from, to := u.span(k)
	p.end = p.from.Add(civil.Days(to - from))
	s.terms = append(s.terms, p)
	s.fees = append(s.fees, scheduledFee{term: k, fee: u.terms[k].fee, amount: u.fee(k), from: p.from})
}

// addLayer lays a layer on the rest of its term, or of the one that runs by then.
func (s *schedule) addLayer(l *layer) {
	over := s.served(l.since)
	k := s.running(l.term, over)
	s.fees = append(s.fees, scheduledFee{term: k, fee: l.fee, amount: l.amount * money.Fen(s.unit.count()),
		from: civil.Longer(over, s.terms[k].from)})
}

// served is how much of the axis is over at t.
func (s *schedule) served(t civil.Instant) civil.Duration {
	return civil.Days(s.unit.servedDays(s.unit.clock(t)))
}

// running is the first term from k on that is not over.
func (s *schedule) running(k int, over civil.Duration) int {
	for k < len(s.terms)-1 && over.Compare(s.terms[k].end) >= 0 {
		k++
	}
	return k
}

// spread spreads what is left of the fees of the term in which the outage started over its remaining days and the SLA
// time. Where SLA time has moved that term away from the day of the grant, the running term takes them, or the term
// takes them when it comes. Later terms move on.
func (s *schedule) spread(g *grant) {
	if g.granted.IsZero() {
		return
	}
	u := s.unit
	k := s.running(g.term, u.clock(g.at).Sub(u.startedAt.Date().End()))
	over := s.served(g.at)
	for n := range s.fees {
		u.contract.account.step()
		switch f := &s.fees[n]; {
		case f.term > k:
			f.from = f.from.Add(g.granted)
		case f.term == k && over.Compare(f.from) > 0:
			f.num, f.den = s.left(f, over)
			f.from = civil.Shorter(over, s.terms[k].end)
		}
	}
	s.terms[k].end = s.terms[k].end.Add(g.granted)
	for n := k + 1; n < len(s.terms); n++ {
		s.terms[n].from, s.terms[n].end = s.terms[n].from.Add(g.granted), s.terms[n].end.Add(g.granted)
	}
}

// left is the share of a fee that is not yet earned when so much of the axis is over: from the last spread on it falls
// evenly to nothing. Shares are products over all spreads, which grow long; they are not reduced, for that would take
// the square of their length each time.
func (s *schedule) left(f *scheduledFee, over civil.Duration) (num, den *big.Int) {
	num, den = big.NewInt(1), big.NewInt(1)
	switch end := s.terms[f.term].end; {
	case f.from.Compare(end) >= 0:
		num = new(big.Int)
	case over.Compare(f.from) > 0:
		num, den = quotient(end.Sub(civil.Shorter(over, end)), end.Sub(f.from))
	}
	if f.num != nil {
		num.Mul(num, f.num)
		den.Mul(den, f.den)
	}
	return num, den
}

// earned is what is earned of a fee when so much of the axis is over.
func (s *schedule) earned(f *scheduledFee, over civil.Duration) (sum money.Exact) {
	if over.Compare(s.terms[f.term].end) >= 0 {
		sum.Add(f.amount)
		return sum
	}
	num, den := s.left(f, over)
	if num.Cmp(den) < 0 {
		sum.Add(f.amount)
		sum.AddFraction(new(big.Int).Mul(num, big.NewInt(-int64(f.amount))), den)
	}
	return sum
}

// addRespread adds the servers' shares of each fee along the unit's schedule.
func (u *unit) addRespread(sums []money.Exact, t civil.Instant) {
	s := u.schedule()
	over := s.served(t)
	for n := range s.fees {
		sums[s.fees[n].fee].AddExact(s.earned(&s.fees[n], over))
	}
}

// quotient is one duration over another, the other not zero, as short as it is in seconds or else in nanoseconds.
func quotient(a, b civil.Duration) (num, den *big.Int) {
	r := ratSeconds(a)
	r.Quo(r, ratSeconds(b))
	return r.Num(), r.Denom()
}

// ratDays is a duration in days.
func ratDays(d civil.Duration) *big.Rat {
	r := ratSeconds(d)
	return r.Quo(r, big.NewRat(86_400, 1))
}
