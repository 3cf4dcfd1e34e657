package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"zhangben/cmd/zhangben/exit"
	"zhangben/cmd/zhangben/help"
	"zhangben/events"
	"zhangben/events/glossary"
)

// shownCommand is a command line in a page: four spaces before it.
var shownCommand = regexp.MustCompile(`(?m)^    zhangben .*$`)

func TestTopicsAgreeInBothLanguages(t *testing.T) {
	for _, topic := range help.Topics {
		english, chinese := help.Page(topic, "en"), help.Page(topic, "zh")
		if len(english) < 500 || len(chinese) < 500 {
			t.Errorf("%s: the page is missing or short", topic)
		}
		shown, again := shownCommand.FindAllString(english, -1), shownCommand.FindAllString(chinese, -1)
		if !slices.Equal(shown, again) {
			t.Errorf("%s shows\n%q\nand in Chinese\n%q", topic, shown, again)
		}
		for _, line := range shown {
			takesLine(t, strings.TrimSpace(line))
		}
		if strings.Contains(english+chinese, "{{") {
			t.Errorf("%s has a section that is left open", topic)
		}
	}
}

// What the glossary says is on the pages: every word that events, terms and answers may have.
func TestTopicsHaveTheWholeGlossary(t *testing.T) {
	pages := ""
	for _, topic := range help.Topics {
		pages += help.Page(topic, "en")
	}
	sections := []string{"attributes", "data", "spec", "params", "clause", "status", "flag", "milestone", "question",
		"outcome", "rejection", "exception", "problem", "parameter", "stream", "replica", "field"}
	for _, section := range sections {
		for _, word := range glossary.Of(section).Words {
			_, word, _ := strings.Cut("/"+word, "/")
			if i := strings.LastIndexByte(word, '/'); i >= 0 && section == "data" {
				word = word[i+1:]
			}
			if !regexp.MustCompile(`(?m)^ +`+regexp.QuoteMeta(word)+`\??(  |$)`).MatchString(pages) && word != "account_id" &&
				word != "contract_id" {
				t.Errorf("no page explains %s of %s", word, section)
			}
		}
	}
	for _, kind := range events.Kinds() {
		if !strings.Contains(pages, "\n  "+kind.String()+": ") {
			t.Errorf("no page explains %v", kind)
		}
	}
}

func TestHelpSpeaksTheUsersLanguage(t *testing.T) {
	t.Setenv("LC_ALL", "")
	t.Setenv("LC_MESSAGES", "")
	t.Setenv("LANG", "zh_CN.UTF-8")
	if got := telling(t, "help", "events"); got.code != exit.Done || got.stdout != help.Page("events", "zh") {
		t.Errorf("exit %d %s\n%.200s", got.code, got.stderr, got.stdout)
	}
	if got := telling(t, "--help"); !strings.Contains(got.stdout, help.Title("proofs", "zh")) {
		t.Errorf("the topics are not listed:\n%s", got.stdout)
	}
	t.Setenv("LANG", "C")
	if got := telling(t, "help", "events"); got.stdout != help.Page("events", "en") {
		t.Errorf("%s\n%.200s", got.stderr, got.stdout)
	}
	both := help.Page("terms", "en") + "\n" + help.Page("terms", "zh")
	if got := telling(t, "help", "terms", "--lang", "both"); got.stdout != both {
		t.Errorf("%s\n%.200s", got.stderr, got.stdout)
	}
}

func TestHelpOfCommandsAndOfWhatIsNot(t *testing.T) {
	for line, want := range map[string]string{
		"help contract": "zhangben contract [ID]", "help rejected list": "zhangben rejected list",
		"help": "Available Commands", "contract --help": "Examples:",
	} {
		if got := telling(t, strings.Fields(line)...); got.code != exit.Done || !strings.Contains(got.stdout, want) {
			t.Errorf("%s: exit %d %s\n%s", line, got.code, got.stderr, got.stdout)
		}
	}
	got := telling(t, "help", "evnts")
	if got.code != exit.BadUsage || !strings.Contains(got.stderr, "did you mean events") {
		t.Errorf("%+v", got)
	}
}

func TestDefaultsOfTermsAreShown(t *testing.T) {
	for _, want := range []string{
		`Default: "0.003"`, `{"elastic":100, "package":50, "vps":0}`, `["force_majeure", "impediment"]`,
	} {
		if page := strings.Join(strings.Fields(help.Page("terms", "en")), " "); !strings.Contains(page, want) {
			t.Errorf("terms does not show %s", want)
		}
	}
}
