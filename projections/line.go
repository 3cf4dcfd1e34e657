package projections

import (
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

	contract string
}

// Seconds is a length of time in a line: a JSON number of seconds, with a fraction only where there is one.
type Seconds civil.Duration

// MarshalJSON gives whole seconds, or seconds with nine decimals.
func (s Seconds) MarshalJSON() ([]byte, error) { return []byte(s.String()), nil }

func (s Seconds) String() string { return civil.Duration(s).String() }

// note is what a line says beside its value. It is made only when somebody asks for lines.
type note struct {
	rule    *Rule
	formula string
	events  []*events.Event
	invoice *invoice
	unit    *unit
}

// sheet collects lines while figures are made. A nil sheet collects nothing, and costs next to nothing.
type sheet struct {
	*interrupt
	lines []Line
}

// amount adds money to a figure.
func (s *sheet) amount(figure string, amount money.Fen, c *contract, say func() note) money.Fen {
	if s != nil && amount != 0 {
		value := amount // only this one is kept
		s.line(figure, c, say()).Amount = &value
	}
	return amount
}

// duration adds time to a figure.
func (s *sheet) duration(figure string, d civil.Duration, c *contract, say func() note) civil.Duration {
	if s != nil && !d.IsZero() {
		seconds := Seconds(d)
		s.line(figure, c, say()).Seconds = &seconds
	}
	return d
}

// instant is what durations are added to.
func (s *sheet) instant(figure string, t civil.Instant, c *contract, say func() note) civil.Instant {
	if s != nil {
		value := t
		s.line(figure, c, say()).Instant = &value
	}
	return t
}

func (s *sheet) line(figure string, c *contract, n note) *Line {
	s.step()
	l := Line{Figure: figure, Clause: n.rule.Clause, Rule: *n.rule, Formula: n.formula, EventIDs: idsOf(n.events)}
	if c != nil {
		l.contract = c.id
	}
	if n.invoice != nil {
		l.InvoiceID = n.invoice.id
	}
	if n.unit != nil {
		l.UnitID = n.unit.id
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

// decimals spells a number with up to six decimals, marked where they are not all.
func decimals(r *big.Rat) string {
	if digits, exact := r.FloatPrec(); exact && digits <= 6 {
		return r.FloatString(digits)
	}
	return "≈" + r.FloatString(6)
}
