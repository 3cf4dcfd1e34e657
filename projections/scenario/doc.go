// Package scenario reads stories of contracts with the figures they come to, in a text an accountant can read and
// check:
//
//	# Nothing is paid, and three days after the due date the provider ends the contract
//	# clauses: 2.2.2 6.3
//
//	2025-06-01 09:00 contract.ordered HT-2 product=vps quantity=1 term=P3M fee=920.00 mode=postpaid due_date=2025-06-30
//	2025-06-01 09:00  contract.provisioned  HT-2  unit_ids=u1
//	2025-07-04 09:00  contract.terminated   HT-2  reason=arrears  @end
//
//	at 2025-07-04 09:00 known 2
//	  HT-2             status=active principal=920.00
//	  invoice HT-2 order  overdue_days=4
//	at 2025-07-04 09:00
//	  HT-2             status=terminated principal=330.00 exceptions=none
//	  account          wallet=0.00
//
// The first comment is the title, the one that begins with "clauses:" lists the clauses at stake; other lines beginning
// with # are remarks. Times are Shanghai's, with seconds and fractions where they matter.
//
// An event is a line: time, kind, subject, data. The subject is a contract ("HT-2", or "KH-7/HT-2" for a customer
// account other than [DefaultAccount]), an account for the kinds of accounts, "KH-1/" for an account's event that names
// no contract, or "all". Lists are separated by commas, texts with spaces are quoted, objects are JSON, instants are
// written 2025-07-04T09:00. A word "@end" labels the event; voids=@end and payment=@end name it, and exceptions of it
// are listed as code@end. "by=ledger" says that the ledger
// itself wrote it. A word "recorded=2025-07-06T09:00" says when the ledger learned of it, and "+customer=云杉数据" is a
// member of the data that the ledger keeps and does not read. Events stand in order of arrival; of several with one
// time and rank the earlier line has the smaller id.
//
// A row "timeline HT-2 due_day_over=order@2025-07-01T00:00" lists when a milestone of the contract's timeline is
// reached, and for which invoice or unit. A row "why_not HT-2 may_terminate holds=false fails="the due day is over"
// from=2025-07-01T00:00" names of the answer the first condition that fails (detail says what it was asked of, details
// that of all conditions).
//
// A check says what must be known of each named figure, and of no other. "known 2" limits the facts to the first two
// lines. A row "HT-2 absent" says that nothing is known of the contract. Lists (flags, exceptions) are complete, "none"
// where they are empty.
//
// The package is pure but for what it is given: it reads texts, builds events, compares figures.
package scenario
