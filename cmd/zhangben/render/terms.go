package render

import (
	"encoding/json"
	"io"

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
	return writeSections(w, section{"", head}, section{"", params})
})
