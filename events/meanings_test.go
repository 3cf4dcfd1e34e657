package events_test

import (
	"strings"
	"testing"

	"zhangben/events"
)

// Every value that a field or a parameter may have is described beside the field.
func TestEveryChoiceHasItsMeaning(t *testing.T) {
	for _, kind := range events.Kinds() {
		describesChoices(t, kind.String(), kind.DataSchema()["properties"].(events.Schema))
	}
	describesChoices(t, "params", events.ParamsSchema()["properties"].(events.Schema))
}

func describesChoices(t *testing.T, where string, properties events.Schema) {
	t.Helper()
	for field, property := range properties {
		schema := property.(events.Schema)
		values, _ := schema["enum"].([]string)
		if where == "params" && field == "refund_rule" {
			members := schema["properties"].(events.Schema)
			values = members["breach"].(events.Schema)["enum"].([]string)
		}
		for _, value := range values {
			if text := schema["description"].(string); !strings.Contains(text, "\n- `"+value+"`: ") {
				t.Errorf("%s %s: %s has no meaning: add it to glossary/*.txt\n%s", where, field, value, text)
			}
		}
	}
}
