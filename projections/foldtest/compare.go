package foldtest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"zhangben/events/civil"
	"zhangben/projections"
)

// FoldFunc is what projections.Fold and its twin have in common.
type FoldFunc func(account string, own, everybody []projections.Fact, asOf civil.Instant) (projections.Book, bool)

// Differences compares two folds of a history at one instant, field by field: "where: one against other". The wording
// of exceptions is not compared.
func Differences(one, other FoldFunc, h History, asOf civil.Instant) []string {
	a, okA := one(h.Account, h.Own, h.Everybody, asOf)
	b, okB := other(h.Account, h.Own, h.Everybody, asOf)
	if okA != okB {
		return []string{fmt.Sprintf("found: %v against %v", okA, okB)}
	}
	if reflect.DeepEqual(unworded(a), unworded(b)) {
		return nil
	}
	return differences("", tree(a), tree(b))
}

// unworded is a book without the wording of its exceptions.
func unworded(b projections.Book) projections.Book {
	for i := range b.Account.Exceptions {
		b.Account.Exceptions[i].Message = ""
	}
	for _, f := range b.Contracts {
		for i := range f.Exceptions {
			f.Exceptions[i].Message = ""
		}
	}
	return b
}

// tree is a book as plain JSON values.
func tree(b projections.Book) (v any) {
	body, err := json.Marshal(b)
	if err != nil {
		return err.Error()
	}
	if err := json.Unmarshal(body, &v); err != nil {
		return err.Error()
	}
	return v
}

func differences(path string, a, b any) (list []string) {
	objectA, isObjectA := a.(map[string]any)
	objectB, isObjectB := b.(map[string]any)
	listA, isListA := a.([]any)
	listB, isListB := b.([]any)
	switch {
	case isObjectA && isObjectB:
		for _, key := range keys(objectA, objectB) {
			list = append(list, differences(path+"."+key, objectA[key], objectB[key])...)
		}
	case isListA && isListB && len(listA) == len(listB):
		for i := range listA {
			list = append(list, differences(fmt.Sprintf("%s[%d]", path, i), listA[i], listB[i])...)
		}
	default:
		if textA, textB := text(a), text(b); textA != textB {
			list = append(list, fmt.Sprintf("%s: %s against %s", path, textA, textB))
		}
	}
	return list
}

func keys(a, b map[string]any) (names []string) {
	for key := range a {
		names = append(names, key)
	}
	for key := range b {
		if _, both := a[key]; !both {
			names = append(names, key)
		}
	}
	slices.Sort(names)
	return names
}

func text(v any) string {
	body, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(body)
}

// Shrink takes facts out of a history as long as it fails still.
func Shrink(h History, fails func(History) bool) History {
	for again := true; again; {
		again = false
		for i := h.Facts() - 1; i >= 0; i-- {
			if rest := h.Without(i); rest.Facts() > 0 && fails(rest) {
				h, again = rest, true
			}
		}
	}
	return h
}
