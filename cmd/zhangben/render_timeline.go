package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// renderTimeline prints a contract's timeline for people.
func renderTimeline(w io.Writer, answer []byte) error {
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
	if err := json.Unmarshal(answer, &timeline); err != nil {
		return fmt.Errorf("the answer cannot be read: %w", err)
	}
	entries := &table{head: []string{"at", "what", "of", "clause", "events"}}
	for _, e := range timeline.Entries {
		entries.add(e.At, strings.ReplaceAll(e.What, "_", " "), orDash(e.Subject), e.Clause, strings.Join(e.EventIDs, " "))
	}
	return writeSections(w, section{"", timeline.table()}, section{"", entries})
}
