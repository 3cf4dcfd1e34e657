package render

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"zhangben/events/civil"
	"zhangben/events/money"
	"zhangben/projections"
)

// valueOf returns what a line adds: it has one of amount, seconds and instant.
func valueOf(l *projections.Line) string {
	switch {
	case l.Instant != nil:
		return l.Instant.String()
	case l.Seconds != nil && l.Figure == "ends_at":
		return "+" + l.Seconds.String() + " s"
	case l.Seconds != nil:
		return l.Seconds.String() + " s"
	case l.Amount != nil:
		return l.Amount.String()
	}
	return ""
}

// explainedFigure is a figure, of a unit where it is one's, and the lines that add up to it.
type explainedFigure struct {
	name, unit string
	lines      []projections.Line
}

// Explanation prints figures as trees of their lines; figure "" is all of them.
func Explanation(w io.Writer, answer []byte, figure string, lang Language) error {
	var x projections.Explanation
	if err := decode(answer, &x); err != nil {
		return err
	}
	heading := headingOf(x.ContractID, x.AccountID, x.AsOf, x.KnownAtSeq)
	if err := writeSections(w, section{"", heading}); err != nil {
		return err
	}
	var text strings.Builder
	figures := figuresOf(x.Lines, figure)
	for _, f := range figures {
		f.write(&text, lang)
	}
	if len(figures) == 0 {
		text.WriteString("\nno lines: the figure is zero, or there is none yet\n")
	}
	text.WriteString("\n" + strings.Join(lang.of(x.Notice.ZH, x.Notice.EN), "\n") + "\n")
	_, err := io.WriteString(w, text.String())
	return err
}

// figuresOf groups lines by their figure, in the order of Figures; a contract's own before its units'.
func figuresOf(lines []projections.Line, only string) (figures []*explainedFigure) {
	for _, l := range lines {
		if only != "" && l.Figure != only {
			continue
		}
		i := slices.IndexFunc(figures, func(f *explainedFigure) bool { return f.name == l.Figure && f.unit == l.UnitID })
		if i < 0 {
			i = len(figures)
			figures = append(figures, &explainedFigure{name: l.Figure, unit: l.UnitID})
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
func (f *explainedFigure) write(w *strings.Builder, lang Language) {
	name := f.name
	if f.unit != "" {
		name += " of " + f.unit
	}
	fmt.Fprintf(w, "\n%s  %s\n", name, f.total())
	widest := 0
	for i := range f.lines {
		widest = max(widest, len(valueOf(&f.lines[i])))
	}
	for i := range f.lines {
		branch, trunk := "├─ ", "│  "
		if i == len(f.lines)-1 {
			branch, trunk = "└─ ", "   "
		}
		l := &f.lines[i]
		fmt.Fprintf(w, "%s%*s  %s\n", branch, widest, valueOf(l), strings.Join(nonEmpty(l.Clause, l.InvoiceID), ", "))
		repeated := i > 0 && f.lines[i-1].Rule == l.Rule
		for _, text := range details(l, lang, repeated) {
			fmt.Fprintf(w, "%s%*s  %s\n", trunk, widest, "", text)
		}
	}
}

// details are what stands under a line: its rule, unless that stands just above, its formula and its events.
func details(l *projections.Line, lang Language, repeated bool) (details []string) {
	if !repeated {
		details = lang.of(l.Rule.ZH, l.Rule.EN)
	}
	if l.Formula != valueOf(l) {
		details = append(details, l.Formula)
	}
	return append(details, l.EventIDs...)
}

// total adds the lines up: amounts, seconds, or an instant and the seconds that follow it.
func (f *explainedFigure) total() string {
	var fen money.Fen
	var length civil.Duration
	var start *civil.Instant
	for i := range f.lines {
		switch l := &f.lines[i]; {
		case l.Instant != nil:
			start = l.Instant
		case l.Seconds != nil:
			length = length.Add(civil.Duration(*l.Seconds))
		case l.Amount != nil:
			fen += *l.Amount
		}
	}
	switch {
	case start != nil:
		return start.Add(length).String()
	case f.lines[0].Amount != nil:
		return fen.String() + " CNY"
	}
	return number(length.Seconds()) + " s"
}

func nonEmpty(texts ...string) []string {
	return slices.DeleteFunc(texts, func(s string) bool { return s == "" })
}

// WhyNot prints what would have to be so, and whether it is.
func WhyNot(w io.Writer, answer []byte, lang Language) error {
	var x projections.WhyNot
	if err := decode(answer, &x); err != nil {
		return err
	}
	head := headingOf(x.ContractID, x.AccountID, x.AsOf, x.KnownAtSeq)
	head.Add(string(x.Question), yesNo(x.Holds))
	conditions := &Table{head: []string{"holds", "clause", "condition", "what is so", "from"}}
	for _, c := range x.Conditions {
		texts, from := lang.of(c.ZH, c.EN), ""
		if c.From != nil {
			from = c.From.String()
		}
		conditions.Add(yesNo(c.Holds), c.Clause, texts[0], OrDash(c.Detail), from)
		for _, text := range texts[1:] {
			conditions.Add("", "", text)
		}
	}
	notice := new(Table)
	for _, text := range lang.of(x.Notice.ZH, x.Notice.EN) {
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
