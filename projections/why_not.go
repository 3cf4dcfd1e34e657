package projections

import (
	"context"
	"fmt"
	"slices"

	"zhangben/events"
	"zhangben/events/civil"
)

// Condition is one thing that must be so before a question is answered with yes.
type Condition struct {
	Clause string         `json:"clause"`
	ZH     string         `json:"zh"`
	EN     string         `json:"en"`
	Holds  bool           `json:"holds"`
	Detail string         `json:"detail"`         // what is so
	From   *civil.Instant `json:"from,omitempty"` // when it comes, or came, to hold by itself
}

// WhyNot answers why something is not so, condition by condition; each is asked for the invoice or the outage that
// comes nearest.
type WhyNot struct {
	ContractID string        `json:"contract_id"`
	AccountID  string        `json:"account_id"`
	AsOf       civil.Instant `json:"as_of"`
	KnownAtSeq uint64        `json:"known_at_seq"`
	Question   Question      `json:"question"`
	Holds      bool          `json:"holds"`
	Notice     Notice        `json:"notice"`
	Conditions []Condition   `json:"conditions"`
}

// Question is what is asked.
type Question string

// The questions.
const (
	WhyNotOverdue      Question = "overdue"
	WhyNotLateFee      Question = "late_fee"
	WhyNotSLA          Question = "sla"
	WhyNotMayTerminate Question = "may_terminate"
)

// Questions lists them.
var Questions = []Question{WhyNotOverdue, WhyNotLateFee, WhyNotSLA, WhyNotMayTerminate}

// WhyNotOf asks why something is not so of a contract. ok is false when no fact of the contract counts.
func WhyNotOf(ctx context.Context, id, contract string, q Question, own, others []Fact,
	asOf civil.Instant) (w WhyNot, ok bool, err error) {
	defer stopped(&err)
	a := newAccount(ctx, id, others, asOf)
	a.fold(own, others, asOf)
	w = WhyNot{ContractID: contract, AccountID: id, AsOf: asOf, Question: q, Notice: notice}
	c := a.contracts[contract]
	if c == nil || !c.exists {
		return w, false, nil
	}
	w.ask("C-一", "合同已订购", "the contract has an order", c.order != nil, "")
	if c.order != nil {
		switch q {
		case WhyNotSLA:
			w.askSLA(c, asOf)
		case WhyNotMayTerminate:
			w.askArrears(c, asOf, true)
			w.askRight(c, asOf)
		default:
			w.askArrears(c, asOf, q == WhyNotOverdue)
		}
	}
	w.Holds = true
	for _, k := range w.Conditions {
		w.Holds = w.Holds && k.Holds
	}
	return w, true, nil
}

func (w *WhyNot) ask(clause, zh, en string, holds bool, detail string, from ...civil.Instant) {
	k := Condition{Clause: clause, ZH: zh, EN: en, Holds: holds, Detail: detail}
	if len(from) > 0 {
		k.From = &from[0]
	}
	w.Conditions = append(w.Conditions, k)
}

// nearest is the invoice that is overdue soonest: owed, the unpaid before the paid, the earliest due first.
func (c *contract) nearest() *invoice {
	var best *invoice
	better := func(i *invoice) bool {
		switch {
		case best == nil:
			return true
		case (i.principal() > 0) != (best.principal() > 0):
			return i.principal() > 0
		case (i.due != 0) != (best.due != 0):
			return i.due != 0
		}
		return i.due < best.due
	}
	for _, list := range [][]*invoice{c.invoices, c.charges} {
		for _, i := range list {
			if i.owed && better(i) {
				best = i
			}
		}
	}
	return best
}

// askArrears asks for arrears: something owed, its due date, whether it is unpaid, and whether the due day is over.
func (w *WhyNot) askArrears(c *contract, t civil.Instant, unpaid bool) {
	i := c.nearest()
	w.ask("2.2.2", "有应付账单（预付费订单未付不构成欠款）", "something is owed (an unpaid prepaid order is no debt)", i != nil,
		c.order.Mode.String())
	if i == nil {
		return
	}
	w.ask("2.2.2", "账单约定了到期日", "the invoice has a due date", i.due != 0, i.id)
	if unpaid {
		w.ask("2.2.2", "本金尚未付清", "principal is unpaid", i.principal() > 0, i.id+": "+i.principal().String())
	}
	if i.due != 0 {
		at := i.due.End()
		w.ask("2.2.2", "到期日已过", "the due day is over", t.After(at),
			fmt.Sprintf("%s: %v, %d d", i.id, i.due, overdueDays(i.due, t)), at)
	}
	if !unpaid {
		w.ask("2.2.2", "逾期期间有未付本金", "principal was unpaid on a day overdue", c.lateFeeAccrued(i, t) > 0,
			i.id+": "+c.lateFeeAccrued(i, t).String())
	}
}

// askRight asks for the right to end the contract for arrears.
func (w *WhyNot) askRight(c *contract, t civil.Instant) {
	w.ask("2.2.2", "合同尚未终止", "the contract has not ended", c.running(), string(c.status(t)))
	i := c.nearest()
	if c.mayTerminate(t) {
		i = c.fees[0].invoices[0]
	}
	w.ask("2.2.2", "合同为后付款", "the contract is paid afterwards", c.postpaid() || i != nil && i.usage, c.order.Mode.String())
	if i == nil {
		return
	}
	w.ask("2.2.2", "欠付的是服务费", "what is unpaid is a service fee", i.grantsEnd(), i.id)
	if i.due != 0 {
		n := c.terms(t).TerminationAfterDays
		at := (i.due + civil.Date(n)).End()
		w.ask("2.2.2", "已逾期满约定天数", "the full days overdue have passed", !t.Before(at), fmt.Sprintf("%d d", n), at)
	}
}

// askSLA asks for the SLA time of the outage that began last.
func (w *WhyNot) askSLA(c *contract, t civil.Instant) {
	m := c.terms(t).SLAMultiplier[c.order.Product]
	w.ask("4.7", "产品享有时长补偿", "the product earns SLA time", m > 0, fmt.Sprintf("%v × %d", c.order.Product, m))
	w.ask("6.1", "服务已开通", "service was provisioned", len(c.units) > 0, "")
	o := c.lastOutage()
	w.ask("4.7", "有故障记录", "an outage is on record", o != nil, "")
	if o == nil {
		return
	}
	w.ask("4.7", "故障时服务器在服务期内", "a server was in service when it began", len(o.units) > 0, o.id)
	w.ask("4.7", "服务器无法使用", "the server could not be used at all", o.unfit, o.id)
	w.ask("7.2", "原因不属于免责情形", "the cause is none of the excluded ones", o.cause == events.ProviderFault ||
		o.cause == events.CauseUnknown, o.cause.String())
	w.ask("4.7", "故障已解决", "the outage is resolved", !o.to.IsZero() && !o.cut, o.id)
	room, granted := c.roomAfter(o, t)
	if len(o.units) > 0 {
		w.ask("4.7", "已付费用尚有补偿余地", "the fees paid leave room, or left it then", room || !granted.IsZero(),
			granted.String()+" s")
	}
}

// roomAfter reports whether the fees paid leave any server that an outage affected room for SLA time, and how much it
// has earned all of them.
func (c *contract) roomAfter(o *outage, t civil.Instant) (room bool, granted civil.Duration) {
	for _, u := range slices.Concat(c.units, c.ended) {
		for n := range u.grants {
			if u.grants[n].outage == o {
				room = room || !u.room(u.grants[n].price, u.feesPaid(t)).IsZero()
				granted = granted.Add(u.grants[n].granted.Times(len(u.servers)))
			}
		}
	}
	for _, u := range o.units {
		room = room || !u.roomFor(o, t).IsZero()
	}
	return room, granted
}

// lastOutage is the outage that began last.
func (c *contract) lastOutage() (last *outage) {
	for _, o := range c.outages {
		if last == nil || o.from.After(last.from) || o.from == last.from && o.id > last.id {
			last = o
		}
	}
	return last
}
