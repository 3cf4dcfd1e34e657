package render

import (
	"io"
	"strings"
)

// Timeline prints a contract's timeline for people.
func Timeline(w io.Writer, answer []byte) error {
	var timeline struct {
		heading
		Entries []struct {
			At       string   `json:"at"`
			What     string   `json:"what"`
			Subject  string   `json:"subject"`
			Clause   string   `json:"clause"`
			EventIDs []string `json:"event_ids"`
		} `json:"entries"`
	}
	if err := decode(answer, &timeline); err != nil {
		return err
	}
	entries := &Table{head: []string{"at", "what", "of", "clause", "events"}}
	for _, e := range timeline.Entries {
		entries.Add(e.At, strings.ReplaceAll(e.What, "_", " "), OrDash(e.Subject), e.Clause, strings.Join(e.EventIDs, " "))
	}
	return writeSections(w, section{"", timeline.table()}, section{"", entries})
}
