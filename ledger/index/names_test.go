package index

import (
	"testing"

	"pgregory.net/rapid"
)

// Names are numbered as they come, whatever they are, and found by their bytes alone.
func TestNameTableNumbersNamesAsTheyCome(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := newNames(0)
		numbers := map[string]uint32{}
		for range rapid.IntRange(0, 300).Draw(t, "records") {
			name := rapid.StringMatching(`[a-c]{0,4}`).Draw(t, "name")
			want, known := numbers[name]
			if found, is := names.find([]byte(name)); is != known || found != want && known {
				t.Fatalf("%q is found as %d, %t", name, found, is)
			}
			number, fresh := names.number([]byte(name))
			if known == fresh || known && number != want || fresh && number != uint32(len(numbers)) {
				t.Fatalf("%q is number %d, fresh %t; %d names before", name, number, fresh, len(numbers))
			}
			numbers[name] = number
		}
		for name, number := range numbers {
			if names.name(number) != name {
				t.Errorf("number %d is %q, not %q", number, names.name(number), name)
			}
		}
	})
}
