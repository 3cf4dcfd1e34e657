package projections

import (
	"cmp"
	"strconv"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

var (
	ruleOwed = Rule{"2.2.2", "后付款合同自订购时起应付服务费，约定期限内付清。",
		"The fee of a postpaid contract is owed from the order, to be paid in the time agreed."}
	ruleOwedRenewal = Rule{"6.1", "后付款续订的服务费自续订时起应付。", "The fee of a postpaid renewal is owed from the renewal."}
	ruleCharged     = Rule{"4.3", "因客户原因提供的协助恢复，按约收取费用。", "Help with what the customer brought about is charged."}
	rulePaid        = Rule{"CC 560", "付款依付款人指定，无指定的依法定顺序抵充。",
		"A payment discharges what the payer designates, else debts in the order of the law."}
	ruleReleased = Rule{"CC 566", "合同终止后，未提供服务的费用不再支付。",
		"After the end, the fee of service not delivered is no longer owed."}
)

type invoiceKind uint8

const (
	orderInvoice invoiceKind = iota
	renewalInvoice
	changeInvoice // of a change of configuration
	addedInvoice  // of units added
	chargeInvoice
)

// place is where invoices of a kind are listed: the order's, then renewals, changes and additions as they came, then
// charges.
func (k invoiceKind) place() int {
	return [...]int{orderInvoice: 0, renewalInvoice: 1, changeInvoice: 1, addedInvoice: 1, chargeInvoice: 2}[k]
}

// invoice is one sum to pay: the order's fee, a renewal's, that of more units or of a dearer configuration, or a
// charge. What a payment changes stands first, together: one that is shared by thousands of invoices takes its time to
// reach them.
type invoice struct {
	amount    money.Fen
	paid      money.Fen  // of the principal
	returned  money.Fen  // of what was paid, to the wallet
	released  money.Fen  // of the principal, by the settlement of an end or a change to less
	credited  money.Fen  // of the principal, by credit notes
	mistaken  money.Fen  // of that, what had never been owed
	apart     money.Fen  // of their fees, what was forfeited, or refunded by agreement
	elsewhere money.Fen  // of the principal, owed by an account that had the contract before
	due       civil.Date // at the earliest the day service began; none: no late fee runs (2.2.2)
	borne     borneFee   // late fee of the principal paid and released, until it was
	owed      bool       // a debt; a prepaid fee is none until it is paid (C-三)
	inTerms   bool       // its term is in effect
	lapsed    bool       // an offer that was not paid in time, or a renewal of which no server is left
	open      bool       // it is among the contract's debts
	kind      invoiceKind
	contract  *contract

	id         string
	bonuses    []*events.Event // time sold together with its term, which is to come
	number     int             // among its kind, as they came
	term       civil.Term      // of a renewal, or of units added
	quantity   int             // of units added, or those a renewal was for
	servers    []*server       // that it renews, changes or adds
	named      bool            // whether a renewal named them
	change     *reconfiguration
	changes    []amountChange // of the amount
	kept       money.Exact    // of the fees of servers that ended, and of terms before a late renewal, what is for service
	writtenOff money.Fen      // in the books only
	addedOn    civil.Date     // of a charge
	usage      bool           // whether it is a bill for usage,
	period     events.Period  // and the days that it bills, if it names them
	agreed     civil.Date     // the due date as agreed, none without
	event      *events.Event  // that brought it
	creditedBy []*events.Event
	place      int           // among those served
	dueEvent   *events.Event // that brought the due date where the invoice had none, or moved it
	extended   bool          // its due date was moved,
	former     borneFee      // late fee borne until then,
	formerDays int           // the days overdue,
	formerDues []formerDue   // and the due dates before
	cut        *rateCut      // a rate to which a court cut the late fee,
	most       *money.Fen    // or what it may come to,
	cutBy      *events.Event // and the decision

	settled    discharge   // the payment or release that left nothing of the principal
	discharges []discharge // all of them, where they are kept,
	parts      []feePart   // and the late fee that each has borne
	feePaid    money.Fen   // of the late fee
	feeReduced money.Fen
	feeTaken   []discharge // payments on the late fee, and reductions of it

	accrued     money.Fen  // late fee, rounded, when it was last asked for,
	accruedDays int        // and the days overdue until then
	sleepsUntil civil.Date // the first day for which late fee may be outstanding, none once it is
}

func renewalID(n int) string { return "renewal-" + strconv.Itoa(n) }

// unpaid is what of the amount is neither paid nor released, owed or not.
func (i *invoice) unpaid() money.Fen { return i.payable() - i.held() - i.elsewhere }

// held is what was paid of the principal and not returned.
func (i *invoice) held() money.Fen { return i.paid - i.returned }

// payable is what is or was to be paid of the amount.
func (i *invoice) payable() money.Fen { return i.amount - i.released - i.credited }

// asked is what was to be paid at first, without what had never been owed.
func (i *invoice) asked() money.Fen { return i.amount - i.mistaken }

// serviceFee is what of the amount may be for service, and servicePaid what was paid of that.
func (i *invoice) serviceFee() money.Fen  { return i.payable() - i.apart }
func (i *invoice) servicePaid() money.Fen { return i.held() - i.apart }

// principal is what is owed and unpaid.
func (i *invoice) principal() money.Fen {
	if !i.owed {
		return 0
	}
	return i.unpaid()
}

// isUnconditional reports whether the due day is over: the provider's right to the money no longer waits for anything.
func (i *invoice) isUnconditional(t civil.Instant) bool { return i.due != 0 && !t.Before(i.due.End()) }

// compare orders invoices as they are listed.
func (i *invoice) compare(j *invoice) int {
	return cmp.Or(i.kind.place()-j.kind.place(), i.number-j.number)
}

// isPlainCharge reports whether it is a charge to pay at once, without late fee.
func (i *invoice) isPlainCharge() bool { return i.kind == chargeInvoice && i.due == 0 }

// isFee reports whether it is a fee of service, not a charge.
func (i *invoice) isFee() bool { return i.kind != chargeInvoice }

// isDischarged reports whether nothing is left to pay of it, late fee included.
func (i *invoice) isDischarged(c *contract) bool { return i.unpaid() == 0 && i.owesNoLateFee(c) }

func (i *invoice) owesNoLateFee(c *contract) bool { return c.lateFee(i, c.account.now) == 0 }

// followsOrder reports whether it is a renewal, of a change or of units added: what takes effect, prepaid, when it is
// paid and the order is in effect.
func (i *invoice) followsOrder() bool { return i.kind.place() == 1 }

// addInvoice makes an invoice known under its id.
func (c *contract) addInvoice(i *invoice) *invoice {
	i.contract, i.number, i.event = c, len(c.byID), c.account.event
	c.byID[i.id] = i
	c.file(i)
	c.noteNeed(i)
	return i
}

// addFee adds a fee of service. A postpaid one is owed at once; a prepaid one is a debt only as far as service is used.
func (c *contract) addFee(i *invoice, due civil.Date) *invoice {
	if i.owed = c.postpaid(); i.owed {
		i.agreed = due
		i.due = c.dueFrom(i)
	}
	return c.addInvoice(i)
}

// writeOff notes that the provider no longer counts on a debt, as far as principal is unpaid. The customer owes it as
// before.
func (c *contract) writeOff(e *events.Event, d *events.DebtWrittenOff) {
	i := c.byID[d.Invoice]
	if i == nil {
		c.except(e, InvoiceUnknown, "the contract has no such invoice")
		return
	}
	open := i.principal()
	if i == c.invoices[0] {
		open += c.owedForUse(c.earned(e.Time))
	}
	i.writtenOff += min(d.Amount.Fen, max(0, open-i.writtenOff))
}

// addCharge adds chargeable help (4.3), or a bill for usage. With a due date it bears late fee like a postpaid fee.
func (c *contract) addCharge(e *events.Event, d *events.ChargeAdded) {
	if c.byID[d.Charge] != nil {
		c.except(e, ChargeRepeated, "the charge id was used before")
		return
	}
	i := c.addInvoice(&invoice{id: d.Charge, kind: chargeInvoice, amount: d.Amount.Fen, agreed: d.DueDate, due: d.DueDate,
		addedOn: e.Time.Date(), usage: d.ChargeKind == events.ChargeUsage, period: d.Period, owed: true})
	c.charges = append(c.charges, i)
	if i.usage {
		c.serviceFees += i.amount
	}
}

// addPrincipal is what is owed and unpaid, line by line: the amount, less what was paid and let go of.
func (c *contract) addPrincipal(i *invoice) money.Fen {
	if s := c.account.explanation; i.owed && s.wants(figurePrincipal, c) {
		c.explainAmount(i)
		for _, d := range i.discharges {
			s.amount(figurePrincipal, -d.amount, c, func() grounds {
				n := grounds{rule: &ruleReleased, invoice: i, formula: (-d.amount).String(), events: []*events.Event{d.event}}
				switch {
				case d.paid:
					n.rule = &rulePaid
				case isCredit(d.event):
					n.rule = &ruleCredited
				case d.event != nil && d.event.Kind() == events.KindAssigned:
					n.rule = &ruleStays
				}
				return n
			})
		}
	}
	return i.principal()
}

func (k invoiceKind) owes() *Rule {
	return [...]*Rule{orderInvoice: &ruleOwed, renewalInvoice: &ruleOwedRenewal, changeInvoice: &ruleReconfigured,
		addedInvoice: &ruleAdded, chargeInvoice: &ruleCharged}[k]
}

// addPaid is what was paid on the invoice, its late fee included, payment by payment.
func (c *contract) addPaid(i *invoice) money.Fen {
	if s := c.account.explanation; s.wants(figurePaid, c) {
		for _, list := range [][]discharge{i.discharges, i.feeTaken} {
			for _, d := range list {
				if d.paid {
					s.amount(figurePaid, d.amount, c, func() grounds {
						return grounds{rule: &rulePaid, invoice: i, formula: d.amount.String(), events: []*events.Event{d.event}}
					})
				}
			}
		}
	}
	return i.paid + i.feePaid
}
