package render

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"zhangben/events/civil"
	"zhangben/projections"
)

// heading is what answers begin with.
type heading struct {
	Contract   string `json:"contract_id"`
	Account    string `json:"account_id"`
	AsOf       string `json:"as_of"`
	KnownAtSeq uint64 `json:"known_at_seq"`
}

func (h *heading) table() *Table {
	t := new(Table)
	if h.Contract != "" {
		t.Add("contract", h.Contract)
	}
	t.Add("account", h.Account)
	t.Add("as of", toTheSecond(h.AsOf))
	t.Add("known at", "record "+strconv.FormatUint(h.KnownAtSeq, 10))
	return t
}

// lineView is a line of an explanation: it has one of amount, seconds and instant.
type lineView struct {
	Figure   string      `json:"figure"`
	Invoice  string      `json:"invoice_id"`
	Unit     string      `json:"unit_id"`
	Amount   string      `json:"amount"`
	Seconds  json.Number `json:"seconds"`
	Instant  string      `json:"instant"`
	Clause   string      `json:"clause"`
	Rule     bilingual   `json:"rule"`
	Formula  string      `json:"formula"`
	EventIDs []string    `json:"event_ids"`
}

func (l *lineView) value() string {
	switch {
	case l.Instant != "":
		return l.Instant
	case l.Seconds != "" && l.Figure == "ends_at":
		return "+" + l.Seconds.String() + " s"
	case l.Seconds != "":
		return l.Seconds.String() + " s"
	}
	return l.Amount
}

// explainedFigure is a figure, of a unit where it is one's, and the lines that add up to it.
type explainedFigure struct {
	name, unit string
	lines      []lineView
}

// Explanation prints figures as trees of their lines; figure "" is all of them.
func Explanation(w io.Writer, answer []byte, figure string, lang *Language) error {
	var x struct {
		heading
		Notice bilingual  `json:"notice"`
		Lines  []lineView `json:"lines"`
	}
	if err := decode(answer, &x); err != nil {
		return err
	}
	if err := writeSections(w, section{"", x.table()}); err != nil {
		return err
	}
	var text strings.Builder
	figures := figuresOf(x.Lines, figure)
	for _, f := range figures {
		if err := f.write(&text, lang); err != nil {
			return err
		}
	}
	if len(figures) == 0 {
		text.WriteString("\nno lines: the figure is zero, or there is none yet\n")
	}
	text.WriteString("\n" + strings.Join(lang.of(x.Notice), "\n") + "\n")
	_, err := io.WriteString(w, text.String())
	return err
}

// figuresOf groups lines by their figure, in the order of explainedFigures; a contract's own before its units'.
func figuresOf(lines []lineView, only string) (figures []*explainedFigure) {
	for _, l := range lines {
		if only != "" && l.Figure != only {
			continue
		}
		i := slices.IndexFunc(figures, func(f *explainedFigure) bool { return f.name == l.Figure && f.unit == l.Unit })
		if i < 0 {
			i = len(figures)
			figures = append(figures, &explainedFigure{name: l.Figure, unit: l.Unit})
		}
		figures[i].lines = append(figures[i].lines, l)
	}
	slices.SortStableFunc(figures, func(a, b *explainedFigure) int {
		if a.name != b.name {
			return slices.Index(Figures, a.name) - slices.Index(Figures, b.name)
		}
		return min(len(a.unit), 1) - min(len(b.unit), 1)
	})
	return figures
}

// write prints the figure, and beneath it each line with its clause, rule, formula and events.
func (f *explainedFigure) write(w *strings.Builder, lang *Language) error {
	total, err := f.total()
	if err != nil {
		return err
	}
	name := f.name
	if f.unit != "" {
		name += " of " + f.unit
	}
	fmt.Fprintf(w, "\n%s  %s\n", name, total)
	widest := 0
	for i := range f.lines {
		widest = max(widest, len(f.lines[i].value()))
	}
	for i := range f.lines {
		branch, trunk := "├─ ", "│  "
		if i == len(f.lines)-1 {
			branch, trunk = "└─ ", "   "
		}
		l := &f.lines[i]
		fmt.Fprintf(w, "%s%*s  %s\n", branch, widest, l.value(), strings.Join(nonEmpty(l.Clause, l.Invoice), ", "))
		repeated := i > 0 && f.lines[i-1].Rule == l.Rule
		for _, text := range l.details(lang, repeated) {
			fmt.Fprintf(w, "%s%*s  %s\n", trunk, widest, "", text)
		}
	}
	return nil
}

// details are what stands under a line: its rule, unless that stands just above, its formula and its events.
func (l *lineView) details(lang *Language, repeated bool) (details []string) {
	if !repeated {
		details = lang.of(l.Rule)
	}
	if l.Formula != l.value() {
		details = append(details, l.Formula)
	}
	return append(details, l.EventIDs...)
}

// total adds the lines up: amounts, seconds, or an instant and the seconds that follow it.
func (f *explainedFigure) total() (string, error) {
	var sum decimal.Decimal
	start := ""
	for i := range f.lines {
		l := &f.lines[i]
		if l.Instant != "" {
			start = l.Instant
			continue
		}
		n, err := decimal.NewFromString(l.Amount + l.Seconds.String())
		if err != nil {
			return "", fmt.Errorf("the answer cannot be read: %w", err)
		}
		sum = sum.Add(n)
	}
	switch {
	case start != "":
		return later(start, sum)
	case f.lines[0].Amount != "":
		return sum.StringFixed(2) + " CNY", nil
	}
	return sum.Truncate(0).String() + " s", nil
}

// later is an instant some seconds after a start.
func later(start string, seconds decimal.Decimal) (string, error) {
	t, err := civil.ParseInstant(start)
	if err != nil {
		return "", fmt.Errorf("the answer cannot be read: %w", err)
	}
	whole := seconds.Floor()
	sec, nsec := t.Unix()
	nanoseconds := int64(nsec) + seconds.Sub(whole).Shift(9).IntPart()
	return civil.Unix(sec+whole.IntPart()+nanoseconds/1e9, int32(nanoseconds%1e9)).String(), nil
}

func nonEmpty(texts ...string) []string {
	return slices.DeleteFunc(texts, func(s string) bool { return s == "" })
}

// WhyNot prints what would have to be so, and whether it is.
func WhyNot(w io.Writer, answer []byte, lang *Language) error {
	var x struct {
		heading
		Question   string    `json:"question"`
		Holds      bool      `json:"holds"`
		Notice     bilingual `json:"notice"`
		Conditions []struct {
			bilingual
			Clause string `json:"clause"`
			Holds  bool   `json:"holds"`
			Detail string `json:"detail"`
			From   string `json:"from"`
		} `json:"conditions"`
	}
	if err := decode(answer, &x); err != nil {
		return err
	}
	head := x.table()
	head.Add(x.Question, yesNo(x.Holds))
	conditions := &Table{head: []string{"holds", "clause", "condition", "what is so", "from"}}
	for _, c := range x.Conditions {
		texts := lang.of(c.bilingual)
		conditions.Add(yesNo(c.Holds), c.Clause, texts[0], OrDash(c.Detail), c.From)
		for _, text := range texts[1:] {
			conditions.Add("", "", text)
		}
	}
	notice := new(Table)
	for _, text := range lang.of(x.Notice) {
		notice.Add(text)
	}
	return writeSections(w, section{"", head}, section{"", conditions}, section{"", notice})
}

func yesNo(holds bool) string {
	if holds {
		return "yes"
	}
	return "no"
}

// Figures are what can be explained, in the order in which it is printed.
var Figures = append(slices.Clone(projections.ExplainedFigures), "wallet")
