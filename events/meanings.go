package events

import (
	"strings"

	"zhangben/events/glossary"
)

// Meaning says in a sentence what the events of the kind state.
func (k Kind) Meaning() string { return glossary.Meaning("kinds", k.String()).Both() }

// fieldMeaning says what a field of data means in a kind: a meaning under "kind/field" is of this kind only.
func fieldMeaning(k Kind, field string) string {
	own := k.String() + "/" + field
	text := glossary.Meaning("data", own).Both()
	if text == "" {
		return Meaning(field) + glossary.Of(own).List()
	}
	return text
}

// Meaning says what an attribute or a field of data means, and each of its values; of a member of spec or a parameter
// of the terms under "spec." and "params.". It is "" for a name not known here.
func Meaning(name string) string {
	text := glossary.Meaning("attributes", name).Both() + glossary.Meaning("data", name).Both()
	for _, section := range []string{"spec", "params"} {
		if word, ok := strings.CutPrefix(name, section+"."); ok {
			text = glossary.Meaning(section, word).Both()
		}
	}
	return text + glossary.Of(name).List()
}
