// Package projections says what follows from the facts: what is owed and overdue, SLA time, refunds, revenue, the state
// of contracts. It is pure: figures are a function of the facts known and an instant, and the same facts in any order
// of arrival make the same figures. Nothing is stored; a corrected rule needs no migration. The context that each
// question takes only stops the work when its caller goes (interrupt.go).
//
// The readings below are those of engineers, not legal advice.
//
// # How an account is folded
//
// Corrections come first (correction.go): voided facts count as never having been, bounced payments as never made from
// the bounce on, a reclassified outage has its latest cause. What is left up to the instant asked about is put in order
// (order.go) and applied fact by fact, by the one switch over kinds (fold.go); what happens by itself in between, such
// as an expiry, happens in its place (change.go). Then every figure is written down (statement.go), and, where lines
// are asked for, each as the sum of its lines (line.go, explain.go).
//
// # The rule table
//
// Clauses C-一 to C-五 are of the contract, the others of the agreement; a paragraph without a number is cited by what it
// follows. Under each rule stand its file, with a test of the same name beside it, and scenarios of testdata in which
// it decides.
//
//	clause    rule
//	          file: scenarios
//	C-一       one line of units, its fee split over them by largest remainder
//	          service_term.go: service_term_units_round_together, contract_two_customers_one_id
//	C-一       units added have terms and an invoice of their own
//	          added_units.go: added_units, added_units_postpaid, added_units_before_the_order
//	C-二       the order fixes the terms confirmed, where they are pinned
//	          contract.go: terms_pinned_at_the_order
//	C-三       prepaid takes effect when paid in full
//	          payment.go: contract_prepaid_month, contract_paid_in_parts_and_cancelled
//	C-四       service may be withheld until all is paid
//	          status.go: contract_order_never_paid
//	C-五       money discharges when it reaches the designated account
//	          payment.go: payment_reference_repeated, correction_bounced_payment
//	C-五       a transfer is one movement of money, whatever reports it
//	          receipt.go: receipt_one_movement_of_money, correction_bounced_with_its_repetitions
//	1         what the products are
//	          ../events/enum.go: sla_package_and_vps
//	2.1       prices in CNY, frozen by the order
//	          invoice.go: service_term_month_end_renewals
//	2.1       a change of configuration costs the difference of prices for the days left
//	          difference.go: reconfiguration_agreed_difference, reconfiguration_later_terms
//	2.1       a prepaid server takes what is dearer when it is paid, all else at once
//	          reconfiguration.go: reconfiguration_dearer, reconfiguration_cheaper, reconfiguration_after_the_due_day
//	2.1       what is left of a term costs more or less from the change on
//	          layer.go: reconfiguration_months, reconfiguration_in_sla_time
//	2.1       a credit note lowers what is payable, one for a mistake from the beginning
//	          credit_note.go: credit_note_unpaid_first, credit_note_of_a_change, credit_note_of_a_mistake
//	2.2.1     online, by bank or from the wallet; the rest is the wallet's
//	          wallet.go: wallet_overpaid_and_paid_out, wallet_paid_out_above
//	2.2.2     late fee by the day, on the principal unpaid
//	          late_fee.go: late_fee_part_payment, late_fee_due_day, late_fee_rounded_half_up
//	2.2.2     three full days overdue give the right to end
//	          termination.go: termination_right, termination_days_published
//	2.2.2     usage is billed afterwards, earned by its days, and its arrears give the right to end
//	          usage.go: usage_billed_within_its_month, usage_billed_afterwards, usage_arrears_end_a_paid_contract
//	2.3       what is used of an unpaid order is owed
//	          used.go: used_before_it_is_paid, correction_bounced_after_provisioning
//	2.3       the right to withhold, and suspension for arrears
//	          status.go: status_wallet_covers_debt, suspension_for_arrears_runs_on, sla_provisioned_before_payment
//	3.1       amended terms count for facts from their time on
//	          terms.go: late_fee_terms_learned_late, terms_under_midnight, terms_announced_later
//	3.5.10    breach: ended, what was received is kept
//	          settlement.go: settlement_breach_prepaid, settlement_breach_postpaid
//	3.8       loss of data: at most all that was paid to the provider
//	          claim.go: claim_data_loss
//	4.3       help is charged
//	          invoice.go: invoice_charge_on_prepaid, allocation_plain_charge_and_late_fee
//	4.4       which causes are the provider's
//	          outage.go: outage_causes
//	4.5       notice of network changes is on record
//	          fold.go: fold_notices_and_closes
//	4.6       dropped service: the rest is refunded by days
//	          settlement.go: settlement_provider_cancels, settlement_provider_cancels_in_sla_time
//	4.7       SLA time: a multiple of outage time, limited by fees paid
//	          sla.go: sla_elastic, sla_cap, sla_overlap
//	4.8.3     suspension for violation
//	          suspension.go: suspension
//	4.8.4     serious violation: ended, what was received is kept
//	          settlement.go: settlement_breach_prepaid
//	5.2(1)    the customer's indemnity has no cap
//	          claim.go: claim_breach
//	6.1       term, renewal and expiry
//	          service_term.go: service_term_month_end_renewals, service_term_leap_day_year, service_term_months_then_days
//	6.1       nothing paid, nothing renewed
//	          expiry.go: expiry_renewal_in_time, expiry_renewal_part_paid
//	6.2.1     ended by agreement: the sum agreed
//	          settlement.go: settlement_mutual, settlement_mutual_postpaid
//	6.2.2     ended for serious breach: no refund
//	          settlement.go: settlement_breach_before_provisioning
//	6.2.3     force majeure: months served are charged
//	          months_served.go: settlement_months, settlement_months_of_days
//	6.2.3     force majeure: the term stands still
//	          suspension.go: suspension_pauses_one_server, suspension_pause_on_published
//	6.3       debts outlive the end
//	          late_fee.go: late_fee_after_the_arrears_end, late_fee_stops_at_termination
//	7.2       excluded causes earn nothing
//	          outage.go: outage_overlap_with_excluded_cause, correction_reclassified
//	7.2(end)  suspensions and outages impede alike, as long as there is no break
//	          impediment.go: impediment_by_outages, impediment_changes_hands, impediment_of_all_servers
//	7.2(end)  the term stands still in a long outage that neither side controls, where the terms say so
//	          pause.go: pause_on_an_outage, pause_comes_too_late, pause_of_outage_and_suspension
//	7.2(end)  thirty days of impediment, fifteen of notice
//	          termination.go: termination_impediment, termination_impediment_of_one_server
//	7.6       other breach: at most the fees of the service
//	          claim.go: claim_breach
//	8.3       notice within five days, proof within twenty
//	          timeline.go: timeline_force_majeure
//	8.4       service goes on when the event is over
//	          suspension.go: suspension
//	9.4       a notice counts from the day it is sent
//	          termination.go: termination_impediment_notice_at_midnight
//	11.4      a court may reduce the late fee
//	          late_fee.go: late_fee_adjusted
//	11.4      and cut it to a rate, from the beginning, or to a sum
//	          late_fee_cut.go: late_fee_cut_to_a_rate, late_fee_cut_to_a_sum, late_fee_cut_below_what_was_paid
//	4.6       servers end one by one, and the contract with the last
//	          unit_end.go: unit_end_dropped_one_by_one, unit_end_postpaid, unit_end_open_renewals
//	          settlement.go: unit_end_rules_of_reasons, unit_end_counts_sla
//	11.2      withdrawal: all is refunded
//	          withdrawal.go: withdrawal
//	11.2      a renewal may be paid for some days after the end
//	          late_renewal.go: late_renewal, late_renewal_old_end, late_renewal_of_one_server
//	11.2      data is kept after the end
//	          retention.go: retention
//	11.2      time that is given, with a term or beside it
//	          gift.go: gift_sold_together, gift_goodwill
//	11.5      a contract passes to another account, with consent or notice
//	          assignment.go: assignment_agreed, assignment_merger, assignment_back_and_forth
//	11.5      by agreement, debts that are due stay
//	          kept_debt.go: assignment_debts_retained
//	CC 506    no cap for gross negligence
//	          claim.go: claim_data_loss
//	CC 543    a later due date: days overdue so far stay, those to come count from it
//	          due_date.go: due_date_extended, due_date_extended_and_waived
//	CC 560    which debt a payment discharges
//	          allocation.go: allocation_invoices_due_together, allocation_debtor_designates, allocation_paid_early
//	CC 560    what a payment leaves over pays due debts of the account's other contracts
//	          due_debts.go: due_debts_of_other_contracts, due_debts_of_a_fee_put_off
//	CC 560    on a prepaid contract the exact sum designates
//	          exact_sum.go: exact_sum_designates
//	CC 560    money for principal, or for late fee, without an invoice
//	          allocation.go: allocation_applies_to_without_invoice
//	CC 561    late fee first, where the terms say so
//	          allocation.go: allocation_late_fee_first
//	CC 564    the right to end lapses after a year
//	          timeline.go: timeline_arrears, timeline_right_by_published_days
//	CC 566    fees of service not delivered are released
//	          settlement.go: settlement_arrears, settlement_arrears_paid_above_earned
//	CC 568    the wallet pays what is due by itself, where the terms say so
//	          debit.go: wallet_pays_what_is_due
//	CC 985    what was paid from the wallet stands when the money comes back
//	          spent.go: spent_before_the_bounce, correction_bounced_top_up_that_was_spent
//	CC 985    what nothing discharges is given back
//	          payment.go: payment_for_unknown_invoice
//
// Each parameter of the terms, its rule and a scenario in which another value decides:
//
//	late_fee_rate            late_fee.go     late_fee_terms_learned_late
//	late_fee_base            late_fee.go     late_fee_original_amount
//	late_fee_after_end       late_fee.go     late_fee_stops_at_termination
//	allocation_order         allocation.go   allocation_late_fee_first
//	termination_after_days   termination.go  termination_days_published
//	postpaid_end_fee         settlement.go   settlement_arrears_whole_fee
//	sla_multiplier           sla.go          sla_multiplier_published
//	sla_cap_time             sla.go          sla_cap_as_of
//	sla_clip_at_nominal_end  sla.go          sla_clipped_at_nominal_end
//	sla_excluded_overlap     sla.go          sla_excluded_overlap_subtracted
//	refund_rule              settlement.go   settlement_refund_rules_published
//	pause_on                 suspension.go   suspension_pause_on_published
//	impediment_days          termination.go  termination_impediment_days_published
//	impediment_notice_days   termination.go  termination_impediment_days_published
//	terms_policy             contract.go     terms_pinned_at_the_order
//	refund_counts_sla          settlement.go  settlement_counts_sla
//	maintenance_free_seconds   outage.go      outage_maintenance_limited
//	outage_clock_skew_seconds  outage.go      outage_clock_skew
//	revenue_pattern          schedule.go     revenue_nominal
//	withdrawal_days          withdrawal.go   withdrawal
//	late_renewal_days        late_renewal.go  late_renewal
//	late_renewal_from        late_renewal.go  late_renewal_old_end
//	retention_days           retention.go    retention
//	excess_to                due_debts.go    due_debts_of_other_contracts
//	wallet_auto_debit        debit.go        wallet_pays_what_is_due
//	pause_on_outage_seconds  pause.go        pause_on_an_outage
//
// And each kind of event, the file in which its effect is, and a scenario:
//
//	contract.ordered           contract.go     contract_prepaid_month
//	contract.paid              payment.go      late_fee_part_payment
//	contract.provisioned       contract.go     contract_provisioning_that_does_not_fit
//	contract.renewed           contract.go     service_term_month_end_renewals
//	contract.renewal_declined  fold.go         fold_renewal_declined
//	contract.overdue           due_date.go     due_date_from_overdue
//	contract.suspended         suspension.go   suspension
//	contract.resumed           suspension.go   suspension
//	contract.cancelled         contract.go     contract_paid_in_parts_and_cancelled
//	contract.terminated        termination.go  settlement_arrears
//	outage.started             outage.go       sla_elastic
//	outage.resolved            outage.go       sla_elastic
//	outage.reclassified        correction.go   correction_reclassified
//	wallet.topped_up           wallet.go       wallet_overpaid_and_paid_out
//	wallet.paid_out            wallet.go       wallet_paid_out_above
//	charge.added               invoice.go      invoice_charge_on_prepaid
//	late_fee.adjusted          late_fee.go     late_fee_adjusted
//	claim.accepted             claim.go        claim_breach
//	notice.sent                fold.go         fold_notices_and_closes
//	terms.published            terms.go        late_fee_terms_learned_late
//	payment.bounced            correction.go   correction_bounced_payment
//	event.voided               correction.go   correction_void
//	period.closed              by_ledger.go    by_ledger, fold_notices_and_closes
//	rejection.dismissed        by_ledger.go    by_ledger
//	contract.assigned          assignment.go   assignment_agreed
//	contract.changed           reconfiguration.go  reconfiguration_dearer, reconfiguration_postpaid
//	units.added                added_units.go  added_units
//	unit.replaced              unit.go         unit_replaced
//	time.granted               gift.go         gift_goodwill
//	invoice.credited           credit_note.go  credit_note_paid_order
//	due_date.extended          due_date.go     due_date_extended, due_date_supplied
//	late_fee.capped            late_fee_cut.go late_fee_cut_to_a_rate, late_fee_cut_to_a_sum
//	claim.settled              claim.go        claim_settled
//	debt.written_off           invoice.go      invoice_written_off
//	units.released             retention.go    retention
package projections
