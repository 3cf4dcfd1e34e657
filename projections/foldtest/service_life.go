package foldtest

import (
	"fmt"

	"zhangben/events"
	"zhangben/events/civil"
)

func (t *teller) provisioning(s *subject) {
	s.last = t.near(s.last, 4)
	var ids []string
	for i := range s.quantity {
		ids = append(ids, fmt.Sprintf("u%d", i+1))
	}
	if t.maybe(3) {
		ids = append(ids, "u9")
	}
	if n := len(ids); n > 1 && t.maybe(30) { // in stages
		first := 1 + t.IntN(n-1)
		t.fact(s.last, events.KindProvisioned, s.id, map[string]any{"unit_ids": ids[:first]})
		s.last, ids = t.near(s.last, 20), ids[first:]
	}
	t.fact(s.last, events.KindProvisioned, s.id, map[string]any{"unit_ids": ids})
}

// units names some units, or none for all.
func (t *teller) units(s *subject, d map[string]any) map[string]any {
	if t.maybe(50) {
		return d
	}
	var ids []string
	for i := range s.quantity {
		if t.maybe(60) {
			ids = append(ids, fmt.Sprintf("u%d", i+1))
		}
	}
	if len(ids) == 0 || t.maybe(5) {
		ids = append(ids, one(t, []string{"u9", "u8"}))
	}
	d["unit_ids"] = ids
	return d
}

func (t *teller) replacement(s *subject) {
	ids := []string{"u1", "u1", "u2", "u3", "u7"}
	t.fact(s.last, events.KindUnitReplaced, s.id, map[string]any{"unit_id": one(t, ids), "new_unit_id": one(t, ids),
		"reason": "defect"})
}

func (t *teller) cause() string {
	return one(t, []string{"provider_fault", "provider_fault", "provider_fault", "unknown", "carrier", "maintenance",
		"force_majeure", "customer"})
}

func (t *teller) outage(s *subject) {
	id := one(t, []string{"O1", "O2", "O3", "O4"})
	d := t.units(s, map[string]any{"outage_id": id, "cause": t.cause()})
	if t.maybe(30) {
		d["notice_at"] = t.near(s.last, 2).String()
	}
	if t.maybe(10) {
		d["degree"] = one(t, []string{"unusable", "degraded"})
	}
	t.fact(s.last, events.KindOutageStarted, s.id, d)
	if t.maybe(80) {
		end := s.last.Add(civil.Seconds(t.Int64N(one(t, []int64{10, 4000, 40_000, 400_000, 4_000_000}))))
		t.fact(t.near(end, 3), events.KindOutageResolved, s.id, map[string]any{"outage_id": id})
	}
	if t.maybe(15) {
		r := map[string]any{"outage_id": id, "cause": t.cause()}
		if t.maybe(30) {
			r["degree"] = one(t, []string{"unusable", "degraded"})
		}
		t.fact(t.aimed(s.last, 30), events.KindOutageReclassified, s.id, r)
	}
}

func (t *teller) suspension(s *subject) {
	d := t.units(s, map[string]any{"reason": one(t, []string{"arrears", "violation", "force_majeure", "impediment",
		"impediment"})})
	t.fact(s.last, events.KindSuspended, s.id, d)
	if t.maybe(70) {
		days := one(t, []int{1, 3, 20, 45, 60})
		t.fact(t.near(s.last, days), events.KindResumed, s.id, t.units(s, map[string]any{}))
	}
}

// unitEnd ends some units.
func (t *teller) unitEnd(s *subject) {
	at := s.last
	reason := one(t, []string{"mutual", "breach", "force_majeure", "provider_cancelled", "provider_cancelled",
		"impediment", "provider_breach", "customer_exit"})
	d := map[string]any{"reason": reason, "unit_ids": []string{one(t, unitIDs)}}
	if t.maybe(20) {
		d["unit_ids"] = []string{"u1", "u2"}
	}
	switch reason {
	case "mutual":
		d["agreed_refund"] = one(t, []string{"0", t.amount(s.fee / 3), t.amount(s.fee)})
	case "provider_cancelled", "impediment":
		d["notice_at"] = t.near(minus(at, civil.Days(1+t.IntN(20))), 2).String()
	}
	t.fact(at, events.KindTerminated, s.id, d)
}

// grant adds time.
func (t *teller) grant(s *subject) {
	d := t.units(s, map[string]any{"grant_id": one(t, []string{"g1", "g2", "g3", "g4"}),
		"duration": one(t, []string{"P1M", "P5D", "P2M", "P1Y", "PT3600S", "PT1S", "P1D"}),
		"reason":   one(t, []string{"gift", "promotion", "goodwill"})})
	invoices := []string{"renewal-1", "renewal-2", "change-c1", "added-n1"}
	if d["unit_ids"] == nil {
		invoices = append(invoices, "order", "order", "order")
	}
	if t.maybe(50) {
		d["with"] = one(t, invoices)
	}
	t.fact(s.last, events.KindTimeGranted, s.id, d)
}

// addition orders further units, pays for them and delivers them.
func (t *teller) addition(s *subject) {
	fee := t.fee()
	d := map[string]any{"change_id": one(t, []string{"c1", "c2", "n1", "n2"}),
		"fee": fee.String(), "quantity": 1 + t.IntN(2)}
	if t.maybe(50) {
		d["until"] = (s.last.Date() + 1 + civil.Date(t.IntN(60))).String()
	} else {
		d["term"] = t.term()
	}
	if s.postpaid && t.maybe(80) {
		d["due_date"] = t.date(s.last.Date(), 50)
	}
	t.fact(s.last, events.KindUnitsAdded, s.id, d)
	if t.maybe(75) {
		t.payment(s, fee, 80)
	}
	if t.maybe(80) {
		t.fact(t.near(s.last, 6), events.KindProvisioned, s.id,
			map[string]any{"unit_ids": []string{one(t, []string{"u4", "u5", "u7"})}})
	}
}
