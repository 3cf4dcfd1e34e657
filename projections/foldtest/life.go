package foldtest

import (
	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// subject is a contract whose life is being told.
type subject struct {
	id       string
	postpaid bool
	quantity int
	fee      money.Fen
	last     civil.Instant
}

// life tells one contract's: order, money, service, and then a few chapters.
func (t *teller) life(id string) {
	t.theme = []byte(one(t, themes))
	s := &subject{id: id, postpaid: t.maybe(55), quantity: 1 + t.IntN(3)*t.IntN(2), fee: t.fee()}
	s.last = t.anyTime(beginning, 70)
	t.order(s)
	if !s.postpaid && t.maybe(90) {
		t.payment(s, s.fee, 90)
	}
	if t.maybe(93) {
		t.provisioning(s)
	}
	for range t.IntN(12) {
		t.chapter(s)
	}
	if t.maybe(55) {
		t.termination(s)
	}
	for range t.IntN(4) {
		t.chapter(s)
	}
}

// chapter tells one thing that may happen to a contract, or two that belong together.
func (t *teller) chapter(s *subject) {
	s.last = t.aimed(s.last, 25)
	switch chapter := one(t, t.theme); chapter {
	case 'p':
		t.payment(s, s.fee, 60)
	case 'o':
		t.outage(s)
	case 's':
		t.suspension(s)
	case 'r':
		t.renewal(s)
	case 'c':
		t.charge(s)
	case 'l':
		t.adjustment(s)
	case 'k':
		t.claim(s)
	case 'm':
		t.marker(s)
	case 'e':
		t.unitEnd(s)
	case 'g':
		t.change(s)
	case 'n':
		t.addition(s)
	case 'x':
		t.court(s)
	case 'y':
		t.grant(s)
	case 'q':
		t.fact(s.last, events.KindUnitsReleased, s.id, map[string]any{"unit_ids": []string{one(t, unitIDs)}})
	case 'v':
		t.settlement(s)
	case 'w':
		t.writeOff(s)
	case 'j':
		t.replacement(s)
	case 'a':
		t.accident(s)
	default:
		t.termination(s)
	}
}

// unitIDs are ids that units may have.
var unitIDs = []string{"u1", "u1", "u1", "u2", "u2", "u3", "u7"}

// themes are what lives may be about: a letter for each kind of chapter, as often as it is likely.
var themes = []string{
	"pppooooossrrrclkmat",
	"ooooooooooosrrrp",
	"ssssooort",
	"ppppppprrrccclllm",
	"pcpprrkkkop",
	"ooprrjjwvvkkl",
	"eeeoorrpppsqqt",
	"gggggooorrpppestl",
	"nnnggooeerrpppqst",
	"yyyyoorrpppsett",
	"yygerrnpo",
	"xxxxppprrccllmta",
}

func (t *teller) order(s *subject) {
	mode := "prepaid"
	if s.postpaid {
		mode = "postpaid"
	}
	d := map[string]any{"product": one(t, []string{"elastic", "elastic", "package", "vps"}), "quantity": s.quantity,
		"term": t.term(), "fee": s.fee.String(), "currency": "CNY", "mode": mode}
	if s.postpaid && t.maybe(85) {
		d["due_date"] = t.date(s.last.Date(), 60)
	}
	t.fact(s.last, events.KindOrdered, s.id, d)
}

func (t *teller) term() string {
	return one(t, []string{"P1M", "P1M", "P1M", "P2M", "P3M", "P6M", "P12M", "P1Y", "P30D", "P10D", "P1D", "P31D"})
}

func (t *teller) payment(s *subject, about money.Fen, cashPercent int) {
	d := map[string]any{"amount": t.amount(about), "currency": "CNY", "channel": "wallet"}
	if t.maybe(cashPercent) {
		d["channel"] = one(t, []string{"online", "bank_transfer"})
	}
	if t.maybe(15) {
		d["reference"] = one(t, []string{"R1", "r1 ", "R2", "R3"})
		if t.maybe(20) {
			d["part"] = one(t, []string{"1", "2"})
		}
	}
	if t.maybe(25) {
		d["invoice_id"] = one(t, []string{"order", "renewal-1", "renewal-1", "renewal-2", "h1", "h2", "renewal-9"})
	}
	if t.maybe(12) {
		d["applies_to"] = one(t, []string{"principal", "late_fee"})
	}
	t.fact(t.near(s.last, 4), events.KindPaid, s.id, d)
}

// seldom names some units now and then.
func (t *teller) seldom(s *subject, d map[string]any) map[string]any {
	if t.maybe(60) {
		return d
	}
	return t.units(s, d)
}

func (t *teller) settlement(s *subject) {
	id := one(t, []string{"k1", "k2", "k3"})
	if t.maybe(40) {
		t.fact(s.last, events.KindPaid, s.id, map[string]any{"amount": t.amount(s.fee / 2), "currency": "CNY",
			"channel": one(t, []string{"online", "wallet"}), "invoice_id": id})
		return
	}
	t.fact(s.last, events.KindClaimSettled, s.id, map[string]any{"claim_id": id, "amount": t.amount(s.fee / 2),
		"by": one(t, []string{"cash", "wallet"})})
}

func (t *teller) writeOff(s *subject) {
	t.fact(s.last, events.KindDebtWrittenOff, s.id, map[string]any{
		"invoice_id": one(t, []string{"order", "renewal-1", "h1"}),
		"amount":     t.amount(s.fee), "reason": "insolvent"})
}

func (t *teller) renewal(s *subject) {
	fee := t.fee()
	d := map[string]any{"term": t.term(), "fee": fee.String()}
	if s.postpaid && t.maybe(85) {
		d["due_date"] = t.date(s.last.Date(), 50)
	}
	if t.maybe(10) {
		d["accepted_at"] = t.near(s.last, 3).String()
	}
	t.fact(s.last, events.KindRenewed, s.id, t.seldom(s, d))
	if t.maybe(75) {
		t.payment(s, fee, 80)
	}
}

func (t *teller) charge(s *subject) {
	d := map[string]any{"charge_id": one(t, []string{"h1", "h1", "h2"}), "amount": t.amount(20_000),
		"description": "recovery"}
	if t.maybe(60) {
		d["due_date"] = t.date(s.last.Date()-3, 30)
	}
	if t.maybe(30) {
		d["charge_kind"] = one(t, []string{"help", "usage", "usage", "other"})
		if from := s.last.Date() - civil.Date(t.IntN(40)); d["charge_kind"] == "usage" && t.maybe(70) {
			d["period"] = map[string]any{"from": from.String(), "to": (from + civil.Date(t.IntN(60))).String()}
		}
	}
	t.fact(s.last, events.KindChargeAdded, s.id, d)
}

func (t *teller) adjustment(s *subject) {
	d := map[string]any{"amount": t.amount(500), "authority": "court"}
	if t.maybe(60) {
		d["invoice_id"] = one(t, []string{"order", "renewal-1", "h1", "renewal-9"})
	}
	t.fact(s.last, events.KindLateFeeAdjusted, s.id, d)
}

func (t *teller) claim(s *subject) {
	d := map[string]any{"claim_id": one(t, []string{"k1", "k2", "k3"}),
		"claim_kind": one(t, []string{"data_loss", "breach", "indemnity"}),
		"amount":     t.amount(s.fee), "loss_at": t.aimed(s.last, 5).String()}
	if t.maybe(15) {
		d["gross_negligence"] = t.maybe(60)
	}
	t.fact(s.last, events.KindClaimAccepted, s.id, d)
}

func (t *teller) marker(s *subject) {
	switch t.IntN(4) {
	case 0:
		t.fact(s.last, events.KindNoticeSent, s.id, map[string]any{"notice_kind": "reminder", "channel": "mail"})
	case 1:
		t.fact(s.last, events.KindRenewalDeclined, s.id, t.seldom(s, map[string]any{}))
	default:
		d := map[string]any{}
		if t.maybe(70) {
			d["due_date"] = t.date(s.last.Date()-20, 25)
		}
		if t.maybe(40) {
			d["invoice_id"] = one(t, []string{"order", "renewal-1", "h1"})
		}
		t.fact(s.last, events.KindOverdue, s.id, d)
	}
}

// accident tells what should not happen: things out of turn, and things twice.
func (t *teller) accident(s *subject) {
	at := t.near(one(t, t.turning), 20)
	id := one(t, []string{s.id, s.id, "C1", "C9"})
	switch t.IntN(7) {
	case 0:
		t.fact(at, events.KindCancelled, id, map[string]any{})
	case 1:
		t.order(&subject{id: s.id, postpaid: t.maybe(50), quantity: 1 + t.IntN(2), fee: t.fee(), last: at})
	case 2:
		t.provisioning(&subject{id: id, quantity: s.quantity, last: at})
	case 3:
		t.fact(at, events.KindOutageResolved, id, map[string]any{"outage_id": one(t, []string{"O1", "O2", "O5"})})
	case 4:
		t.fact(at, events.KindResumed, id, map[string]any{})
	case 5:
		t.payment(&subject{id: id, last: at}, s.fee, 50)
	default:
		t.fact(at, events.KindOutageReclassified, id, map[string]any{"outage_id": one(t, []string{"O1", "O5"}),
			"cause": t.cause()})
	}
}

func (t *teller) termination(s *subject) {
	at := t.aimed(s.last, 40)
	reason := one(t, []string{"arrears", "arrears", "mutual", "breach", "force_majeure", "provider_cancelled",
		"impediment", "impediment", "provider_breach", "customer_exit", "withdrawal"})
	d := map[string]any{"reason": reason}
	switch reason {
	case "mutual":
		d["agreed_refund"] = one(t, []string{"0", t.amount(s.fee / 2), t.amount(s.fee)})
	case "provider_cancelled":
		d["notice_at"] = t.near(minus(at, civil.Days(t.IntN(10))), 2).String()
	case "impediment":
		notice := t.near(minus(at, civil.Days(10+t.IntN(12))), 2)
		if t.maybe(60) {
			at = (notice.Date() + 15).End().Add(civil.Seconds(t.Int64N(2) * t.Int64N(90_000)))
		}
		d["notice_at"] = notice.String()
	}
	t.fact(at, events.KindTerminated, s.id, d)
}

// change makes units dearer or cheaper, and pays for it.
func (t *teller) change(s *subject) {
	fee := one(t, []money.Fen{s.fee / 2, s.fee * 2, s.fee + s.fee/3, 1 + t.money(2*s.fee)})
	d := t.units(s, map[string]any{"change_id": one(t, []string{"c1", "c2", "c3"}), "fee": max(1, fee).String()})
	if t.maybe(15) {
		d["difference"] = one(t, []string{"", "-"}) + t.amount(s.fee/4)
	}
	if t.maybe(20) {
		d["product"] = one(t, []string{"elastic", "package", "vps"})
	}
	if s.postpaid && t.maybe(80) {
		d["due_date"] = t.date(s.last.Date(), 50)
	}
	t.fact(s.last, events.KindChanged, s.id, d)
	if t.maybe(60) {
		t.payment(s, one(t, []money.Fen{s.fee, s.fee * 3, s.fee / 3}), 80)
	}
}

// court moves a due date, or has a court cut late fees.
func (t *teller) court(s *subject) {
	invoice := one(t, []string{"order", "order", "renewal-1", "h1", "h2", "renewal-9"})
	if t.maybe(50) {
		d := map[string]any{"invoice_id": invoice, "due_date": t.date(s.last.Date()-10, 60)}
		if t.maybe(30) {
			d["waive_accrued"] = t.maybe(70)
		}
		t.fact(s.last, events.KindDueDateExtended, s.id, d)
		return
	}
	d := map[string]any{"authority": "court"}
	if t.maybe(60) {
		d["invoice_id"] = invoice
	}
	if d["invoice_id"] == nil || t.maybe(50) {
		d["rate"] = one(t, []string{"0.0005", "0.001", "0", "0.01"})
	} else {
		d["total"] = one(t, []string{"0.00", t.amount(200), t.amount(1000)})
	}
	t.fact(s.last, events.KindLateFeeCapped, s.id, d)
}

// parameters are the parameters of the terms with values worth trying.
var parameters = []struct {
	key    string
	values []any
}{
	{"late_fee_rate", []any{"0.001", "0.0005", "0.003", "0"}},
	{"late_fee_base", []any{"original_amount", "unpaid_principal"}},
	{"late_fee_after_end", []any{"stop", "continue"}},
	{"allocation_order", []any{"late_fee_first", "principal_first"}},
	{"termination_after_days", []any{0, 1, 5}},
	{"postpaid_end_fee", []any{"whole", "earned_pro_rata"}},
	{"sla_multiplier", []any{map[string]any{"elastic": 1}, map[string]any{"elastic": 10, "vps": 3},
		map[string]any{"package": 0}}},
	{"sla_multiplier", []any{map[string]any{"elastic": 2}, map[string]any{"elastic": 100, "package": 1}}},
	{"sla_cap_time", []any{"as_of", "at_resolution"}},
	{"sla_clip_at_nominal_end", []any{true, false}},
	{"sla_excluded_overlap", []any{"subtract", "keep"}},
	{"refund_rule", []any{map[string]any{"breach": "day_pro_rata"},
		map[string]any{"customer_exit": "month_ceil", "provider_breach": "none"},
		map[string]any{"force_majeure": "day_pro_rata", "impediment": "month_ceil"},
		map[string]any{"provider_cancelled": "month_ceil"}}},
	{"pause_on", []any{[]string{}, []string{"arrears", "violation"}, []string{"force_majeure", "violation"}}},
	{"impediment_days", []any{0, 5, 20}},
	{"impediment_notice_days", []any{0, 3, 10}},
	{"terms_policy", []any{"pinned_at_order", "in_force_at_fact"}},
	{"revenue_pattern", []any{"nominal", "respread"}},
	{"excess_to", []any{"wallet", "due_debts"}},
	{"refund_counts_sla", []any{[]string{}, []string{"provider_cancelled", "impediment"},
		[]string{"breach", "arrears", "mutual"},
		[]string{"force_majeure", "customer_exit", "provider_breach"}}},
	{"maintenance_free_seconds", []any{0, 3600, nil}},
	{"wallet_auto_debit", []any{"due", "due", "none"}},
	{"outage_clock_skew_seconds", []any{0, 300}},
	{"retention_days", []any{0, 5, 30, nil}},
	{"withdrawal_days", []any{3, 30}},
}
