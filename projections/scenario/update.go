package scenario

import (
	"slices"
	"strings"
)

// Update puts what the figures of a row came to, in the order of its fields, into the text in place of what was wanted.
func (s *Scenario) Update(r Row, got []string) {
	line := s.lines[r.Line-1]
	for i, f := range slices.Backward(r.Fields) { // from right to left: places further left still fit
		line = line[:f.start] + got[i] + line[f.end:]
	}
	s.lines[r.Line-1] = line
}

// Text is the scenario's text with the updates.
func (s *Scenario) Text() string { return strings.Join(s.lines, "\n") }
