package scenario

import (
	"fmt"
	"strings"

	"zhangben/events/civil"
)

// DefaultAccount is the customer account of subjects that name none.
const DefaultAccount = "KH-1"

// Scenario is one story with its checks.
type Scenario struct {
	Title   string
	Clauses []string
	Events  []Event
	Checks  []Check

	lines    []string
	accounts map[string]string // by contract: whose it is, by the first event of it
}

// Check is what must be so at one instant.
type Check struct {
	Line  int // where it stands, from 1
	AsOf  civil.Instant
	Known int // how many events of the scenario are known
	Rows  []Row
}

// Row names figures of one thing: a contract, one of its units, invoices or claims, its timeline, the answer to why
// something is not so of it, or an account.
type Row struct {
	Line     int
	What     string // "contract", "unit", "invoice", "claim", "timeline", "why_not" or "account"
	Account  string
	Contract string
	Part     string // the unit's, invoice's or claim's id, or the question of why_not
	Absent   bool
	Fields   []Field
}

// Field is a named figure and what it should be; start and end are where the value stands in its line.
type Field struct {
	Name, Want string
	start, end int
}

// Parse reads a scenario. Errors name the line, counted from 1.
func Parse(text string) (*Scenario, error) {
	s := &Scenario{lines: strings.Split(text, "\n"), accounts: map[string]string{}}
	for i, line := range s.lines {
		if err := s.read(i+1, line); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	switch {
	case s.Title == "":
		return nil, fmt.Errorf("line 1: a title is missing (# One sentence)")
	case len(s.Events) == 0:
		return nil, fmt.Errorf("line %d: no events", len(s.lines))
	}
	return s, nil
}

// read takes in one line. Rows are indented, checks begin with "at", everything else is an event.
func (s *Scenario) read(number int, line string) error {
	trimmed := strings.TrimSpace(line)
	switch {
	case trimmed == "":
		return nil
	case strings.HasPrefix(trimmed, "#"):
		s.comment(strings.TrimSpace(trimmed[1:]))
		return nil
	}
	words, err := split(line)
	if err != nil {
		return err
	}
	switch {
	case line[0] == ' ':
		return s.row(number, words)
	case words[0].text == "at":
		return s.check(number, words[1:])
	}
	return s.event(number, words)
}

func (s *Scenario) comment(text string) {
	if clauses, ok := strings.CutPrefix(text, "clauses:"); ok {
		s.Clauses = strings.Fields(clauses)
	} else if s.Title == "" {
		s.Title = text
	}
}
