package scenario

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"zhangben/events/civil"
	"zhangben/projections"
)

// none stands for null and for empty lists.
const none = "none"

// known reports whether things of a sort have a figure of a name.
func known(what, name string) bool {
	figures, ok := map[string]any{
		"contract": projections.Figures{}, "unit": projections.UnitFigures{}, "invoice": projections.Invoice{},
		"claim": projections.Claim{}, "account": projections.AccountFigures{},
		"timeline": projections.Timeline{}, "why_not": projections.WhyNot{},
	}[what]
	if !ok {
		return false
	}
	_, ok = (&Scenario{}).spelled(figures, name)
	return ok
}

// Judge compares a row of a check with what the rules make of the story: it returns the figures as they came out, in
// the order of the row's fields, and what is not as it should be.
func (s *Scenario) Judge(c Check, r Row) (got, wrong []string) {
	thing, there := s.find(c, r)
	if there == r.Absent {
		return nil, []string{fmt.Sprintf("line %d: %s %s %s: absent is %t, want %t", r.Line, r.What, r.Contract, r.Part,
			!there, r.Absent)}
	}
	for _, f := range r.Fields {
		text, _ := s.spelled(thing, f.Name)
		got = append(got, text)
		if text != f.Want {
			wrong = append(wrong, fmt.Sprintf("line %d: %s is %s, want %s", r.Line, f.Name, text, f.Want))
		}
	}
	return got, wrong
}

// find works out what a row is about.
func (s *Scenario) find(c Check, r Row) (thing any, ok bool) {
	own, others := Sort(r.Account, s.Facts(c.Known))
	switch ctx := context.Background(); r.What {
	case "timeline":
		thing, ok, _ = projections.TimelineOf(ctx, r.Account, r.Contract, own, others, c.AsOf)
	case "why_not":
		question := projections.Question(r.Part)
		thing, ok, _ = projections.WhyNotOf(ctx, r.Account, r.Contract, question, own, others, c.AsOf)
	default:
		book, _, _ := projections.Fold(ctx, r.Account, own, others, c.AsOf)
		thing, ok = findIn(book, r)
	}
	return thing, ok
}

// findIn looks up what a row is about in its account's book.
func findIn(book projections.Book, r Row) (thing any, ok bool) {
	if r.What == "account" {
		return book.Account, book.Account.AccountID == r.Account
	}
	i := slices.IndexFunc(book.Contracts, func(c projections.Figures) bool { return c.ContractID == r.Contract })
	if i < 0 {
		return nil, false
	}
	if r.What == "contract" {
		return book.Contracts[i], true
	}
	parts, _ := member(book.Contracts[i], r.What+"s")
	for n := range parts.Len() {
		part := parts.Index(n).Interface()
		if id, _ := member(part, r.What+"_id"); id.String() == r.Part {
			return part, true
		}
	}
	return nil, false
}

// member finds what a thing has under a name in JSON; what a unit's SLA has counts as the unit's own.
func member(thing any, name string) (value reflect.Value, ok bool) {
	v := reflect.ValueOf(thing)
	for i := range v.NumField() {
		tag, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if tag == name {
			return v.Field(i), true
		}
	}
	if unit, ok := thing.(projections.UnitFigures); ok {
		return member(unit.SLA, name)
	}
	return value, false
}

// spelled returns one figure of a thing as text.
func (s *Scenario) spelled(thing any, name string) (string, bool) {
	switch t := thing.(type) {
	case projections.Timeline:
		return ofTimeline(t, name)
	case projections.WhyNot:
		return ofWhyNot(t, name)
	}
	value, ok := member(thing, name)
	if !ok {
		return "", false
	}
	if value.Kind() == reflect.Pointer {
		if value.IsNil() {
			return none, true
		}
		value = value.Elem()
	}
	switch figure := value.Interface().(type) {
	case civil.Instant:
		return spell(figure), true
	case projections.Termination:
		return figure.Reason + "@" + spell(figure.At), true
	case []projections.Exception:
		return s.exceptions(figure), true
	case []projections.Flag:
		return list(figure), true
	case []string:
		return list(figure), true
	default:
		return fmt.Sprint(figure), value.Kind() != reflect.Slice
	}
}

func list[T ~string](items []T) string {
	if len(items) == 0 {
		return none
	}
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i] = string(item)
	}
	return strings.Join(texts, ",")
}

// exceptions lists codes in alphabetical order, each with the label of its event if that has one.
func (s *Scenario) exceptions(all []projections.Exception) string {
	texts := make([]string, len(all))
	for i, x := range all {
		texts[i] = string(x.Code) + s.labelOf(x.EventID)
	}
	slices.Sort(texts)
	return list(texts)
}

func (s *Scenario) labelOf(id string) string {
	for i, e := range s.Events {
		if s.eventID(i) == id {
			return e.Label
		}
	}
	return ""
}
