package scenario

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// check reads the words after "at": date, time, and "known N" if not everything is.
func (s *Scenario) check(number int, words []word) error {
	if len(words) != 2 && (len(words) != 4 || words[2].text != "known") {
		return errors.New("want: at date time [known N]")
	}
	at, err := instant(words[0].text + "T" + words[1].text)
	if err != nil {
		return err
	}
	known := len(s.Events)
	if len(words) == 4 {
		if known, err = strconv.Atoi(words[3].text); err != nil || known < 0 || known > len(s.Events) {
			return fmt.Errorf("known %s: want 0 to %d", words[3].text, len(s.Events))
		}
	}
	s.Checks = append(s.Checks, Check{Line: number, AsOf: at, Known: known})
	return nil
}

// row reads a line of figures into the last check.
func (s *Scenario) row(number int, words []word) error {
	if len(s.Checks) == 0 {
		return errors.New("figures stand beneath a line that begins with at")
	}
	bare := slices.IndexFunc(words, func(w word) bool { return w.name != "" })
	if bare < 0 {
		bare = len(words)
	}
	r, err := s.name(words[:bare])
	if err != nil {
		return err
	}
	r.Line = number
	for _, w := range words[bare:] {
		if !known(r.What, w.name) {
			return fmt.Errorf("%s: no figure of a %s", w.text, r.What)
		}
		r.Fields = append(r.Fields, Field{Name: w.name, Want: w.value, start: w.start, end: w.end})
	}
	if r.Absent == (len(r.Fields) > 0) {
		return errors.New("want figures, or absent")
	}
	last := &s.Checks[len(s.Checks)-1]
	last.Rows = append(last.Rows, r)
	return nil
}

// name reads what a row is about from its bare words.
func (s *Scenario) name(words []word) (r Row, err error) {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = w.text
	}
	if n := len(texts); n > 1 && texts[n-1] == "absent" {
		r.Absent, texts = true, texts[:n-1]
	}
	switch {
	case len(texts) == 1 && texts[0] == "account":
		r.What, r.Account = "account", DefaultAccount
		return r, nil
	case len(texts) == 2 && texts[0] == "account":
		r.What, r.Account = "account", texts[1]
		return r, nil
	case len(texts) == 1:
		r.What = "contract"
		return r, s.contract(&r, texts[0])
	case len(texts) == 2 && texts[0] == "timeline":
		r.What = texts[0]
		return r, s.contract(&r, texts[1])
	case len(texts) == 3 && slices.Contains([]string{"unit", "invoice", "claim", "why_not"}, texts[0]):
		r.What, r.Part = texts[0], texts[2]
		return r, s.contract(&r, texts[1])
	}
	return r, errors.New("want: CONTRACT, unit|invoice|claim CONTRACT ID, timeline CONTRACT, why_not CONTRACT QUESTION," +
		" or account [ID]")
}

// contract finds out whose contract a row is about.
func (s *Scenario) contract(r *Row, text string) error {
	account, contract, ok := strings.Cut(text, "/")
	if !ok {
		account, contract = s.accounts[text], text
	}
	if account == "" {
		return fmt.Errorf("%s: no event of this contract", text)
	}
	r.Account, r.Contract = account, contract
	return nil
}
