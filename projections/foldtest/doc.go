// Package foldtest is a second, deliberately plain reading of the contract: it refolds the whole history of an account
// from scratch, counts late fees day by day, and keeps every number an exact fraction until it is shown. It is slow,
// and it is there to disagree: tests compare it with projections.Fold on random histories. Nothing but tests may import
// it.
//
//	fold.go         the order of the fold, and the one switch over kinds
//	corrections.go  voids, bounces and reclassifications, before anything is folded
//	terms.go        which version of the terms governs an instant (3.1)
//	contract.go     one contract: order, invoices, terms, units
//	service.go      provisioning, suspension, running out (6.1)
//	allocation.go   which debt a payment discharges (2.2, CC 560)
//	late_fee.go      late fees and the days overdue (2.2.2)
//	court.go         due dates that are moved, late fees that a court cut (11.4)
//	sla.go          outages and the time granted for them (4.7)
//	revenue.go      what is earned, and the contract liability
//	change.go       other configurations, units that are added (2.1, C-一)
//	unit_end.go     ends of single units, and their data (4.6, 11.2)
//	grant.go        time that is given (11.2)
//	ending.go       cancellation, termination and settlement (4.6, 6.2, 7.2(end))
//	claims.go       claims under their caps (3.8, 7.6)
//	figures.go      the answer
//	exact.go        fractions, spans of time
//	history.go      histories, their text, the instants to ask about
//	life.go         what random histories tell: not assignments, credit notes, late renewals, sums for several late fees
//	crowd.go        histories of many invoices and payments
//	compare.go      differences between two folds, and the smallest history that shows them
package foldtest
