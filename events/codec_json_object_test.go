package events_test

import (
	"slices"
	"strings"
	"testing"

	"zhangben/events"
)

func TestParseObject(t *testing.T) {
	members, err := events.ParseObject([]byte("\n{\"a\" : [1, {\"b\":2}],\"\\u00e9\":\"\\n\"} "))
	want := []events.Member{{Name: "a", Raw: `[1, {"b":2}]`}, {Name: "é", Raw: `"\n"`}}
	if err != nil || !slices.Equal(members, want) {
		t.Errorf("%+v, %v", members, err)
	}
	deep := func(levels int) string {
		return `{"a":` + strings.Repeat("[", levels) + strings.Repeat("]", levels) + `}`
	}
	if _, err := events.ParseObject([]byte(deep(events.MaxDepth + 1))); err != nil {
		t.Errorf("a list of the deepest events: %v", err)
	}
	for text, pointer := range map[string]string{
		`{"a":1,"a":1}`: "/a", `{"a":[{"b":1,"b":1}]}`: "/a/0/b", `{"a":"\ud83d"}`: "/a", `{"a":"\u0000"}`: "/a",
		`{"\u0000":1}`: "",
		`{"a":\ud83d}`: "", `{"a":1`: "", `[]`: "", ``: "", "{\"a\":\"\xff\"}": "", `{} {}`: "",
		deep(events.MaxDepth + 2): "/a" + strings.Repeat("/0", events.MaxDepth+1),
	} {
		_, err := events.ParseObject([]byte(text))
		refused(t, err, events.CodeInvalid, pointer)
	}
}
