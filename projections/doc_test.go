package projections_test

import (
	"encoding/json"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zhangben/events"
	"zhangben/events/glossary"
	"zhangben/projections"
)

// clauses are those with a consequence for billing, money, time, status or notice; each must have a row.
var clauses = strings.Fields(`C-一 C-二 C-三 C-四 C-五 1 2.1 2.2.1 2.2.2 2.3 3.1 3.5.10 3.8 4.3 4.4 4.5 4.6 4.7 4.8.3 4.8.4
	5.2(1) 6.1 6.2.1 6.2.2 6.2.3 6.3 7.2 7.2(end) 7.6 8.3 8.4 9.4 11.4`)

// Rows of the tables in doc.go: a clause with its rule, and beneath it a file and scenarios; or a parameter or a kind
// with a file and scenarios on one line.
var (
	clauseRow = regexp.MustCompile(`^\t(CC \d+|\S+)\s+\S`)
	fileRow   = regexp.MustCompile(`^\t\s+(\S+\.go): (\S+(?:, \S+)*)$`)
	namedRow  = regexp.MustCompile(`^\t(\S+)\s+(\S+\.go)\s+(\S+(?:, \S+)*)$`)
)

// TestEveryRuleHasAFileAndAScenario keeps the tables of doc.go complete and true.
func TestEveryRuleHasAFileAndAScenario(t *testing.T) {
	rows := docRows(t)
	for _, k := range events.Kinds() {
		wantRow(t, rows, k.String())
	}
	for _, param := range params() {
		wantRow(t, rows, param)
	}
	for _, clause := range clauses {
		wantRow(t, rows, clause)
	}
	for name, cells := range rows {
		for _, cell := range cells {
			for _, file := range []string{cell.file, strings.TrimSuffix(cell.file, ".go") + "_test.go"} {
				if _, err := os.Stat(file); err != nil && !strings.HasPrefix(file, "../") {
					t.Errorf("%s: %v", name, err)
				}
			}
			for _, scenario := range cell.scenarios {
				text, err := os.ReadFile("testdata/" + scenario + ".txt")
				if err != nil {
					t.Errorf("%s: %v", name, err)
				} else if (strings.Contains(name, "_") || strings.Contains(name, ".") && name[0] >= 'a') &&
					!strings.Contains(string(text), name) {
					t.Errorf("scenario %s does not mention %s", scenario, name)
				}
			}
		}
	}
}

// spelledInJSON turns SLACapTime into sla_cap_time.
// params names all parameters of the terms.
func params() (names []string) {
	for _, field := range reflect.VisibleFields(reflect.TypeFor[events.Params]()) {
		if field.Name != "JSON" {
			names = append(names, spelledInJSON(field.Name))
		}
	}
	return names
}

// TestParametersAreKnownEverywhere wants each in the schema, in the glossary, and in the terms in force.
func TestParametersAreKnownEverywhere(t *testing.T) {
	terms, err := json.Marshal(projections.Terms{})
	if err != nil {
		t.Fatal(err)
	}
	schema := events.ParamsSchema()["properties"].(events.Schema)
	for _, param := range params() {
		if !strings.Contains(string(terms), `"`+param+`":`) {
			t.Errorf("the terms in force do not spell %s", param)
		}
		if schema[param] == nil {
			t.Errorf("the schema has no %s", param)
		}
		if glossary.Meaning("params", param).Both() == "" {
			t.Errorf("the glossary has no %s", param)
		}
	}
}

func spelledInJSON(field string) string {
	return strings.ToLower(regexp.MustCompile(`([a-z])([A-Z])|([A-Z])([A-Z][a-z])`).ReplaceAllString(field,
		"${1}${3}_${2}${4}"))
}

type cell struct {
	file      string
	scenarios []string
}

func wantRow(t *testing.T, rows map[string][]cell, name string) {
	t.Helper()
	if len(rows[name]) == 0 {
		t.Errorf("doc.go has no row for %s", name)
	}
}

func docRows(t *testing.T) map[string][]cell {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]cell{}
	add := func(name, file, scenarios string) {
		rows[name] = append(rows[name], cell{file, strings.Split(scenarios, ", ")})
	}
	clause := ""
	for line := range strings.Lines(file.Doc.Text()) {
		line = strings.TrimRight(line, "\n")
		if m := namedRow.FindStringSubmatch(line); m != nil {
			add(m[1], m[2], m[3])
		} else if m := fileRow.FindStringSubmatch(line); m != nil {
			add(clause, m[1], m[2])
		} else if m := clauseRow.FindStringSubmatch(line); m != nil {
			clause = m[1]
		}
	}
	return rows
}

// TestEveryRuleShownIsInTheTable looks up the clause of every rule that explanations show.
func TestEveryRuleShownIsInTheTable(t *testing.T) {
	rows := docRows(t)
	names, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	shown := regexp.MustCompile(`Rule\{\s*"([^"]+)"`)
	for _, name := range names {
		if !strings.HasSuffix(name.Name(), ".go") {
			continue
		}
		text, err := os.ReadFile(name.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range shown.FindAllStringSubmatch(string(text), -1) {
			if clause := m[1]; len(rows[clause]) == 0 && !slices.ContainsFunc(clauses,
				func(c string) bool { return strings.HasPrefix(c, clause+".") }) {
				t.Errorf("%s shows a rule of %s, which has no row in doc.go", name.Name(), clause)
			}
		}
	}
}
