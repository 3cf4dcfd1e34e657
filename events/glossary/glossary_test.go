package glossary

import (
	"strings"
	"testing"
)

// The text files hold what parse reads, and nothing else: both languages of every word, each word once.
func TestEveryWordHasBothLanguages(t *testing.T) {
	for name, section := range sections() {
		if name == "" || section.Title.EN == "" || section.Title.ZH == "" || len(section.Words) == 0 {
			t.Errorf("section %q: %+v", name, section)
		}
		if len(section.texts) != len(section.Words) {
			t.Errorf("section %s has a word twice among %v", name, section.Words)
		}
		for _, word := range section.Words {
			checkMeaning(t, name+" "+word, section.Meaning(word))
		}
	}
}

func checkMeaning(t *testing.T, name string, text Text) {
	t.Helper()
	if !strings.HasSuffix(text.EN, ".") || strings.Contains(text.EN, "  ") {
		t.Errorf("%s in English: %q", name, text.EN)
	}
	if !strings.HasSuffix(text.ZH, "。") || strings.ContainsAny(text.ZH, "\n") {
		t.Errorf("%s in Chinese: %q", name, text.ZH)
	}
}

func TestLinesThatGoOnAreJoined(t *testing.T) {
	const text = "# a comment\n[x] Title | 标题\n\nword\n  en  One line,\n      and another.\n  zh  一行，\n      又一行。\n"
	all := parse(text)
	if len(all) != 1 || all[0].Name != "x" || all[0].Title != (Text{"Title", "标题"}) {
		t.Fatalf("%+v", all)
	}
	if got := all[0].Meaning("word"); got != (Text{"One line, and another.", "一行，又一行。"}) {
		t.Errorf("%+v", got)
	}
	if got := all[0].Meaning("word").Both(); got != "One line, and another. 一行，又一行。" {
		t.Errorf("%q", got)
	}
	if got := Meaning("no section", "no word"); got != (Text{}) {
		t.Errorf("%+v", got)
	}
}
