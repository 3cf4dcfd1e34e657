package render

import (
	"encoding/json"
	"io"

	"zhangben/events/civil"
	"zhangben/events/glossary"
	"zhangben/projections"
)

// termsAnswer is an answer about terms, whose parameters are printed as they are spelled.
type termsAnswer struct {
	projections.TermsInForce
	Params map[string]json.RawMessage `json:"params"`
}

// Terms prints the terms for people.
var Terms = view(func(w io.Writer, t *termsAnswer) error {
	head := headingOf("", "", t.AsOf, t.KnownAtSeq)
	if t.EventID == nil {
		head.Add("version", "none published: the text of the agreement")
	} else {
		head.Add("version", *t.Version)
		head.Add("in force from", t.From.String())
		head.Add("published by", *t.EventID)
	}
	params := new(Table)
	for _, name := range glossary.Of("params").Words {
		if value, ok := t.Params[name]; ok {
			params.Add(name, string(value))
		}
	}
	return writeSections(w, section{"", head}, section{"", params}, section{"Versions", versions(t.Versions)})
})

// versions is a row for each version of the terms: what it says of its time, and when it was learned of.
func versions(list []projections.TermsVersion) *Table {
	rows := new(Table)
	for n, v := range list {
		if n == 0 {
			rows.Add("version", "time", "announced at", "counts from", "recorded", "")
		}
		backdated := ""
		if v.Backdated {
			backdated = "backdated"
		}
		rows.Add(v.Version, instantOrDash(&v.Time), instantOrDash(v.AnnouncedAt), instantOrDash(&v.From),
			instantOrDash(v.RecordedTime), backdated)
	}
	return rows
}

func instantOrDash(t *civil.Instant) string {
	if t == nil {
		return "-"
	}
	return toTheSecond(t.String())
}
