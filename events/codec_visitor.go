package events

import (
	"github.com/google/uuid"

	"zhangben/events/civil"
	"zhangben/events/money"
)

// visitor goes through the fields of one event's data. Each method takes the field's name in JSON and where its value
// lives; the names ending in Opt take fields that may be left out.
type visitor interface {
	ident(name string, p *string)                            // [A-Za-z0-9][A-Za-z0-9_-]{0,63}
	identOpt(name string, p *string)                         // the same or ""
	charge(name string, p *string)                           // an ident that is no invoice id of an order or renewal
	idents(name string, p *[]string)                         // 1 to 10,000 different idents
	identsOpt(name string, p *[]string)                      // the same or nil
	text(name string, p *string)                             // 1 to 1,024 characters, no control characters
	textOpt(name string, p *string)                          // the same or ""
	enum(name string, p *uint8, names []string)              // index into names, 0 means not given
	enumOpt(name string, p *uint8, names []string)           //
	amount(name string, p *money.Amount)                     // above zero
	amountZero(name string, p **money.Amount, required bool) // zero or more, nil when left out
	currency()                                               // "currency" must be CNY
	count(name string, p *int)                               // 1 to 10,000
	term(name string, p *civil.Term)                         //
	dateOpt(name string, p *civil.Date)                      //
	instant(name string, p *SpelledInstant, required bool)   //
	id(name string, p *uuid.UUID, spelling *string)          // an event id; spelling is "" in lower case
	flagOpt(name string, p *Flag)                            //
	specOpt(name string, p *string)                          // an object; its known members are texts or numbers
	params(name string, p *Params)                           //
	seq(name string, p *uint64)                              // a log sequence number, up to 2^53 - 1
	hex32(name string, p *string)                            // 64 lower-case hexadecimal digits
	month(name string, p *string)                            // YYYY-MM
	account(name string, p *string)                          // an ident other than "all"
	change(name string, p *string)                           // an ident short enough to be part of an invoice's id
	partOpt(name string, p *string)                          // 1 to 64 characters, or ""
	fee(name string, p *money.Amount)                        // zero or more
	amountOpt(name string, p **money.Amount)                 // above zero, nil when left out
	signedOpt(name string, p **money.Amount)                 // of either sign, nil when left out
	rateOpt(name string, p *SpelledRate)                     // a rate a day
	date(name string, p *civil.Date)                         //
	termOpt(name string, p *civil.Term)                      //
	span(name string, p *civil.Span)                         // a term or seconds
	periodOpt(name string, p *Period)                        // an object of two dates

	// added stands before the fields that a kind got after events of it had been stored. Where such an event has a
	// member of that name, it is one that was not known: it is in extra, and means nothing.
	added()
}
