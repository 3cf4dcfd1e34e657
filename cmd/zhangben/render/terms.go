package render

import (
	"encoding/json"
	"io"
	"strconv"

	"zhangben/events/glossary"
)

// Terms prints the terms for people.
func Terms(w io.Writer, answer []byte) error {
	var t struct {
		AsOf    string                     `json:"as_of"`
		KnownAt uint64                     `json:"known_at_seq"`
		Version string                     `json:"version"`
		From    string                     `json:"from"`
		EventID string                     `json:"event_id"`
		Params  map[string]json.RawMessage `json:"params"`
	}
	if err := decode(answer, &t); err != nil {
		return err
	}
	head := new(Table)
	head.Add("as of", toTheSecond(t.AsOf))
	head.Add("known at", "record "+strconv.FormatUint(t.KnownAt, 10))
	if t.EventID == "" {
		head.Add("version", "none published: the text of the agreement")
	} else {
		head.Add("version", t.Version)
		head.Add("in force from", t.From)
		head.Add("published by", t.EventID)
	}
	params := new(Table)
	for _, name := range glossary.Of("params").Words {
		if value, ok := t.Params[name]; ok {
			params.Add(name, string(value))
		}
	}
	return writeSections(w, section{"", head}, section{"", params})
}
