package projections_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"zhangben/events/civil"
	"zhangben/projections"
	"zhangben/projections/foldtest"
)

// TestFormulasComeToTheirLines reads the formulas of random histories as a reader with a calculator does, and wants
// what each line says.
func TestFormulasComeToTheirLines(t *testing.T) {
	eachHistory(t, 400, func(t *testing.T, name string, h foldtest.History, rng *rand.Rand) {
		for _, at := range h.Instants(rng, 2) {
			book, _ := fold(h.Account, h.Own, h.Everybody, at)
			for _, c := range book.Contracts {
				x, _, _ := projections.Explain(t.Context(), h.Account, c.ContractID, "", h.Own, h.Everybody, at)
				checkFormulas(t, name, x.Lines)
			}
		}
	})
}

// checkFormulas works out the formulas of lines that are sums of money or lengths of time.
func checkFormulas(t *testing.T, name string, lines []projections.Line) {
	t.Helper()
	for _, l := range lines {
		var err error
		switch {
		case l.Amount != nil:
			err = comesTo(l.Formula, big.NewRat(int64(*l.Amount), 100), new(big.Rat))
		case l.Seconds != nil && strings.Contains(l.Formula, " = "): // a line of a figure shows whole seconds, rounded down
			err = comesTo(l.Formula, new(big.Rat).SetInt64(civil.Duration(*l.Seconds).Seconds()), big.NewRat(1, 1))
		}
		if err != nil {
			t.Errorf("%s: %s %s: %q: %v", name, l.Figure, l.InvoiceID, l.Formula, err)
		}
	}
}

// comesTo reports how a formula differs from what its line says by more than some slack. "A = B → C" is worked out as
// A, shown as B and rounded to C; a line that is one of several shares of a sum may differ from C by a fen.
func comesTo(formula string, line, slack *big.Rat) error {
	if inner, negative := strings.CutPrefix(formula, "−("); negative {
		return comesTo(strings.TrimSuffix(inner, ")"), new(big.Rat).Neg(line), slack)
	}
	worked, shown, equation := strings.Cut(formula, " = ")
	if !equation {
		shown = worked
	}
	left, right := &calculator{text: worked}, &calculator{text: shown}
	a, b := left.sum(), right.sum()
	switch shortened := strings.Contains(formula, "≈"); {
	case shortened && slack.Sign() == 0:
		slack = big.NewRat(1, 10_000)
	case shortened: // what is rounded down besides may have been just below a whole second
		slack = new(big.Rat).Add(slack, big.NewRat(1, 1000))
	}
	rounded := strings.Contains(shown, " → ")
	switch {
	case left.text != "" || right.text != "":
		return fmt.Errorf("%q and %q are not understood", left.text, right.text)
	case equation && rounded && !within(a, right.before, slack), equation && !rounded && !within(a, b, slack):
		return fmt.Errorf("it comes to %s", a.FloatString(6))
	case rounded && !within(b, line, big.NewRat(1, 100)), !rounded && !within(b, line, slack):
		return fmt.Errorf("it comes to %s, the line says %s", b.FloatString(6), line.FloatString(6))
	}
	return nil
}

func within(a, b, slack *big.Rat) bool {
	difference := new(big.Rat).Sub(a, b)
	return difference.Abs(difference).Cmp(slack) <= 0
}

// calculator works out text from its beginning, and leaves what it does not understand.
type calculator struct {
	text   string
	before *big.Rat // the number before the last " → "
}

// after reports whether text begins with one of some signs, and goes past it.
func (c *calculator) after(signs ...string) (sign string) {
	for _, sign := range signs {
		if rest, found := strings.CutPrefix(c.text, sign); found {
			c.text = rest
			return sign
		}
	}
	return ""
}

func (c *calculator) sum() *big.Rat {
	total := c.product()
	for {
		switch c.after(" + ", " − ") {
		case " + ":
			total.Add(total, c.product())
		case " − ":
			total.Sub(total, c.product())
		default:
			return total
		}
	}
}

func (c *calculator) product() *big.Rat {
	total := c.factor()
	for {
		switch c.after(" × ", " ÷ ", "/") {
		case " × ":
			total.Mul(total, c.factor())
		case " ÷ ", "/":
			total.Quo(total, c.factor())
		default:
			return total
		}
	}
}

var number = regexp.MustCompile(`^≈?(-?[0-9]+(?:\.[0-9]+)?)(?: [sd]\b)?`)

// factor is a number, a sum in brackets, or the least of two sums.
func (c *calculator) factor() *big.Rat {
	switch c.after("(", "min(") {
	case "(":
		inner := c.sum()
		c.after(")")
		return inner
	case "min(":
		a := c.sum()
		c.after(", ")
		b := c.sum()
		if c.after(")"); b.Cmp(a) < 0 {
			return b
		}
		return a
	}
	return c.number()
}

// number is a number, or one that is rounded: "22.4985 → 22.50".
func (c *calculator) number() *big.Rat {
	n := new(big.Rat)
	found := number.FindStringSubmatch(c.text)
	if found == nil {
		return n.SetInt64(1)
	}
	n.SetString(found[1])
	c.text = c.text[len(found[0]):]
	if c.after(" → ") == "" {
		return n
	}
	c.before = n
	rounded := c.number()
	if !within(n, rounded, big.NewRat(5_001, 1_000_000)) {
		c.text = "a number rounded wrongly"
	}
	return rounded
}
