package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"zhangben/events"
	"zhangben/projections/api"
	"zhangben/projections/query/testlog"
)

// Every answer of these tests is compared with the document by ask; here are those that others do not ask for.
func TestDocumentDescribesWhatIsAnswered(t *testing.T) {
	s := testlog.Told(t)
	if _, err := s.Publish(t.Context(), [][]byte{[]byte("{")}); err != nil {
		t.Fatal(err)
	}
	server := serving(t, s, nil)
	for _, path := range []string{
		"/v1/contracts", "/v1/contracts/HT-2", "/v1/accounts", "/v1/accounts/acct-1", "/v1/contracts/HT-2/timeline",
		"/v1/contracts/HT-2/explain", "/v1/contracts/HT-2/explain?why_not=sla", "/v1/accounts/acct-2/explain", "/v1/totals",
		"/v1/terms",
		"/v1/events",
		"/v1/events/" + testlog.ID(1), "/v1/rejected", "/v1/rejected/10", "/v1/exceptions", "/healthz", "/readyz",
		"/openapi.json", "/asyncapi.json", "/schemas/contract.paid.json", "/schemas/event.json", "/v1/checkpoint",
		"/v1/checkpoint/key",
	} {
		answered(t, server, path)
	}
	for _, body := range []string{`"contract_id":"HT-2"`, `"account_id":"acct-1"`, `"all":true`} {
		previewed(t, server, `{"params":{"late_fee_rate":"0.001"},`+body+`}`)
	}
	for _, path := range []string{"/v1/events?limit=3", "/v1/rejected"} {
		if status, answer, _ := ask(t, server, "GET", path, "", "Accept: application/x-ndjson"); status != http.StatusOK ||
			answer == "" {
			t.Errorf("%s: %d %q", path, status, answer)
		}
	}
}

func TestSchemasAreServed(t *testing.T) {
	server := serving(t, testlog.Open(t), nil)
	for _, kind := range events.Kinds() {
		want, _ := events.SchemaDocument(kind.String())
		status, answer, header := ask(t, server, "GET", "/schemas/"+kind.String()+".json", "")
		if status != http.StatusOK || answer != string(want) || header.Get("Content-Type") != "application/schema+json" {
			t.Errorf("%v: %d %.80s", kind, status, answer)
		}
	}
	for _, path := range []string{"/schemas/contract.paid", "/schemas/contract.dreamt.json", "/schemas/.json"} {
		if status, answer, _ := ask(t, server, "GET", path, ""); status != http.StatusNotFound {
			t.Errorf("%s: %d %.80s", path, status, answer)
		}
	}
}

// described is the document as its words are looked at.
type describedDocument struct {
	OpenAPI string
	Paths   map[string]map[string]struct {
		OperationID, Summary, Description string
		Tags                              []string
		Parameters                        []struct {
			Name, In, Description string
			Schema                map[string]any
		}
	}
	Components struct {
		Schemas map[string]struct {
			Description string
			Enum        []string
			Properties  map[string]struct{ Description string }
		}
	}
}

func readDocument(t *testing.T) (d describedDocument) {
	t.Helper()
	if err := json.Unmarshal(api.OpenAPI(), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestEverythingInTheDocumentIsDescribed(t *testing.T) {
	d := readDocument(t)
	for path, operations := range d.Paths {
		for method, operation := range operations {
			if operation.Summary == "" || operation.Description == "" || len(operation.Tags) != 1 {
				t.Errorf("%s %s is not described", method, path)
			}
			for _, p := range operation.Parameters {
				if p.Description == "" || len(p.Schema) == 0 {
					t.Errorf("the parameter %s of %s is not described: add it to events/glossary/words.txt", p.Name, path)
				}
			}
		}
	}
	for name, schema := range d.Components.Schemas {
		if schema.Description == "" {
			t.Errorf("the schema %s is not described: add it to events/glossary/answers.txt", name)
		}
		for _, word := range schema.Enum {
			described := regexp.MustCompile("`" + word + "`: [A-Z]").MatchString(schema.Description)
			if strings.Contains(schema.Description, "\n- ") && !described {
				t.Errorf("%s of %s is not described: add it to events/glossary", word, name)
			}
		}
		for field, property := range schema.Properties {
			if property.Description == "" {
				t.Errorf("the field %s of %s is not described: add it to events/glossary/answers.txt", field, name)
			}
		}
	}
}

func TestDocumentIsWhole(t *testing.T) {
	raw := api.OpenAPI()
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range regexp.MustCompile(`"#/components/([a-z]+)/([^"]+)"`).FindAllStringSubmatch(string(raw), -1) {
		if at(tree, "components", match[1], match[2]) == nil {
			t.Errorf("%s %s is missing", match[1], match[2])
		}
	}
	var ids []string
	for _, operations := range readDocument(t).Paths {
		for _, operation := range operations {
			ids = append(ids, operation.OperationID)
		}
	}
	slices.Sort(ids)
	if unique := slices.Compact(slices.Clone(ids)); len(unique) != len(ids) {
		t.Errorf("operations %v", ids)
	}
	for name := range at(tree, "components", "schemas").(map[string]any) {
		if _, err := openAPI().schema("openapi.json#/components/schemas/" + name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDocumentNamesEveryParameterThatIsTaken(t *testing.T) {
	server := serving(t, testlog.Told(t), nil)
	for path, operations := range readDocument(t).Paths {
		get, ok := operations["get"]
		if !ok || strings.Contains(path, "{") {
			continue
		}
		var described []string
		for _, p := range get.Parameters {
			described = append(described, p.Name)
		}
		status := func(query string) int { status, _, _ := ask(t, server, "GET", path+query, ""); return status }
		takesOnly(t, status, path, described)
	}
}

func takesOnly(t *testing.T, get func(query string) int, path string, described []string) {
	t.Helper()
	cursors := map[string]string{
		"/v1/events": "1", "/v1/rejected": "1", "/v1/accounts": "acct-1", "/v1/contracts": "HT-1.acct-1",
		"/v1/exceptions": "acct-1/0",
	}
	valid := map[string]string{
		"as_of": "2025-07-01", "known_at": "5", "limit": "5", "after": cursors[path], "status": "active", "flag": "overdue",
		"account_id": "acct-1", "contract_id": "HT-1", "kind": "contract.paid", "follow": "false", "why_not": "sla",
		"figure": "paid",
		"size":   "3", "old": "3", "new": "5&old=3",
	}
	if path == "/v1/rejected" {
		valid["status"] = "closed"
	}
	for name, value := range valid {
		taken := get("?"+name+"="+value) == http.StatusOK
		if taken != slices.Contains(described, name) {
			t.Errorf("%s takes %s: %v, described: %v", path, name, taken, described)
		}
	}
}

// What is sent is described too: the schema of a body takes what the server takes.
func TestBodiesAreDescribed(t *testing.T) {
	const post = "openapi.json#/paths/~1v1~1events/post/requestBody/content/"
	binary := string(sdkEvent(t, testlog.Story[0]).Data())
	for mediaType, body := range map[string]string{
		"application/cloudevents+json":       testlog.Story[0],
		"application/cloudevents-batch+json": "[" + strings.Join(testlog.Story[:3], ",") + "]",
		"application/json":                   binary,
	} {
		schema, err := openAPI().schema(post + escaped(mediaType) + "/schema")
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
		if err == nil {
			err = schema.Validate(value)
		}
		if err != nil {
			t.Errorf("%s: %v", mediaType, err)
		}
		if schema.Validate(map[string]any{"id": fmt.Sprint(1)}) == nil {
			t.Errorf("%s takes anything", mediaType)
		}
	}
}
