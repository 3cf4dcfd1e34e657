package projections

import (
	"math/big"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// SLA time (4.7): a multiple of the time a server could not be used, added to its term; worth at most the fees paid for
// that server. It is time only, never cash.

var (
	ruleSLA = Rule{"4.7", "因提供方故障无法使用的时间，按产品倍数补偿该台服务器的服务时长；重叠时间只计一次，停用期间不计；累计价值以该台已付费用为限。",
		"Time a server could not be used, through the provider's fault or an unknown cause, extends its term by " +
			"a multiple; time is counted once, not while suspended, " +
			"and its value in all is limited to the fees paid for that server."}
	ruleOutage = Rule{"4.7", "故障时间为解决时间减开始时间，取并集，扣除停用时间。",
		"Outage time is resolution less start, counted once where outages overlap, without suspensions."}
	ruleProvisional = Rule{"4.7", "未解决的故障暂按此刻解决计算，尚未补偿。",
		"What open outages would earn if they were resolved at this instant; not granted yet."}
)

// outageTime is an outage's time as it counts for one unit.
type outageTime struct {
	outage *outage
	to     civil.Instant  // when it was over, for the unit
	time   civil.Duration // that no other outage has taken
	raw    civil.Duration
}

// grant is the SLA time of one resolved outage of one unit.
type grant struct {
	at      civil.Instant // the resolution
	outage  *outage
	term    int // in which the outage started
	price   price
	raw     civil.Duration
	granted civil.Duration
	fees    money.Exact // paid for the unit at the resolution, or as of the instant asked about
	before  money.Exact // what earlier grants are worth
}

// multiplier is how many times an outage counts for the product that a unit was of when it started.
func (o *outage) multiplier(u *unit) int {
	return o.terms(u.contract).SLAMultiplier[u.productAt(o.from)]
}

// terms is the version that governs the outage: the one in force at its start (3.1).
func (o *outage) terms(c *contract) *Terms { return c.terms(o.from) }

// grant turns a resolved outage into SLA time.
func (u *unit) grant(o *outage) {
	if !o.isCovered(u.contract) {
		return
	}
	raw := u.addOutageTime(o, o.to)
	k := u.termOf(o)
	g := grant{at: o.to, outage: o, term: k, price: u.price(k, o.from), raw: raw, fees: u.feesPaid(o.to)}
	g.granted, g.before = civil.Shorter(raw, u.room(g.price, g.fees)), u.value
	u.grants = append(u.grants, g)
	u.addGrant(&g)
	if o.terms(u.contract).SLACapTime == events.CapAsOf {
		u.capFollows, u.contract.capFollows = true, true
	}
}

// worth is what a grant is worth, in fen: its time at the price of the term in which the outage started.
func (g *grant) worth() money.Exact { return g.price.of(g.granted) }

// addGrant adds a grant to the unit's sums.
func (u *unit) addGrant(g *grant) {
	u.value.AddExact(g.worth())
	u.granted = u.granted.Add(g.granted)
}

// addOutageTime adds a closed outage's time to the unit's, as far as no other outage has taken it, and returns the raw
// SLA time.
func (u *unit) addOutageTime(o *outage, to civil.Instant) civil.Duration {
	fresh := u.fresh(o, to)
	for _, i := range fresh {
		u.covered = u.covered.add(i)
	}
	c := outageTime{o, to, fresh.length(), fresh.length().Times(o.multiplier(u))}
	u.outageTimes = append(u.outageTimes, c)
	return c.raw
}

// fresh is the time of an outage until t that no outage resolved before has taken, without suspensions.
func (u *unit) fresh(o *outage, t civil.Instant) intervals {
	terms := o.terms(u.contract)
	if terms.SLAClipAtNominalEnd {
		t = civil.Earlier(t, u.nominalEnd(t))
	}
	if !o.counts.Before(t) {
		return nil
	}
	fresh := u.covered.less(interval{o.counts, t}).minus(u.idle(interval{o.counts, t}))
	if terms.SLAExcludedOverlap == events.OverlapSubtracts {
		fresh = fresh.minus(u.excludedUntil(t))
	}
	return fresh
}

// nominalEnd is when the unit's paid terms end, pauses made up for, SLA time left out.
func (u *unit) nominalEnd(t civil.Instant) civil.Instant {
	return u.paidEnd().Add(u.pausedUntil(t)).Add(u.given)
}

// excludedUntil is the time until t during which an excluded cause made the unit unusable (7.2).
func (u *unit) excludedUntil(t civil.Instant) intervals {
	set := append(intervals(nil), u.excluded...)
	for _, o := range u.ongoing {
		u.contract.account.step()
		set = set.add(o.excludedUntil(u.contract, t))
	}
	return set
}

// feesPaid is what was paid for the server by t, or by its end or the contract's: money that comes later brings back no
// SLA time. A postpaid fee counts as paid from the start of its term until it is overdue; then, as before, its share in
// cash.
func (u *unit) feesPaid(t civil.Instant) (sum money.Exact) {
	c := u.contract
	if !c.running() || u.end.event != nil {
		return u.feesAtEnd
	}
	for u.paidTerms < len(u.terms) && c.served[u.terms[u.paidTerms].fee].unpaid() == 0 {
		u.paidFees += u.terms[u.paidTerms].share
		u.paidTerms++
	}
	for u.paidLayers < len(u.layers) && c.served[u.layers[u.paidLayers].fee].unpaid() == 0 {
		u.paidFees += u.layers[u.paidLayers].amount
		u.paidLayers++
	}
	sum.AddExact(u.earlierFees)
	sum.Add(u.paidFees)
	for k := u.paidTerms; k < len(u.terms); k++ {
		c.account.step()
		u.addPaid(&sum, k, u.terms[k].fee, u.terms[k].share, t)
	}
	for n := u.paidLayers; n < len(u.layers); n++ {
		c.account.step()
		u.addPaid(&sum, u.layers[n].term, u.layers[n].fee, u.layers[n].amount, t)
	}
	return sum
}

// addPaid adds what counts as paid by t of a part of term k's price.
func (u *unit) addPaid(sum *money.Exact, k, fee int, part money.Fen, t civil.Instant) {
	i := u.contract.served[fee]
	onCredit := i.owed && overdueDays(i.due, t) == 0 && !u.clock(t).Before(u.startOf(k))
	if onCredit || i.unpaid() == 0 {
		sum.Add(part)
	} else {
		sum.AddShare(part, int64(max(0, i.servicePaid())), int64(i.serviceFee()))
	}
}

// ratSeconds is a duration in seconds.
func ratSeconds(d civil.Duration) *big.Rat {
	r := new(big.Rat).SetInt64(d.Seconds())
	if d.Nanoseconds() == 0 {
		return r
	}
	return r.Add(r, big.NewRat(int64(d.Nanoseconds()), 1e9))
}

// termOf is the term in which an outage started, as far as terms are in effect now.
func (u *unit) termOf(o *outage) int { return u.termAt(u.clock(o.from)) }

// room is the SLA time at a price, in whole seconds, for which the fees paid, less the value granted, still have room.
func (u *unit) room(p price, fees money.Exact) civil.Duration {
	fees.AddNegative(u.value)
	return p.buys(fees)
}

// roomFor is the room for the SLA time of an outage if it were granted at t.
func (u *unit) roomFor(o *outage, t civil.Instant) civil.Duration {
	return u.room(u.price(u.termOf(o), o.from), u.feesPaid(t))
}

// regrant measures grants again whose cap follows the fees paid as of the instant asked about.
func (c *contract) regrant() {
	if !c.capFollows {
		return
	}
	for _, u := range c.units {
		if u.capFollows {
			u.regrant(c.account.now)
		}
	}
}

func (u *unit) regrant(t civil.Instant) {
	u.value, u.granted = u.earlierValue, civil.Duration{}
	for n := u.earlierGrants; n < len(u.grants); n++ {
		u.contract.account.step()
		g := &u.grants[n]
		if g.outage.terms(u.contract).SLACapTime == events.CapAsOf {
			g.fees = u.feesPaid(t)
		}
		g.granted, g.before = civil.Shorter(g.raw, u.room(g.price, g.fees)), u.value
		u.addGrant(g)
	}
}

// openCovered is the outage that an open one counts from: the covered one that counts from the earliest instant. nil
// for none.
func (u *unit) openCovered() (first *outage) {
	for _, o := range u.ongoing {
		u.contract.account.step()
		if o.isCovered(u.contract) && (first == nil || o.counts.Before(first.counts)) {
			first = o
		}
	}
	return first
}

// provisional is the SLA time that open outages would earn if they were resolved at t.
func (u *unit) provisional(t civil.Instant) civil.Duration {
	o := u.openCovered()
	if o == nil {
		return civil.Duration{}
	}
	raw := u.fresh(o, t).length().Times(o.multiplier(u))
	return civil.Shorter(raw, u.roomFor(o, t))
}
