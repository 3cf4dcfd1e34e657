package api_test

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"zhangben/projections/api"
)

// document is the OpenAPI document as answers are compared with it.
type document struct {
	tree     any
	compiler *jsonschema.Compiler
	routes   *http.ServeMux // its patterns are the operations

	mu       sync.Mutex
	compiled map[string]*jsonschema.Schema
}

// openAPI is the document, in which every object has the described members only: fields may be added to answers, but
// not without a word.
var openAPI = sync.OnceValue(func() *document {
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(api.OpenAPI()))
	if err != nil {
		panic(err)
	}
	d := &document{tree: tree, compiler: jsonschema.NewCompiler(), routes: http.NewServeMux(),
		compiled: map[string]*jsonschema.Schema{}}
	for name, schema := range at(tree, "components", "schemas").(map[string]any) {
		if object := schema.(map[string]any); object["properties"] != nil && !strings.HasSuffix(name, "Data") {
			if object["additionalProperties"] == nil {
				object["additionalProperties"] = false
			}
		}
	}
	if err := d.compiler.AddResource("openapi.json", tree); err != nil {
		panic(err)
	}
	for path, operations := range at(tree, "paths").(map[string]any) {
		for method := range operations.(map[string]any) {
			d.routes.Handle(strings.ToUpper(method)+" "+path, http.NotFoundHandler())
		}
	}
	return d
})

// at follows names into a tree of JSON; nil where there is nothing.
func at(tree any, names ...string) any {
	for _, name := range names {
		object, _ := tree.(map[string]any)
		tree = object[name]
	}
	return tree
}

// check compares an answer with the document: the address and method, the status, the media type and the body.
func (d *document) check(t testing.TB, method, target string, status int, header http.Header, body string) {
	t.Helper()
	pattern := d.pattern(method, target)
	if pattern == "" {
		if status < 400 {
			t.Errorf("%s %s answers %d and is not described", method, target, status)
		}
		return
	}
	described, path, _ := strings.Cut(pattern, " ")
	mediaType, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	where := fmt.Sprintf("openapi.json#/paths/%s/%s/responses/%d", escaped(path), strings.ToLower(described), status)
	if status != http.StatusOK {
		where = fmt.Sprintf("openapi.json#/components/responses/%s", strings.ReplaceAll(http.StatusText(status), " ", ""))
		d.mentions(t, described, path, status)
	}
	schema, err := d.schema(where + "/content/" + escaped(mediaType) + "/schema")
	if err != nil {
		t.Errorf("%s answers %d %s, which is not described: %v", pattern, status, mediaType, err)
		return
	}
	for line := range bodies(mediaType, body) {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
		if err == nil {
			err = schema.Validate(value)
		}
		if err != nil {
			t.Errorf("%s answers %d %.300s\n%v", pattern, status, line, err)
		}
	}
}

// bodies are the values in a body that is JSON; others are not looked into.
func bodies(mediaType, body string) func(func(string) bool) {
	switch {
	case mediaType == "application/x-ndjson":
		return strings.Lines(body)
	case strings.HasSuffix(mediaType, "json") && body != "":
		return slices.Values([]string{body})
	}
	return func(func(string) bool) {}
}

// mentions checks that an operation lists a status.
func (d *document) mentions(t testing.TB, method, path string, status int) {
	t.Helper()
	if at(d.tree, "paths", path, strings.ToLower(method), "responses", fmt.Sprint(status)) == nil {
		t.Errorf("%s %s answers %d, which is not described", method, path, status)
	}
}

// pattern finds the operation of a request; a HEAD is answered by a GET.
func (d *document) pattern(method, target string) string {
	address, err := url.Parse(target)
	if err != nil {
		return ""
	}
	_, pattern := d.routes.Handler(&http.Request{Method: method, URL: address, Host: "localhost"})
	return pattern
}

func (d *document) schema(where string) (*jsonschema.Schema, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if known := d.compiled[where]; known != nil {
		return known, nil
	}
	schema, err := d.compiler.Compile(where)
	d.compiled[where] = schema
	return schema, err
}

// escaped is a name in a JSON pointer within a URL.
func escaped(name string) string {
	return url.PathEscape(strings.NewReplacer("~", "~0", "/", "~1").Replace(name))
}
