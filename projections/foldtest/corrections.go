package foldtest

import (
	"bytes"
	"slices"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/projections"
)

// corrected is a history after its corrections: what counts at an instant, in the order of the fold.
type corrected struct {
	facts    []*events.Event    // of the account
	bounced  map[uuid.UUID]bool // top-ups among them that bounced
	terms    []*events.Event    // versions of the terms
	causes   map[outageName]*events.OutageReclassified
	present  map[string]bool // contracts that an event names
	counts   bool            // whether any fact of the account counts
	troubles []trouble       // with the corrections themselves
}

// outageName tells outages of an account apart.
type outageName struct{ contract, outage string }

// trouble is an exception and the event it is about.
type trouble struct {
	event *events.Event
	code  projections.ExceptionCode
}

// correct applies voids, bounces and reclassifications. A void or reclassification acts once it is known, whatever its
// time; a bounce acts from its time on.
func correct(own, everybody []projections.Fact, asOf civil.Instant) *corrected {
	h := &corrected{causes: map[outageName]*events.OutageReclassified{}, present: map[string]bool{}}
	mine, all := inOrder(own), inOrder(everybody)
	standing := h.unvoided(mine, all)
	h.reclassify(standing, asOf)
	h.strangers(own, standing, asOf)
	h.ahead(own, standing, asOf)
	h.bounced = h.bounces(standing, asOf)
	h.keep(standing, asOf)
	for _, e := range (&corrected{}).unvoided(all, mine) {
		if e.Kind() == events.KindTermsPublished && notAfter(countsFrom(e), asOf) {
			h.terms = append(h.terms, e)
		}
	}
	slices.SortStableFunc(h.terms, func(a, b *events.Event) int { return countsFrom(a).Compare(countsFrom(b)) })
	return h
}

// strangers finds what only the ledger may state and others did.
func (h *corrected) strangers(own []projections.Fact, standing []*events.Event, asOf civil.Instant) {
	forbidden := map[events.Kind]projections.ExceptionCode{
		events.KindPeriodClosed:       projections.CloseNotByLedger,
		events.KindRejectionDismissed: projections.DismissalNotByLedger,
	}
	for _, f := range own {
		code, ledgers := forbidden[f.Event.Kind()]
		if ledgers && !f.ByLedger && slices.Contains(standing, f.Event) && !f.Event.Time.After(asOf) {
			h.trouble(f.Event, code)
		}
	}
}

// ahead finds what is dated more than a day after it was recorded, until its time comes.
func (h *corrected) ahead(own []projections.Fact, standing []*events.Event, asOf civil.Instant) {
	for _, f := range own {
		days := 1
		switch f.Event.Kind() {
		case events.KindVoided, events.KindOutageReclassified:
			continue
		case events.KindTermsPublished, events.KindNoticeSent, events.KindTerminated:
			days = 365
		}
		late := f.Event.Time.After(f.Recorded.Add(civil.Days(days)))
		if !f.Recorded.IsZero() && late && f.Event.Time.After(asOf) && slices.Contains(standing, f.Event) {
			h.trouble(f.Event, projections.DatedAhead)
		}
	}
}

// keep takes the facts that are dated up to asOf and did not bounce.
func (h *corrected) keep(standing []*events.Event, asOf civil.Instant) {
	for _, e := range standing {
		if e.Time.After(asOf) || e.Kind() == events.KindVoided {
			continue
		}
		h.counts = true
		if e.Kind() == events.KindPaymentBounced {
			continue
		}
		if e.Contract != "" {
			h.present[e.Contract] = true
		}
		lost := h.bounced[e.ID] && e.Kind() != events.KindToppedUp
		if !lost && e.Kind() != events.KindOutageReclassified {
			h.facts = append(h.facts, e)
		}
	}
}

// inOrder sorts by time, rank at one instant, and id.
func inOrder(facts []projections.Fact) []*events.Event {
	sorted := make([]*events.Event, len(facts))
	for i, f := range facts {
		sorted[i] = f.Event
	}
	slices.SortFunc(sorted, func(a, b *events.Event) int {
		if c := a.Time.Compare(b.Time); c != 0 {
			return c
		}
		if c := rank(a.Kind()) - rank(b.Kind()); c != 0 {
			return c
		}
		return bytes.Compare(a.ID[:], b.ID[:])
	})
	return sorted
}

// unvoided leaves out the voided of list. others are events of another account, which list's voids cannot reach.
func (h *corrected) unvoided(list, others []*events.Event) (standing []*events.Event) {
	voids, voided := voidsOf(list), map[uuid.UUID]bool{}
	for again := true; again; {
		again = false
		for _, v := range voids {
			if v.verdict == open {
				v.verdict = judge(v.event.ID, voids)
				again = again || v.verdict != open
			}
		}
	}
	for _, v := range voids {
		switch {
		case v.verdict == open:
			h.trouble(v.event, projections.VoidCycle)
		case v.verdict == fallen:
		case named(list, v.target) != nil:
			voided[v.target] = true
		case named(others, v.target) != nil:
			h.trouble(v.event, projections.VoidAccountMismatch)
		default:
			h.trouble(v.event, projections.VoidTargetUnknown)
		}
	}
	return slices.DeleteFunc(slices.Clone(list), func(e *events.Event) bool { return voided[e.ID] })
}

// voiding is a void, what it voids, and whether it stands.
type voiding struct {
	event   *events.Event
	target  uuid.UUID
	verdict verdict
}

type verdict int

const (
	open   verdict = iota // not decided yet; in the end: in a circle
	stands                // no standing void voids it
	fallen                // voided itself
)

func voidsOf(list []*events.Event) (voids []*voiding) {
	for _, e := range list {
		if v, ok := e.Data.(*events.Voided); ok {
			voids = append(voids, &voiding{event: e, target: v.Voids})
		}
	}
	return voids
}

func named(list []*events.Event, id uuid.UUID) *events.Event {
	for _, e := range list {
		if e.ID == id {
			return e
		}
	}
	return nil
}

// judge decides on one void as far as the others are decided.
func judge(id uuid.UUID, voids []*voiding) verdict {
	result := stands
	for _, v := range voids {
		if v.target != id {
			continue
		}
		switch v.verdict {
		case stands:
			return fallen
		case open:
			result = open
		}
	}
	return result
}

// bounces lists the payments and top-ups that had bounced by asOf.
func (h *corrected) bounces(standing []*events.Event, asOf civil.Instant) map[uuid.UUID]bool {
	gone := map[uuid.UUID]bool{}
	for _, e := range standing {
		b, ok := e.Data.(*events.PaymentBounced)
		if !ok || e.Time.After(asOf) {
			continue
		}
		target := named(standing, b.Payment)
		if target == nil || target.Time.After(asOf) || target.Kind() != events.KindPaid &&
			target.Kind() != events.KindToppedUp {
			h.trouble(e, projections.PaymentUnknown)
			continue
		}
		gone[target.ID] = true
		for _, report := range standing {
			ref := referenceOf(report)
			if ref != (reference{}) && ref == referenceOf(target) && report.Time.Before(e.Time) {
				gone[report.ID] = true
			}
		}
	}
	return gone
}

// reclassify notes the last word on each outage's cause.
func (h *corrected) reclassify(standing []*events.Event, asOf civil.Instant) {
	ordered, started := map[string]bool{}, map[outageName]bool{}
	for _, e := range standing {
		switch d := e.Data.(type) {
		case *events.Ordered:
			ordered[e.Contract] = ordered[e.Contract] || notAfter(e.Time, asOf)
		case *events.OutageStarted:
			started[outageName{e.Contract, d.Outage}] = true
		}
	}
	for _, e := range standing {
		d, ok := e.Data.(*events.OutageReclassified)
		switch {
		case !ok:
		case !ordered[e.Contract]:
			h.trouble(e, projections.ContractUnknown)
		case !started[outageName{e.Contract, d.Outage}]:
			h.trouble(e, projections.OutageStartUnknown)
		default:
			h.causes[outageName{e.Contract, d.Outage}] = d
		}
	}
}

func (h *corrected) trouble(e *events.Event, code projections.ExceptionCode) {
	h.troubles = append(h.troubles, trouble{e, code})
}
