package scenario

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"zhangben/events"
	"zhangben/events/civil"
)

// Event is a line of the story as a decoded event and as the CloudEvent it was decoded from.
type Event struct {
	Line  int
	Label string // "" when it has none
	Event *events.Event
	JSON  []byte

	ByLedger bool // whether the ledger itself wrote it

	more bool // whether its data has members that the ledger keeps and does not read
}

// event reads the words of an event's line: date, time, kind, subject, then data.
func (s *Scenario) event(number int, words []word) error {
	if len(s.Checks) > 0 {
		return errors.New("events stand before the first check")
	}
	if len(words) < 4 {
		return errors.New("want: date time kind subject data")
	}
	at, err := instant(words[0].text + "T" + words[1].text)
	if err != nil {
		return err
	}
	e := Event{Line: number}
	envelope := map[string]any{"specversion": "1.0", "id": s.eventID(len(s.Events)), "source": "/scenario",
		"type": "billing." + words[2].text + ".v1", "time": at.String()}
	data, err := subject(words[2].text, words[3].text, envelope)
	if err != nil {
		return err
	}
	if err := s.data(&e, words[4:], data, envelope); err != nil {
		return err
	}
	if e.JSON, err = json.Marshal(envelope); err != nil {
		return err
	}
	return s.add(e)
}

// add decodes e as the ledger would and appends it.
func (s *Scenario) add(e Event) error {
	var err error
	if e.Event, err = events.DecodeJSON(e.JSON); err != nil {
		return fmt.Errorf("%s: %w", e.JSON, err)
	}
	if len(e.Event.Extra) > 0 && !e.more {
		return fmt.Errorf("%s has no such data: %s", e.Event.Kind(), e.Event.Extra)
	}
	if _, known := s.accounts[e.Event.Contract]; !known && e.Event.Contract != "" {
		s.accounts[e.Event.Contract] = e.Event.Account
	}
	s.Events = append(s.Events, e)
	return nil
}

// eventID makes ids that are the scenario's own, and ascend with the line, so that lines decide between events of one
// time and rank.
func (s *Scenario) eventID(index int) string {
	var id uuid.UUID
	title := sha256.Sum256([]byte(s.Title))
	copy(id[:], title[:6])
	id[6], id[8] = 0x80, 0x80 // version 8: of one's own making
	id[14], id[15] = byte((index+1)>>8), byte(index+1)
	return id.String()
}

// currencies are the kinds that name a currency.
var currencies = map[string]bool{"contract.ordered": true, "contract.paid": true, "wallet.topped_up": true,
	"wallet.paid_out": true}

// subject puts the ids that a subject stands for into the data and returns it.
func subject(kind, text string, envelope map[string]any) (map[string]any, error) {
	account, contract, hasAccount := strings.Cut(text, "/")
	switch {
	case hasAccount:
	case text == events.All, strings.HasPrefix(kind, "wallet."):
		account = text
	default:
		account, contract = DefaultAccount, text
	}
	data := map[string]any{"account_id": account}
	if contract != "" {
		data["contract_id"] = contract
		envelope["subject"] = contract
	}
	if currencies[kind] {
		data["currency"] = "CNY"
	}
	envelope["data"] = data
	return data, nil
}

// data puts the words after the subject into an event.
func (s *Scenario) data(e *Event, words []word, data, envelope map[string]any) error {
	for _, w := range words {
		var err error
		switch {
		case strings.HasPrefix(w.text, "@"):
			err = s.label(e, w.text)
		case w.name == "by" && w.value == "ledger":
			e.ByLedger = true
		case w.name == "recorded":
			envelope["recordedtime"], err = spelledInstant(w.value)
		case w.name == "":
			err = errors.New("want name=value or @label")
		case strings.HasPrefix(w.name, "+"):
			data[w.name[1:]], e.more = w.value, true
		default:
			data[w.name], err = s.value(w)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", w.text, err)
		}
	}
	return nil
}

func (s *Scenario) label(e *Event, label string) error {
	if _, taken := s.labelled(label); taken || e.Label != "" {
		return errors.New("one label an event, and each only once")
	}
	e.Label = label
	return nil
}

// labelled returns the id of the event with a label.
func (s *Scenario) labelled(label string) (id string, ok bool) {
	for i, e := range s.Events {
		if e.Label == label {
			return s.eventID(i), true
		}
	}
	return "", false
}

// value returns the JSON value of a word by its name.
func (s *Scenario) value(w word) (any, error) {
	switch w.name {
	case "quantity", "seq", "rejection_id":
		return strconv.Atoi(w.value)
	case "unit_ids":
		return strings.Split(w.value, ","), nil
	case "gross_negligence", "trial", "waive_accrued":
		return strconv.ParseBool(w.value)
	case "params", "spec":
		return json.RawMessage(w.value), nil
	case "loss_at", "notice_at", "consented_at", "notified_at", "accepted_at", "announced_at":
		return spelledInstant(w.value)
	case "period":
		if strings.HasPrefix(w.value, "{") {
			return json.RawMessage(w.value), nil
		}
	case "voids", "payment":
		return s.target(w.value)
	}
	return w.value, nil
}

// target is the id of an event: "@label" of an earlier or later line, or a literal id of an event that is not here.
func (s *Scenario) target(text string) (any, error) {
	if !strings.HasPrefix(text, "@") {
		return text, nil
	}
	if id, ok := s.labelled(text); ok {
		return id, nil
	}
	for i, line := range s.lines {
		for _, w := range strings.Fields(line) {
			if w == text && !strings.HasPrefix(line, "#") {
				return s.eventID(s.indexOfLine(i)), nil
			}
		}
	}
	return nil, errors.New("no event has this label")
}

// indexOfLine counts the events before line i (from 0): those lines begin with a digit.
func (s *Scenario) indexOfLine(i int) (index int) {
	for _, line := range s.lines[:i] {
		if line != "" && '0' <= line[0] && line[0] <= '9' {
			index++
		}
	}
	return index
}

func spelledInstant(text string) (string, error) {
	at, err := instant(text)
	return at.String(), err
}

// Recorded is when the ledger learned of the event: at once, if the story says nothing else.
func (e Event) Recorded() civil.Instant {
	if e.Event.Recorded.IsZero() {
		return e.Event.Time
	}
	return e.Event.Recorded
}
