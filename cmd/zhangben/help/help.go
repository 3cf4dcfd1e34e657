// Package help has the pages of zhangben help TOPIC, in English and Chinese beside each other, and what the glossary
// adds to them: a line {{section}} in a page stands for a section of the glossary.
package help

import (
	"context"
	"embed"
	"encoding/json"
	"slices"
	"strings"

	"zhangben/cmd/zhangben/render"
	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/events/glossary"
	"zhangben/projections"
)

// Topics are the pages there are, in the order in which they are listed.
var Topics = []string{
	"events", "figures", "terms", "clauses", "codes", "running", "access", "backup", "replicas", "proofs",
}

//go:embed pages/*.txt
var pages embed.FS

// text reads a page as it is written; language is en or zh.
func text(topic, language string) string {
	content, _ := pages.ReadFile("pages/" + topic + "." + language + ".txt") // tests read all of them
	return string(content)
}

// Title returns the first line of a page.
func Title(topic, language string) string {
	title, _, _ := strings.Cut(text(topic, language), "\n")
	return title
}

// Page returns a page with the sections of the glossary in their places.
func Page(topic, language string) string {
	var page strings.Builder
	for line := range strings.Lines(text(topic, language)) {
		name, isSection := strings.CutPrefix(strings.TrimSpace(line), "{{")
		if !isSection {
			page.WriteString(line)
			continue
		}
		w := writer{language: language, Builder: &page}
		w.section(strings.TrimSuffix(name, "}}"))
	}
	return page.String()
}

// writer writes sections of the glossary in one language.
type writer struct {
	*strings.Builder
	language string
}

func (w *writer) of(t glossary.Text) string {
	if w.language == "zh" {
		return t.ZH
	}
	return t.EN
}

// section writes the title of a section and its words.
func (w *writer) section(name string) {
	section := glossary.Of(name)
	w.WriteString(w.of(section.Title) + "\n\n")
	switch name {
	case "kinds":
		w.kinds(section)
	case "params":
		w.params(section)
	default:
		w.words(section, "  ")
	}
}

func (w *writer) words(section *glossary.Section, indent string) {
	for _, word := range section.Words {
		w.entry(indent, word, w.of(section.Meaning(word)))
	}
}

// kinds writes each kind of event with its fields.
func (w *writer) kinds(section *glossary.Section) {
	for i, kind := range events.Kinds() {
		if i > 0 {
			w.WriteString("\n")
		}
		w.WriteString(render.Wrap(kind.String()+": "+w.of(section.Meaning(kind.String())), "  ", lineWidth) + "\n")
		w.fields(kind)
	}
}

// fields writes the fields of a kind's data beside account and contract, in the order of the glossary.
func (w *writer) fields(kind events.Kind) {
	schema := kind.DataSchema()
	properties, required := schema["properties"].(events.Schema), schema["required"].([]string)
	for _, field := range glossary.Of("data").Words {
		if properties[field] == nil || field == "account_id" || field == "contract_id" {
			continue
		}
		if field == "currency" && !slices.Contains(required, field) {
			continue // it is taken everywhere, and says nothing where it is not asked for
		}
		own := kind.String() + "/" + field
		meaning := w.of(glossary.Meaning("data", own))
		values := glossary.Of(own)
		if meaning == "" {
			meaning = w.of(glossary.Meaning("data", field))
			if len(values.Words) == 0 {
				values = glossary.Of(field)
			}
		}
		if !slices.Contains(required, field) {
			field += "?"
		}
		w.entry("    ", field, meaning)
		w.words(values, "      ")
	}
}

// params writes each parameter of the terms with its default and its values.
func (w *writer) params(section *glossary.Section) {
	defaults := defaultTerms()
	for _, name := range section.Words {
		meaning := w.of(section.Meaning(name))
		if value, ok := defaults[name]; ok {
			meaning += map[string]string{"en": " Default: ", "zh": "默认："}[w.language] +
				strings.ReplaceAll(string(value), `,"`, `, "`)
		}
		w.entry("  ", name, meaning)
		w.words(glossary.Of("params."+name), "      ")
	}
}

// defaultTerms are the parameters in force where no terms were published, as they are spelled.
func defaultTerms() (params map[string]json.RawMessage) {
	// Without facts there is nothing that can fail.
	in, _ := projections.InForce(context.Background(), nil, civil.Instant{})
	spelled, _ := json.Marshal(in.Params)
	_ = json.Unmarshal(spelled, &params)
	return params
}

const (
	lineWidth = 100
	wordWidth = 26 // of the column of words; a longer one has a line of its own
)

// entry writes a word and, in a column beside it, what it means.
func (w *writer) entry(indent, word, meaning string) {
	begin := indent + word
	if gap := wordWidth - len(begin); gap > 1 {
		begin += strings.Repeat(" ", gap)
	} else {
		w.WriteString(begin + "\n")
		begin = strings.Repeat(" ", wordWidth)
	}
	wrapped := render.Wrap(meaning, strings.Repeat(" ", wordWidth), lineWidth)
	w.WriteString(begin + wrapped[wordWidth:] + "\n")
}
