package api_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"zhangben/events"
	"zhangben/projections/api"
)

func TestAsyncAPIDocumentIsWhole(t *testing.T) {
	raw := api.AsyncAPI()
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range regexp.MustCompile(`"\$ref": "#/([^"]+)"`).FindAllStringSubmatch(string(raw), -1) {
		if at(tree, strings.Split(match[1], "/")...) == nil {
			t.Errorf("%s is missing", match[1])
		}
	}
	published := 0
	for _, kind := range events.Kinds() {
		if kind.Role() != events.Ledger {
			published++
		}
	}
	if messages := at(tree, "channels", "events", "messages").(map[string]any); len(messages) != 2*published {
		t.Errorf("%d messages for %d kinds", len(messages), published)
	}
	for name, schema := range at(tree, "components", "schemas").(map[string]any) {
		if at(schema, "description") == "" {
			t.Errorf("the schema %s is not described: add it to events/glossary/answers.txt", name)
		}
		fields, _ := at(schema, "properties").(map[string]any)
		for field, property := range fields {
			if text, _ := at(property, "description").(string); text == "" {
				t.Errorf("the field %s of %s is not described: add it to events/glossary/answers.txt", field, name)
			}
		}
	}
}
