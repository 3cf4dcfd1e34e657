package demo

import (
	"embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/projections/scenario"
)

// files are the stories of the demo, one customer each, in the form that projections/scenario describes. All
// customers are made up. A test keeps the figures in them.
//
//go:embed *.txt
var files embed.FS

// story is a file of the demo.
type story struct {
	file string
	*scenario.Scenario
}

// readStories reads the stories in the order of their files.
func readStories() ([]story, error) {
	entries, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	stories := make([]story, 0, len(entries))
	for _, entry := range entries {
		text, err := files.ReadFile(entry.Name())
		if err != nil {
			return nil, err
		}
		s, err := scenario.Parse(string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", entry.Name(), err)
		}
		stories = append(stories, story{entry.Name(), s})
	}
	return stories, nil
}

// recordings are the events of all stories with their recordedtime, in that order: it may not run backwards.
func recordings(stories []story) ([][]byte, error) {
	var all []scenario.Event
	for _, s := range stories {
		all = append(all, s.Events...)
	}
	slices.SortStableFunc(all, func(a, b scenario.Event) int { return a.Recorded().Compare(b.Recorded()) })
	bodies := make([][]byte, len(all))
	for i, e := range all {
		body, err := withRecordedTime(e.JSON, e.Recorded())
		if err != nil {
			return nil, err
		}
		bodies[i] = body
	}
	return bodies, nil
}

func withRecordedTime(body []byte, recorded civil.Instant) ([]byte, error) {
	var attributes map[string]any
	if err := json.Unmarshal(body, &attributes); err != nil {
		return nil, err
	}
	attributes["recordedtime"] = recorded
	return json.Marshal(attributes)
}

// contracts are the ids of the contracts a story orders.
func (s story) contracts() (ids []string) {
	for _, e := range s.Events {
		if e.Event.Kind() == events.KindOrdered {
			ids = append(ids, e.Event.Contract)
		}
	}
	return ids
}

// customer is the customer's name, which the ledger keeps with the order and does not read.
func (s story) customer() string {
	var order struct {
		Customer string `json:"customer"`
	}
	for _, e := range s.Events {
		if e.Event.Kind() == events.KindOrdered && json.Unmarshal(e.Event.Extra, &order) == nil {
			return order.Customer
		}
	}
	return ""
}

// title is the story's title in Chinese and in English.
func (s story) title() (chinese, english string) {
	chinese, english, _ = strings.Cut(s.Title, " · ")
	return chinese, english
}
