package render

import (
	"io"
	"strings"

	"zhangben/projections"
)

// Timeline prints a contract's timeline for people.
var Timeline = view(func(w io.Writer, timeline *projections.Timeline) error {
	entries := &Table{head: []string{"at", "what", "of", "clause", "events"}}
	for _, e := range timeline.Milestones {
		entries.Add(e.At.String(), strings.ReplaceAll(e.What, "_", " "), OrDash(e.Subject), e.Clause,
			strings.Join(e.EventIDs, " "))
	}
	heading := headingOf(timeline.ContractID, timeline.AccountID, timeline.AsOf, timeline.KnownAtSeq)
	return writeSections(w, section{"", heading}, section{"", entries})
})
