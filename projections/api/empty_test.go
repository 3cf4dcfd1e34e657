package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"zhangben/projections/query/testlog"
)

// A parameter that is given and empty is refused, on every route and whatever it is.
func TestEmptyParametersAreRefused(t *testing.T) {
	server := serving(t, testlog.Told(t), nil)
	var document struct {
		Paths map[string]map[string]struct {
			Parameters []struct{ In, Name string }
		}
	}
	if err := json.Unmarshal([]byte(answered(t, server, "/openapi.json")), &document); err != nil {
		t.Fatal(err)
	}
	asked := 0
	for path, methods := range document.Paths {
		for _, parameter := range methods["get"].Parameters {
			if parameter.In != "query" {
				continue
			}
			asked++
			path := strings.NewReplacer("{", "", "}", "").Replace(path) + "?" + parameter.Name + "="
			status, answer, _ := ask(t, server, "GET", path, "")
			if p := problemIn(t, answer); status != http.StatusBadRequest || p.Code != "bad_parameter" ||
				!strings.Contains(p.Detail, parameter.Name) {
				t.Errorf("%s: %d %s", path, status, answer)
			}
		}
	}
	if asked < 30 {
		t.Errorf("only %d parameters", asked)
	}
}

// A byte order mark before a body is no part of it; UTF-16 is named.
func TestByteOrderMarksOfBodies(t *testing.T) {
	s := testlog.Open(t)
	server := serving(t, s, nil)
	const one, batch = "Content-Type: application/cloudevents+json", "Content-Type: application/cloudevents-batch+json"
	for head, body := range map[string]string{one: testlog.Story[0], batch: "[" + testlog.Story[1] + "]"} {
		if status, answer, _ := ask(t, server, "POST", "/v1/events", "\ufeff"+body, head); status != http.StatusOK ||
			!strings.Contains(answer, `"appended"`) {
			t.Errorf("%s: %d %s", head, status, answer)
		}
		if status, answer, _ := ask(t, server, "POST", "/v1/events", "\xff\xfe{\x00}\x00",
			head); status != http.StatusBadRequest || !strings.Contains(answer, "UTF-16") {
			t.Errorf("%s in UTF-16: %d %s", head, status, answer)
		}
	}
}
