package projections

import (
	"cmp"
	"context"
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
)

// Milestone is an instant at which something changes by itself, past or to come.
type Milestone struct {
	At       civil.Instant `json:"at"`
	What     string        `json:"what"`              // one of the names below
	Subject  string        `json:"subject,omitempty"` // the invoice or unit concerned
	Clause   string        `json:"clause"`
	EventIDs []string      `json:"event_ids"`
}

// What happens by itself.
const (
	whatDue           = "due_day_over"               // from then on overdue, and service may be withheld
	whatMayTerminate  = "right_to_terminate"         // for arrears
	whatRightLapses   = "right_to_terminate_lapses"  // a year on, if it was not used
	whatFeeNotable    = "late_fee_hundred_days"      // a court may find it too high
	whatOfferLapses   = "offer_lapses"               // of a dearer configuration that was not paid
	whatUnitEnds      = "unit_ends"                  //
	whatDataKept      = "data_kept_until"            // data of a unit may be gone from then on
	whatExpires       = "contract_expires"           //
	whatWindowOver    = "late_renewal_over"          // renewals may no longer be paid
	whatImpeded       = "impediment_notice_possible" // either side may give notice
	whatAssigned      = "contract_assigned"          // to the account, from another
	whatRenamed       = "customer_renamed"
	whatNoticeLastDay = "force_majeure_notice_day_over"
	whatProofLastDay  = "force_majeure_proof_day_over"
)

// MilestoneNames lists what happens by itself.
var MilestoneNames = []string{
	whatDue, whatMayTerminate, whatRightLapses, whatFeeNotable, whatOfferLapses, whatUnitEnds,
	whatDataKept, whatExpires, whatWindowOver,
	whatImpeded, whatNoticeLastDay, whatProofLastDay,
	whatAssigned, whatRenamed,
}

// Timeline is what changes by itself in a contract's life, given the facts that count at asOf and none after.
type Timeline struct {
	AccountID  string        `json:"account_id"`
	ContractID string        `json:"contract_id"`
	AsOf       civil.Instant `json:"as_of"`
	KnownAtSeq uint64        `json:"known_at_seq"`
	Milestones []Milestone   `json:"entries"` // by instant
}

// TimelineOf lists what changes by itself in a contract's life. ok is false when no fact of the contract counts.
func TimelineOf(ctx context.Context, id, contract string, own, others []Fact,
	asOf civil.Instant) (t Timeline, ok bool, err error) {
	defer stopped(&err)
	a := newAccount(ctx, id, others, asOf)
	a.ends = &[]unitEnd{}
	a.fold(own, others, asOf)
	t = Timeline{AccountID: id, ContractID: contract, AsOf: asOf, Milestones: []Milestone{}}
	c := a.contracts[contract]
	if c == nil || !c.exists {
		return t, false, nil
	}
	a.advance(civil.End, rankExpiry)
	if c.order != nil {
		t.addEnds(c, *a.ends)
		t.addInvoices(c)
		t.addForceMajeure(c)
		t.addPassages(c)
		t.addData(c)
	}
	slices.SortFunc(t.Milestones, compareMilestones)
	t.Milestones = slices.CompactFunc(t.Milestones, func(x, y Milestone) bool { return compareMilestones(x, y) == 0 })
	return t, true, nil
}

func compareMilestones(x, y Milestone) int {
	return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.What, y.What), cmp.Compare(x.Subject, y.Subject),
		slices.Compare(x.EventIDs, y.EventIDs))
}

// unitEnd notes a unit running out while an account is folded.
type unitEnd struct {
	at     civil.Instant
	server *server
}

func (t *Timeline) add(at civil.Instant, what, subject, clause string, by ...*events.Event) {
	t.Milestones = append(t.Milestones, Milestone{at, what, subject, clause, idsOf(by)})
}

// addEnds lists the ends of units and of the contract.
func (t *Timeline) addEnds(c *contract, ends []unitEnd) {
	for _, end := range ends {
		if end.server.unit.contract == c {
			t.add(end.at, whatUnitEnds, end.server.id, "6.1", end.server.unit.provisioned)
		}
	}
	if c.end.status == Expired {
		t.add(c.end.at, whatExpires, "", "6.1", c.deliveries...)
		if until := c.windowUntil(); !until.IsZero() {
			t.add(until, whatWindowOver, "", "11.2", c.deliveries...)
		}
	}
}

// addInvoices lists what a due date brings about while the principal is unpaid.
func (t *Timeline) addInvoices(c *contract) {
	days := c.distinct(func(t *Terms) int { return t.TerminationAfterDays })
	for _, i := range slices.Concat(c.invoices, c.charges) {
		c.account.step()
		if i.lapsed && i.kind == changeInvoice {
			t.add(i.change.lapsedAt, whatOfferLapses, i.id, "2.1", i.event, i.change.lapsedBy)
		}
		if i.due == 0 || !i.owed {
			continue
		}
		unpaid := func(at civil.Instant) bool { return i.unpaid() > 0 || at.Before(i.settled.at) }
		for _, f := range i.formerDues {
			if at := f.due.End(); at.Before(f.until) && unpaid(at) {
				t.add(at, whatDue, i.id, "2.2.2", i.event, f.event)
			}
		}
		if at := i.due.End(); unpaid(at) {
			t.add(at, whatDue, i.id, "2.2.2", i.event, i.dueEvent)
		}
		if at := (i.due + 99).End(); unpaid(at) {
			t.add(at, whatFeeNotable, i.id, "2.2.2", i.event, i.dueEvent)
		}
		if i.grantsEnd() {
			t.addRight(c, i, days, unpaid)
		}
	}
}

// addRight lists the right to terminate for arrears, and its lapse (CC 564).
func (t *Timeline) addRight(c *contract, i *invoice, days []int, unpaid func(civil.Instant) bool) {
	for _, n := range days {
		day := i.due + civil.Date(n)
		at := day.End()
		if c.terms(at).TerminationAfterDays != n || !unpaid(at) || !c.runsAt(at) {
			continue
		}
		t.add(at, whatMayTerminate, i.id, "2.2.2", i.event, i.dueEvent)
		if lapse := (day + 1).AddMonths(12).Start(); unpaid(lapse) && c.runsAt(lapse) {
			t.add(lapse, whatRightLapses, i.id, "CC 564", i.event, i.dueEvent)
		}
	}
}

// addForceMajeure lists when notice of an impediment may end the contract (7.2(end)), and the last days for notice and
// proof of force majeure (8.3).
func (t *Timeline) addForceMajeure(c *contract) {
	days := c.distinct(func(t *Terms) int { return t.ImpedimentDays })
	for _, u := range slices.Concat(c.units, c.ended) {
		t.addImpediments(u, days)
		for _, s := range u.suspensions {
			c.account.step()
			if s.reason == events.SuspendForceMajeure {
				t.addNoticeDays(s.from, s.events[0])
			}
		}
	}
	for _, o := range c.outages {
		if o.cause == events.CauseForceMajeure {
			t.addNoticeDays(o.from, o.events[0])
		}
	}
}

// addImpediments lists when notice of what impedes a unit may be given.
func (t *Timeline) addImpediments(u *unit, days []int) {
	for _, i := range u.impediments() {
		for _, n := range days {
			at := (i.from.Date() + civil.Date(n)).End()
			if u.contract.terms(at).ImpedimentDays != n || !u.runsAt(at) || !i.to.IsZero() && !at.Before(i.to) {
				continue
			}
			for _, s := range u.servers {
				t.add(at, whatImpeded, s.id, "7.2(end)", i.events...)
			}
		}
	}
}

func (t *Timeline) addNoticeDays(from civil.Instant, by *events.Event) {
	t.add((from.Date() + 5).End(), whatNoticeLastDay, "", "8.3", by)
	t.add((from.Date() + 20).End(), whatProofLastDay, "", "8.3", by)
}

// runsAt reports whether the contract had not come to an end at t.
func (c *contract) runsAt(t civil.Instant) bool { return c.running() || t.Before(c.end.at) }

// runsAt reports whether neither the unit nor the contract had been ended at t.
func (u *unit) runsAt(t civil.Instant) bool {
	return u.contract.runsAt(t) && (u.end.event == nil || t.Before(u.end.event.Time))
}

// distinct lists the values that a parameter has in any version.
func (c *contract) distinct(of func(*Terms) int) []int {
	var list []int
	versions := c.versions()
	for n := range versions {
		list = append(list, of(&versions[n].terms))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// addPassages lists when the contract passed from one account to another, and when its customer got another name.
func (t *Timeline) addPassages(c *contract) {
	for _, p := range c.passages {
		what, to := whatAssigned, p.event.Data.(*events.Assigned).To
		if to == p.event.Account {
			what = whatRenamed
		}
		t.add(p.at, what, to, "11.5", p.event)
	}
}
