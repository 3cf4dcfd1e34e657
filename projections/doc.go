// Package projections says what follows from the facts: what is owed and overdue, SLA time, refunds, revenue, the state
// of contracts. It is pure: figures are a function of the facts known and an instant, and the same facts in any order of
// arrival make the same figures. Nothing is stored; a corrected rule needs no migration. The context that each question
// takes only stops the work when its caller goes (interrupt.go).
//
// The readings below are those of engineers, not legal advice.
//
// # How an account is folded
//
// Corrections come first (correction.go): voided facts count as never having been, bounced payments as never made from
// the bounce on, a reclassified outage has its latest cause. What is left up to the instant asked about is put in order
// (order.go) and applied fact by fact, by the one switch over kinds (fold.go); what happens by itself in between, such
// as an expiry, happens in its place (change.go). Then every figure is written down (statement.go), and, where somebody
// asks why, each as the sum of its lines (line.go, explain.go).
//
// # The rule table
//
// Clauses C-一 to C-五 are of the contract, the others of the agreement; a paragraph without a number is cited by what it
// follows. Each row names the file of the rule and scenarios of testdata in which it decides.
//
//	clause    rule                                                            file            scenarios
//	C-一       one line of units, its fee split over them by largest remainder  service_term.go       units_round_together, two_customers_one_contract_id
//	C-二       the order fixes the terms confirmed, where they are pinned       contract.go     terms_pinned_at_the_order
//	C-三       prepaid takes effect when paid in full                           payment.go      prepaid_month, order_paid_in_parts_and_cancelled
//	C-四       service may be withheld until all is paid                        status.go       order_never_paid
//	C-五       money discharges when it reaches the designated account          payment.go      reference_repeated, bounced_payment
//	1         what the products are                                           ../events/enum.go  sla_package_and_vps
//	2.1       prices in CNY, frozen by the order                              invoice.go      month_end_renewals
//	2.2.1     online, by bank or from the wallet; the rest is the wallet's    account.go      overpaid_wallet_and_payout, payout_above_wallet
//	2.2.2     late fee by the day, on the principal unpaid                    late_fee.go      late_fee_part_payment, late_fee_due_day, rounding_half_up
//	2.2.2     three full days overdue give the right to end                   termination.go  right_to_terminate, days_to_terminate
//	2.3       the right to withhold, and suspension for arrears               status.go       arrears_suspension_runs_on, sla_provisioned_before_payment
//	3.1       amended terms count for facts from their time on                terms.go        late_fee_terms_learned_late, terms_under_midnight
//	3.5.10    breach: ended, what was received is kept                        settlement.go   breach_prepaid, breach_postpaid
//	3.8       loss of data: at most all that was paid to the provider         claim.go        claims_data_loss
//	4.3       help is charged                                                 invoice.go      charge_on_prepaid, plain_charge_and_late_fee
//	4.4       which causes are the provider's                                 outage.go       sla_causes
//	4.5       notice of network changes is on record                          fold.go         notices_and_closes
//	4.6       dropped service: the rest is refunded by days                   settlement.go   provider_cancels, provider_cancels_in_sla_time
//	4.7       SLA time: a multiple of outage time, limited by fees paid       sla.go          sla_elastic, sla_cap, sla_overlap
//	4.8.3     suspension for violation                                        suspension.go   suspensions
//	4.8.4     serious violation: ended, what was received is kept             settlement.go   breach_prepaid
//	5.2(1)    the customer's indemnity has no cap                             claim.go        claims_breach
//	6.1       term, renewal and expiry                                        service_term.go       month_end_renewals, leap_day_year, months_then_days
//	6.1       nothing paid, nothing renewed                                   expiry.go       renewal_in_time, renewal_part_paid_at_the_end
//	6.2.1     ended by agreement: the sum agreed                              settlement.go   mutual_end, postpaid_mutual_end
//	6.2.2     ended for serious breach: no refund                             settlement.go   breach_before_provisioning
//	6.2.3     force majeure: months served are charged                        settlement.go   force_majeure_months, force_majeure_days
//	6.2.3     force majeure: the term stands still                            suspension.go   one_server_paused, pause_on_published
//	6.3       debts outlive the end                                           late_fee.go      paid_after_the_arrears_end, late_fee_stops_at_termination
//	7.2       excluded causes earn nothing                                    outage.go       sla_overlap_with_excluded_cause, sla_reclassified
//	7.2(end)  thirty days of impediment, fifteen of notice                    termination.go  impediment, impediment_of_one_server, impediment_while_one_server_lapsed
//	7.6       other breach: at most the fees of the service                   claim.go        claims_breach
//	8.3       notice within five days, proof within twenty                    timeline.go     timeline_force_majeure
//	8.4       service goes on when the event is over                          suspension.go   suspensions
//	9.4       a notice counts from the day it is sent                         termination.go  impediment_notice_at_midnight
//	11.4      a court may reduce the late fee                                 late_fee.go      late_fee_adjusted
//	CC 506    no cap for gross negligence                                     claim.go        claims_data_loss
//	CC 560    which debt a payment discharges                                 allocation.go   invoices_due_together, debtor_designates, paid_early
//	CC 561    late fee first, where the terms say so                          allocation.go   late_fee_first
//	CC 564    the right to end lapses after a year                            timeline.go     timeline_arrears, timeline_right_by_published_days
//	CC 566    fees of service not delivered are released                      settlement.go   arrears_end, arrears_end_paid_above_earned
//	CC 985    what nothing discharges is given back                           payment.go      unknown_invoice
//
// Each parameter of the terms, its rule and a scenario in which another value decides:
//
//	late_fee_rate            late_fee.go      late_fee_terms_learned_late
//	late_fee_base            late_fee.go      late_fee_original_amount
//	late_fee_after_end       late_fee.go      late_fee_stops_at_termination
//	allocation_order         allocation.go   late_fee_first
//	termination_after_days   termination.go  days_to_terminate
//	postpaid_end_fee         settlement.go   arrears_end_whole_fee
//	sla_multiplier           sla.go          sla_multiplier_published
//	sla_cap_time             sla.go          sla_cap_as_of
//	sla_clip_at_nominal_end  sla.go          sla_clipped_at_nominal_end
//	sla_excluded_overlap     sla.go          sla_excluded_overlap_subtracted
//	refund_rule              settlement.go   refund_rules_published
//	pause_on                 suspension.go   pause_on_published
//	impediment_days          termination.go  impediment_days_published
//	impediment_notice_days   termination.go  impediment_days_published
//	terms_policy             contract.go     terms_pinned_at_the_order
//	revenue_pattern          revenue.go      revenue_nominal
//
// And each kind of event, the file in which its effect is, and a scenario:
//
//	contract.ordered           contract.go     prepaid_month
//	contract.paid              payment.go      late_fee_part_payment
//	contract.provisioned       contract.go     provisioning_that_does_not_fit
//	contract.renewed           contract.go     month_end_renewals
//	contract.renewal_declined  fold.go         renewal_declined
//	contract.overdue           invoice.go      due_date_from_overdue
//	contract.suspended         suspension.go   suspensions
//	contract.resumed           suspension.go   suspensions
//	contract.cancelled         contract.go     order_paid_in_parts_and_cancelled
//	contract.terminated        termination.go  arrears_end
//	outage.started             outage.go       sla_elastic
//	outage.resolved            outage.go       sla_elastic
//	outage.reclassified        correction.go   sla_reclassified
//	wallet.topped_up           account.go      overpaid_wallet_and_payout
//	wallet.paid_out            account.go      payout_above_wallet
//	charge.added               invoice.go      charge_on_prepaid
//	late_fee.adjusted          late_fee.go      late_fee_adjusted
//	claim.accepted             claim.go        claims_breach
//	notice.sent                fold.go         notices_and_closes
//	terms.published            terms.go        late_fee_terms_learned_late
//	payment.bounced            correction.go   bounced_payment
//	event.voided               correction.go   void
//	period.closed              by_ledger.go     by_ledger, notices_and_closes
//	rejection.dismissed        by_ledger.go     by_ledger
package projections
