package events

// kindMeanings say what the events of each kind state.
var kindMeanings = [...]string{
	KindOrdered: "A line of service was ordered: a number of units of a product, for a term, at a fee for the " +
		"whole line.",
	KindPaid:               "Money for a contract reached the provider, or the customer spent the account's wallet on it.",
	KindProvisioned:        "Service began: the units ordered were handed over.",
	KindRenewed:            "A further term was ordered.",
	KindRenewalDeclined:    "A side asked not to go on after the term.",
	KindOverdue:            "A marker of arrears. The due date decides; the event may bring one.",
	KindSuspended:          "Service was suspended.",
	KindResumed:            "Suspended service went on.",
	KindCancelled:          "An order was withdrawn before it took effect.",
	KindTerminated:         "A side ended the contract.",
	KindOutageStarted:      "Units went out of use.",
	KindOutageResolved:     "An outage was over.",
	KindOutageReclassified: "The cause of an outage, and its degree if given, was corrected.",
	KindToppedUp:           "Money came to an account's wallet.",
	KindPaidOut:            "Money left an account's wallet for the customer.",
	KindChargeAdded:        "Chargeable help was given: an invoice of its own, named by charge_id.",
	KindLateFeeAdjusted:    "A late fee was reduced, by waiver or by a court.",
	KindClaimAccepted:      "A claim of the customer was accepted.",
	KindNoticeSent:         "A notice was sent to the customer.",
	KindTermsPublished:     "A version of the terms was published; it takes effect at the event's time.",
	KindPaymentBounced:     "A payment or top-up came back: from the event's time on it counts as never made.",
	KindVoided:             "An event should never have been: it counts as never having been, at any time.",
	KindPeriodClosed:       "A month's postings were closed. Only the ledger itself writes such events.",
	KindRejectionDismissed: "A refused message needs nothing done about it any more. Only the ledger itself writes such events.",
}

// Meaning says in a sentence what the events of the kind state.
func (k Kind) Meaning() string { return kindMeanings[k] }

// fieldMeaning says what a field of data means in a kind: a meaning under "kind/field" is of this kind only.
func fieldMeaning(k Kind, field string) string {
	if own, ok := meanings[k.String()+"/"+field]; ok {
		return own
	}
	return meanings[field]
}

// Meaning says what an attribute, a field of data or a parameter of the terms means; "" for a name not known here.
func Meaning(name string) string { return meanings[name] }

// meanings is the glossary of attributes, of fields of data, of what an order specifies, and of parameters of the terms.
var meanings = map[string]string{
	"specversion": "The version of CloudEvents.",
	"id": "The event's id: a UUID, unique for ever, version 7 recommended. The same id with the same content is a duplicate, with other " +
		"content a conflict.",
	"source":  "Who publishes: a URI-reference.",
	"type":    "The kind of event and its version.",
	"subject": "The contract id, where given.",
	"time":    "Effective time: when the fact happened. RFC 3339 with an offset, from 2000 to 2199 in Shanghai.",
	"recordedtime": "Recorded time, which the ledger sets. A publisher's value counts only where the stream " +
		"was created to accept it.",
	"datacontenttype": "A media type of JSON.",
	"dataschema":      "A schema that the publisher names; it is not looked at.",
	"extension": "A further attribute: a text of up to 1,024 bytes without control characters, a whole number of 32 bits, true or false; " +
		"at most 32 of them.",

	"account_id":  "The customer account.",
	"contract_id": "The contract. A contract is one of its account: two accounts may use the same contract id.",

	"product":  "What is sold.",
	"quantity": "How many units the line has.",
	"term":     "How long: whole years, months or days, up to 100 years, such as P1Y, P3M or P30D.",
	"fee":      "The fee for the whole line, all units, in yuan.",
	"currency": "The only currency there is.",
	"mode":     "Whether the fee is paid before the service or after it.",
	"due_date": "The last day for payment, a date in Shanghai. Without one no late fee runs until " +
		"contract.overdue brings it.",
	"contract.overdue/due_date":     "The last day for payment, where the invoice had none.",
	"spec":                          "What was ordered. Members beyond the known ones are kept.",
	"amount":                        "The amount in yuan, above zero.",
	"late_fee.adjusted/amount":      "The reduction in yuan, above zero.",
	"channel":                       "The way the money came; wallet spends the account's own wallet.",
	"notice.sent/channel":           "The way the notice went, such as email.",
	"reference":                     "The bank's or the gateway's reference, unique within the account.",
	"invoice_id":                    "The invoice: order, renewal-1, renewal-2 and so on, or a charge_id.",
	"applies_to":                    "The part of the debt that the payer designates.",
	"unit_ids":                      "The units concerned; all of them when left out.",
	"contract.provisioned/unit_ids": "The units handed over, one for each ordered.",
	"reason":                        "Why.",
	"rejection_id":                  "The refused message: its id in quarantine.",
	"agreed_refund":                 "What was agreed to be refunded, in yuan; may be 0. Required for the reason mutual.",
	"notice_at": "When notice of the end was given. Required for the reasons provider_cancelled and " +
		"impediment.",
	"outage_id": "The outage, unique within the contract.",
	"cause":     "What brought the outage about.",
	"degree":    "How bad it is; unusable when left out. Only unusable units earn SLA time.",
	"charge_id": "The charge, which is the id of its invoice too; unique within the contract, not order or " +
		"renewal-N.",
	"description":                    "What the charge is for.",
	"authority":                      "Who decided the reduction, or which judgment.",
	"claim_id":                       "The claim, unique within the contract.",
	"claim_kind":                     "What the claim is for.",
	"loss_at":                        "When the loss happened.",
	"gross_negligence":               "Whether the loss came of gross negligence: no cap applies then.",
	"notice_kind":                    "What the notice is about.",
	"version":                        "The name of the version.",
	"payment":                        "The id of the event of the payment or top-up.",
	"voids":                          "The id of the event that should never have been, one of the same account.",
	"period":                         "The month, YYYY-MM.",
	"seq":                            "The sequence number of the last record that the close takes in.",
	"root":                           "The root of the log's tree at that record, in hexadecimal.",
	"postings_sha256":                "The SHA-256 of the month's postings, in hexadecimal.",
	"spec.cpu":                       "Processors.",
	"spec.memory":                    "Memory.",
	"spec.disk":                      "Disks.",
	"spec.bandwidth":                 "Bandwidth.",
	"spec.line":                      "The network line.",
	"spec.service_level":             "The service level.",
	"params":                         "The parameters of the terms that change; all others keep their value.",
	"params.late_fee_rate":           "The late fee as a share of its base for each day overdue.",
	"params.late_fee_base":           "What late fees are a share of.",
	"params.late_fee_after_end":      "Whether late fees go on after the contract's end.",
	"params.allocation_order":        "What a payment discharges first.",
	"params.termination_after_days":  "After how many days overdue the provider may terminate.",
	"params.postpaid_end_fee":        "What stays due of a postpaid fee when a contract ends for arrears.",
	"params.sla_multiplier":          "How many times an outage's length is granted as SLA time, by product.",
	"params.sla_multiplier.elastic":  "The multiplier of elastic.",
	"params.sla_multiplier.package":  "The multiplier of package.",
	"params.sla_multiplier.vps":      "The multiplier of vps.",
	"params.sla_cap_time":            "The instant whose payments limit an SLA grant.",
	"params.sla_clip_at_nominal_end": "Whether outages count only up to the nominal end of the term.",
	"params.sla_excluded_overlap": "What an outage of an excluded cause does to a covered one at the same " +
		"time.",
	"params.refund_rule":            "How a refund is measured, by the reason of the end.",
	"params.pause_on":               "The reasons of suspension that stop the running of a term; none for an empty array.",
	"params.impediment_days":        "After how many days of an impediment either side may give notice.",
	"params.impediment_notice_days": "How many days such a notice runs.",
	"params.terms_policy":           "Which version of the terms governs a contract.",
	"params.revenue_pattern":        "How SLA time changes the revenue schedule.",
}
