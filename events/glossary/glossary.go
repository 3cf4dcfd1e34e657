// Package glossary holds what every word of zhangben means, in English and Chinese: kinds and fields of events,
// parameters of the terms, figures, flags, codes and clauses. The text files beside this one are the only place in
// which that is written; schemas, the OpenAPI document and the help topics are made from it.
package glossary

import (
	"embed"
	"strings"
	"sync"
)

// Text is what a word means, in both languages.
type Text struct{ EN, ZH string }

// Both returns the text in English and then in Chinese, or "" where there is none.
func (t Text) Both() string { return strings.TrimSpace(t.EN + " " + t.ZH) }

// Section is a group of words: the kinds of events, say, or the values of one field.
type Section struct {
	Name  string
	Title Text
	Words []string // in the order in which they are shown
	texts map[string]Text
}

// Meaning returns what a word of the section means; its texts are "" for a word that is not there.
func (s *Section) Meaning(word string) Text { return s.texts[word] }

// Of returns the section of that name, or an empty one.
func Of(name string) *Section {
	if section := sections()[name]; section != nil {
		return section
	}
	return new(Section)
}

// List describes words of the section, all of them where none is named, in a list of Markdown after an empty line.
// It is "" for a section without words.
func (s *Section) List(words ...string) string {
	if words == nil {
		words = s.Words
	}
	var list strings.Builder
	for i, word := range words {
		if i == 0 {
			list.WriteString("\n")
		}
		list.WriteString("\n- `" + word + "`: " + s.Meaning(word).Both())
	}
	return list.String()
}

// Meaning returns what a word of a section means; its texts are "" for a word that is not there.
func Meaning(section, word string) Text { return Of(section).Meaning(word) }

//go:embed *.txt
var files embed.FS

// sections are all there are, by name, read once.
var sections = sync.OnceValue(func() map[string]*Section {
	all := map[string]*Section{}
	entries, _ := files.ReadDir(".") // what is embedded can be read
	for _, entry := range entries {
		text, _ := files.ReadFile(entry.Name())
		for _, section := range parse(string(text)) {
			all[section.Name] = section
		}
	}
	return all
})

// parse reads a text of sections; events.txt describes the form.
func parse(text string) (all []*Section) {
	var section *Section
	var word string
	var language *string // the text that a further line continues
	var meaning Text
	keep := func() {
		if word != "" {
			section.Words = append(section.Words, word)
			section.texts[word] = meaning
		}
		word, meaning, language = "", Text{}, nil
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		content := strings.TrimSpace(line)
		switch {
		case content == "" || line[0] == '#':
		case line[0] == '[':
			keep()
			section = newSection(line)
			all = append(all, section)
		case line[0] != ' ':
			keep()
			word = line
		case strings.HasPrefix(line, "  en  "):
			meaning.EN, language = line[6:], &meaning.EN
		case strings.HasPrefix(line, "  zh  "):
			meaning.ZH, language = line[6:], &meaning.ZH
		case language == &meaning.EN:
			meaning.EN += " " + content
		default:
			meaning.ZH += content
		}
	}
	keep()
	return all
}

// newSection reads the line that a section begins with: "[name] Title | 标题".
func newSection(line string) *Section {
	name, titles, _ := strings.Cut(line[1:], "] ")
	english, chinese, _ := strings.Cut(titles, " | ")
	return &Section{Name: name, Title: Text{english, chinese}, texts: map[string]Text{}}
}
