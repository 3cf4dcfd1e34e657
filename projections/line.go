package projections

import (
	"fmt"
	"math/big"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/money"
)

// Rule says in one sentence what a clause makes of the facts. It is an engineering reading, not legal advice.
type Rule struct {
	Clause string `json:"-"`
	ZH     string `json:"zh"`
	EN     string `json:"en"`
}

// The figures that are explained. Those of units and invoices have the figure's name and the unit's or invoice's id.
const (
	figurePrincipal      = "principal"
	figureLateFee        = "late_fee"
	figureLateFeeAccrued = "late_fee_accrued"
	figurePaid           = "paid"
	figureRefund         = "refund"
	figureForfeited      = "forfeited"
	figureReturned       = "returned"
	figureCompensation   = "compensation"
	figureRevenue        = "revenue"
	figureLiability      = "contract_liability"
	figureEndsAt         = "ends_at"
	figureOutage         = "sla.outage_seconds"
	figureRaw            = "sla.raw_seconds"
	figureGranted        = "sla.granted_seconds"
	figureValue          = "sla.value"
	figureProvisional    = "sla.provisional_seconds"
	figureWallet         = "wallet"
)

// ExplainedFigures lists those of a contract.
var ExplainedFigures = []string{
	figurePrincipal, figureLateFee, figureLateFeeAccrued, figurePaid, figureRefund, figureForfeited, figureReturned,
	figureCompensation, figureRevenue, figureLiability, figureEndsAt, figureOutage, figureRaw, figureGranted,
	figureValue, figureProvisional,
}

// Line is one addend of a figure: an amount, a number of seconds, or the instant that seconds are added to. The lines
// of a figure add up to it; they come out of the code that makes the figure.
type Line struct {
	Figure    string         `json:"figure"`
	InvoiceID string         `json:"invoice_id,omitempty"`
	UnitID    string         `json:"unit_id,omitempty"`
	Amount    *money.Fen     `json:"amount,omitempty"`
	Seconds   *Seconds       `json:"seconds,omitempty"`
	Instant   *civil.Instant `json:"instant,omitempty"`
	Clause    string         `json:"clause"`
	Rule      Rule           `json:"rule"`
	Formula   string         `json:"formula"`
	EventIDs  []string       `json:"event_ids"`
}

// Seconds is a length of time in a line: a JSON number of seconds, with a fraction only where there is one.
type Seconds civil.Duration

// MarshalJSON writes whole seconds, or seconds with nine decimals.
func (s Seconds) MarshalJSON() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalJSON is the inverse of MarshalJSON.
func (s *Seconds) UnmarshalJSON(text []byte) error { return (*civil.Duration)(s).UnmarshalText(text) }

func (s Seconds) String() string { return civil.Duration(s).String() }

// grounds is what a line says beside its value. It is made only when lines are asked for.
type grounds struct {
	rule    *Rule
	formula string
	events  []*events.Event
	invoice *invoice
	server  *server
}

// explanation collects the lines of some figures while they are made. A nil sheet collects nothing, and costs next to
// nothing.
type explanation struct {
	*interrupt
	contract, figure string // of which contract, and of which figure of it; "" for all but the wallet
	origin           string // the account under which the contract began, where it may have passed from another
	lines            []Line
	size             int // of the lines
	recorded         int // how much is kept for lines to come
}

// MostExplained is about how much an explanation may have, lines and the events they name counted together.
const MostExplained = 20_000

// ErrTooMuchToExplain says that an explanation would have more than MostExplained lines and events.
var ErrTooMuchToExplain = fmt.Errorf("more than %d lines and events would explain it: ask for one figure "+
	"(figure, --figure), or as of an earlier instant (as_of, --as-of)", MostExplained)

// wants reports whether the lines of a figure are collected.
func (s *explanation) wants(figure string, c *contract) bool {
	switch {
	case s == nil:
		return false
	case figure == figureWallet || s.figure == figureWallet:
		return figure == s.figure
	}
	return c != nil && c.id == s.contract && (s.figure == "" || s.figure == figure) &&
		(s.origin == "" || s.origin == c.origin)
}

// recordsDischarges reports whether what happens to a contract's invoices is kept, to be explained in the end.
func (s *explanation) recordsDischarges(c *contract) bool {
	if !s.wantsInvoices(c) {
		return false
	}
	s.grow(&s.recorded, 1)
	return true
}

func (s *explanation) wantsInvoices(c *contract) bool {
	return s.wants(figurePrincipal, c) || s.wants(figurePaid, c) || s.wants(figureLateFee, c) ||
		s.wants(figureLateFeeAccrued, c)
}

// grow adds to what is to be explained, as long as that is not too much.
func (s *explanation) grow(size *int, n int) {
	if *size += n; *size > MostExplained {
		panic(interrupted{ErrTooMuchToExplain})
	}
}

// amount adds money to a figure.
func (s *explanation) amount(figure string, amount money.Fen, c *contract, say func() grounds) money.Fen {
	if amount != 0 && s.wants(figure, c) {
		value := amount // only this one is kept
		s.line(figure, say()).Amount = &value
	}
	return amount
}

// duration adds time to a figure.
func (s *explanation) duration(figure string, d civil.Duration, c *contract, say func() grounds) civil.Duration {
	if !d.IsZero() && s.wants(figure, c) {
		seconds := Seconds(d)
		s.line(figure, say()).Seconds = &seconds
	}
	return d
}

// instant is what durations are added to.
func (s *explanation) instant(figure string, t civil.Instant, c *contract, say func() grounds) civil.Instant {
	if s.wants(figure, c) {
		value := t
		s.line(figure, say()).Instant = &value
	}
	return t
}

func (s *explanation) line(figure string, n grounds) *Line {
	s.step()
	s.grow(&s.size, 1+len(n.events))
	l := Line{Figure: figure, Clause: n.rule.Clause, Rule: *n.rule, Formula: n.formula, EventIDs: idsOf(n.events)}
	if n.invoice != nil {
		l.InvoiceID = n.invoice.id
	}
	if n.server != nil {
		l.UnitID = n.server.id
	}
	s.lines = append(s.lines, l)
	return &s.lines[len(s.lines)-1]
}

// idsOf lists the ids of events, each once, leaving out what is missing.
func idsOf(list []*events.Event) []string {
	ids := make([]string, 0, len(list))
	seen := map[*events.Event]bool{nil: true}
	for _, e := range list {
		if !seen[e] {
			seen[e] = true
			ids = append(ids, e.ID.String())
		}
	}
	return ids
}

// rounded spells an exact number of fen in yuan with the rounding step, where one is needed: "22.4985 → 22.50".
func rounded(fen *big.Rat) string {
	whole := money.RoundRat(fen).String()
	if fen.IsInt() {
		return whole
	}
	return yuan(fen) + " → " + whole
}

// yuan spells an exact number of fen in yuan.
func yuan(fen *big.Rat) string {
	if fen.IsInt() {
		return money.RoundRat(fen).String()
	}
	return decimals(new(big.Rat).Quo(fen, big.NewRat(100, 1)))
}

// decimals spells a number with up to six decimals, or with nine and a mark where they are not all.
func decimals(r *big.Rat) string {
	if digits, exact := r.FloatPrec(); exact && digits <= 6 {
		return r.FloatString(digits)
	}
	return "≈" + r.FloatString(9)
}
