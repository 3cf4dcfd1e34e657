package scenario

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"zhangben/projections"
)

// ofTimeline lists when a milestone is reached, and by what: "order@2025-07-01T00:00".
func ofTimeline(t projections.Timeline, name string) (string, bool) {
	var reached []string
	for _, entry := range t.Milestones {
		if entry.What != name {
			continue
		}
		text := spell(entry.At)
		if entry.Subject != "" {
			text = entry.Subject + "@" + text
		}
		reached = append(reached, text)
	}
	return list(reached), slices.Contains(projections.MilestoneNames, name)
}

// ofWhyNot spells the answer and, of the first condition that fails, what it is, its detail, and from when it holds.
func ofWhyNot(w projections.WhyNot, name string) (string, bool) {
	fails := projections.Condition{EN: none, Detail: none}
	if i := slices.IndexFunc(w.Conditions, func(k projections.Condition) bool { return !k.Holds }); i >= 0 {
		fails = w.Conditions[i]
	}
	switch name {
	case "holds":
		return strconv.FormatBool(w.Holds), true
	case "fails":
		return fails.EN, true
	case "detail":
		return cmp.Or(fails.Detail, none), true
	case "from":
		if fails.From == nil {
			return none, true
		}
		return spell(*fails.From), true
	case "details":
		return details(w), true
	}
	return "", false
}

// details lists what the conditions were asked of.
func details(w projections.WhyNot) string {
	var all []string
	for _, k := range w.Conditions {
		if k.Detail != "" {
			all = append(all, k.Detail)
		}
	}
	return cmp.Or(strings.Join(all, "; "), none)
}
