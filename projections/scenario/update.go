package scenario

import (
	"slices"
	"strconv"
	"strings"
)

// Update puts the figures of a row as they came out, by the order of its fields, into the text.
func (s *Scenario) Update(r Row, got []string) {
	line := s.lines[r.Line-1]
	for i, f := range slices.Backward(r.Fields) { // from right to left: places further left still fit
		line = line[:f.start] + quoted(got[i]) + line[f.end:]
	}
	s.lines[r.Line-1] = line
}

// quoted spells a value as a row has it: with quotation marks where it has spaces.
func quoted(value string) string {
	if strings.Contains(value, " ") {
		return strconv.Quote(value)
	}
	return value
}

// Text is the scenario's text with the updates.
func (s *Scenario) Text() string { return strings.Join(s.lines, "\n") }
