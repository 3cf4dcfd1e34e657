// Package render prints answers of the ledger for people: tables, trees of explanations, and other people's texts so
// that they cannot act on a terminal.
package render

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"zhangben/events/civil"
)

// Table is text in columns without borders. Amounts and counts stand to the right of their column.
type Table struct {
	head  []string
	right []bool // by column; those beyond it stand left
	rows  [][]string
}

// Add adds a row, of which no cell ends the line.
func (t *Table) Add(cells ...string) {
	for i, cell := range cells {
		cells[i] = Visible(cell)
	}
	t.rows = append(t.rows, cells)
}

// Write prints the table, each line after an indent. Nothing is cut off, and no line ends in spaces.
func (t *Table) Write(w io.Writer, indent string) error {
	rows := t.rows
	if t.head != nil {
		rows = append([][]string{t.head}, rows...)
	}
	widths := columnWidths(rows)
	for _, row := range rows {
		var line strings.Builder
		line.WriteString(indent)
		for i, cell := range row {
			t.writeCell(&line, i, cell, widths[i])
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(line.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

func (t *Table) writeCell(line *strings.Builder, column int, cell string, widest int) {
	if column > 0 {
		line.WriteString("  ")
	}
	padding := strings.Repeat(" ", widest-displayWidth(cell))
	if column < len(t.right) && t.right[column] {
		line.WriteString(padding + cell)
		return
	}
	line.WriteString(cell + padding)
}

func columnWidths(rows [][]string) (widths []int) {
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], displayWidth(cell))
		}
	}
	return widths
}

// displayWidth is how many places a text takes on a terminal: Chinese characters take two.
func displayWidth(s string) (places int) {
	for _, r := range s {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			places += 2
		default:
			places++
		}
	}
	return places
}

// subSeconds is what an instant of a machine's clock has beyond milliseconds.
var subSeconds = regexp.MustCompile(`\.[0-9]{4,9}`)

// toTheSecond spells an instant for people: who asks without --as-of is not shown the nanoseconds of the question.
func toTheSecond(instant string) string { return subSeconds.ReplaceAllString(instant, "") }

// decode reads the JSON of an answer.
func decode(answer []byte, into any) error {
	if err := json.Unmarshal(answer, into); err != nil {
		return fmt.Errorf("the answer cannot be read: %w", err)
	}
	return nil
}

// view makes a function that prints an answer of one that prints what is in it.
func view[T any](print func(io.Writer, *T) error) func(io.Writer, []byte) error {
	return func(w io.Writer, answer []byte) error {
		value := new(T)
		if err := decode(answer, value); err != nil {
			return err
		}
		return print(w, value)
	}
}

// section is a table under a title.
type section struct {
	title string
	table *Table
}

// writeSections prints sections with an empty line between them; those without rows are left out.
func writeSections(w io.Writer, sections ...section) error {
	separator := ""
	for _, s := range sections {
		if len(s.table.rows) == 0 {
			continue
		}
		title, indent := "", ""
		if s.title != "" {
			title, indent = s.title+"\n", "  "
		}
		if _, err := io.WriteString(w, separator+title); err != nil {
			return err
		}
		if err := s.table.Write(w, indent); err != nil {
			return err
		}
		separator = "\n"
	}
	return nil
}

// headingOf says what an answer is about, and as of when: of a contract, of an account where contract is "", or of all
// where account is "", too.
func headingOf(contract, account string, asOf civil.Instant, knownAtSeq uint64) *Table {
	t := new(Table)
	if contract != "" {
		t.Add("contract", contract)
	}
	if account != "" {
		t.Add("account", account)
	}
	t.Add("as of", toTheSecond(asOf.String()))
	t.Add("known at", "record "+strconv.FormatUint(knownAtSeq, 10))
	return t
}

// OrDash is a text, or a dash where there is none.
func OrDash(s string) string { return cmp.Or(s, "–") }
