package render

import (
	"strings"
	"testing"
)

func TestColumnsCountChineseCharactersTwice(t *testing.T) {
	list := &Table{head: []string{"what", "amount"}, right: []bool{false, true}}
	list.Add("账本", "1.00")
	list.Add("ledger", "10.00")
	list.Add("", "–")
	var b strings.Builder
	if err := list.Write(&b, " "); err != nil {
		t.Fatal(err)
	}
	const want = " what    amount\n" +
		" 账本      1.00\n" +
		" ledger   10.00\n" +
		"              –\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

func TestInstantsForPeopleHaveNoNanoseconds(t *testing.T) {
	for instant, want := range map[string]string{
		"2026-11-23T16:27:36.612888925+08:00": "2026-11-23T16:27:36+08:00",
		"2026-11-23T16:27:36.612888+08:00":    "2026-11-23T16:27:36+08:00",
		"2026-11-23T16:27:36.612+08:00":       "2026-11-23T16:27:36.612+08:00",
		"2026-11-23T16:27:36+08:00":           "2026-11-23T16:27:36+08:00",
		"2026-11-23":                          "2026-11-23",
	} {
		if got := toTheSecond(instant); got != want {
			t.Errorf("%s is printed as %s", instant, got)
		}
	}
}

func TestSectionsWithoutRowsAreLeftOut(t *testing.T) {
	full := new(Table)
	full.Add("a", "b")
	var b strings.Builder
	if err := writeSections(&b, section{"none", new(Table)}, section{"some", full}, section{"", full}); err != nil {
		t.Fatal(err)
	}
	if want := "some\n  a  b\n\na  b\n"; b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}
