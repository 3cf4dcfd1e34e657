package api_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zhangben/projections/query/testlog"
)

type document struct {
	OpenAPI string
	Paths   map[string]map[string]struct {
		OperationID string
		Parameters  []struct{ Name, In string }
		Responses   map[string]struct {
			Content map[string]struct{ Schema schema }
		}
	}
	Components struct{ Schemas map[string]schema }
}

type schema struct {
	Ref        string `json:"$ref"`
	Type       string
	Properties map[string]schema
	Required   []string
	Items      *schema
	OneOf      []schema
	AnyOf      []schema
	Additional *schema `json:"additionalProperties"`
}

func TestDocumentDescribesWhatIsAnswered(t *testing.T) {
	s := testlog.Told(t)
	if _, err := s.Publish(t.Context(), [][]byte{[]byte("{")}); err != nil {
		t.Fatal(err)
	}
	server := serving(t, s, nil)
	var doc document
	raw := answered(t, server, "/openapi.json")
	if err := json.Unmarshal([]byte(raw), &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1.") {
		t.Errorf("version %s", doc.OpenAPI)
	}
	for path, example := range map[string]string{
		"/v1/contracts": "/v1/contracts", "/v1/contracts/{contract_id}": "/v1/contracts/HT-2", "/v1/accounts": "/v1/accounts",
		"/v1/accounts/{account_id}":            "/v1/accounts/acct-1",
		"/v1/contracts/{contract_id}/timeline": "/v1/contracts/HT-2/timeline", "/v1/accounts/{account_id}/explain": "/v1/accounts/acct-2/explain", "/v1/totals": "/v1/totals", "/v1/events": "/v1/events",
		"/v1/events/{id}": "/v1/events/" + testlog.ID(1), "/v1/rejected": "/v1/rejected", "/v1/rejected/{rejection_id}": "/v1/rejected/10",
		"/healthz": "/healthz", "/readyz": "/readyz",
	} {
		described, ok := doc.Paths[path]["get"]
		if !ok {
			t.Errorf("%s is not described", path)
			continue
		}
		var answer any
		if err := json.Unmarshal([]byte(answered(t, server, example)), &answer); err != nil {
			t.Fatal(err)
		}
		doc.check(t, path, described.Responses["200"].Content["application/json"].Schema, answer)
	}
	for _, match := range regexp.MustCompile(`"#/components/schemas/([^"]+)"`).FindAllStringSubmatch(raw, -1) {
		if _, ok := doc.Components.Schemas[match[1]]; !ok {
			t.Errorf("the schema %s is missing", match[1])
		}
	}
}

// check compares an answer with its schema: the types, and that members are described and required ones there.
func (d *document) check(t *testing.T, where string, s schema, value any) {
	t.Helper()
	if s.Ref != "" {
		s = d.Components.Schemas[strings.TrimPrefix(s.Ref, "#/components/schemas/")]
	}
	if len(s.AnyOf) > 0 {
		if value == nil {
			return
		}
		s = s.AnyOf[0]
		if s.Ref != "" {
			d.check(t, where, s, value)
			return
		}
	}
	switch value := value.(type) {
	case map[string]any:
		d.checkObject(t, where, s, value)
	case []any:
		if s.Items == nil {
			t.Errorf("%s is a list and described as %q", where, s.Type)
			return
		}
		for _, item := range value {
			d.check(t, where+"[]", *s.Items, item)
		}
	case string, float64, bool:
		if described := map[string]string{"string": "string", "boolean": "bool", "integer": "float64", "number": "float64"}[s.Type]; described != fmt.Sprintf("%T", value) {
			t.Errorf("%s is a %T and described as %q", where, value, s.Type)
		}
	default:
		t.Errorf("%s is %v and described as %q", where, value, s.Type)
	}
}

func (d *document) checkObject(t *testing.T, where string, s schema, value map[string]any) {
	t.Helper()
	if s.Type != "object" {
		t.Errorf("%s is an object and described as %q", where, s.Type)
	}
	for name, member := range value {
		switch property, ok := s.Properties[name]; {
		case ok:
			d.check(t, where+"."+name, property, member)
		case s.Additional != nil:
			d.check(t, where+"."+name, *s.Additional, member)
		case s.Properties != nil:
			t.Errorf("%s.%s is not described", where, name)
		}
	}
	for _, name := range s.Required {
		if _, ok := value[name]; !ok {
			t.Errorf("%s lacks %s", where, name)
		}
	}
}

func TestDocumentNamesEveryParameterThatIsTaken(t *testing.T) {
	server := serving(t, testlog.Told(t), nil)
	var doc document
	if err := json.Unmarshal([]byte(answered(t, server, "/openapi.json")), &doc); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for path, operations := range doc.Paths {
		for method, operation := range operations {
			ids = append(ids, operation.OperationID)
			var described []string
			for _, p := range operation.Parameters {
				if p.In == "query" {
					described = append(described, p.Name)
				}
			}
			if method == "get" && !strings.Contains(path, "{") {
				takesOnly(t, func(query string) int { status, _, _ := ask(t, server, "GET", path+query, ""); return status }, path, described)
			}
		}
	}
	slices.Sort(ids)
	if len(slices.Compact(ids)) != 29 {
		t.Errorf("operations %v", ids)
	}
}

func takesOnly(t *testing.T, get func(query string) int, path string, described []string) {
	t.Helper()
	valid := map[string]string{"as_of": "2025-07-01", "known_at": "5", "limit": "5", "after": "", "status": "active", "flag": "overdue",
		"account_id": "acct-1", "contract_id": "HT-1", "kind": "contract.paid", "follow": "false", "why_not": "sla", "size": "3", "old": "3", "new": "5&old=3"}
	for name, value := range valid {
		taken := get("?"+name+"="+value) == 200
		if taken != slices.Contains(described, name) {
			t.Errorf("%s takes %s: %v, described: %v", path, name, taken, described)
		}
	}
}
