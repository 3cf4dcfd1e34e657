package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"math/big"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// root is the top of the repository, seen from this package.
const root = "../.."

// layers says what the non-test files of a folder may import beside the standard library. A folder has the rules of
// the longest path here that leads to it; folders of cmd are free.
var layers = map[string]struct {
	imports []string // module paths, each with everything beneath it
	pure    bool     // no clock, no floats, no disk, no network, no random
}{
	"events":               {imports: []string{"zhangben/events", decimalModule, uuidModule, jsonModule}, pure: true},
	"events/money":         {imports: []string{decimalModule}, pure: true},
	"events/civil":         {pure: true},
	"events/glossary":      {pure: true},
	"events/eventtest":     {imports: []string{"zhangben/events", uuidModule}},
	"projections":          {imports: []string{"zhangben/events", decimalModule, textModule, uuidModule}, pure: true},
	"projections/foldtest": {imports: []string{"zhangben/events", "zhangben/projections", textModule, uuidModule}},
	"projections/scenario": {imports: []string{"zhangben/events", "zhangben/projections", uuidModule}},
	"projections/query": {imports: []string{"zhangben/events", "zhangben/projections", "zhangben/ledger", uuidModule,
		"golang.org/x/sync"}},
	"projections/query/cache": {imports: []string{"zhangben/events", "zhangben/projections", "zhangben/ledger"}},
	"projections/query/live": {imports: []string{"zhangben/events", "zhangben/projections", "zhangben/ledger",
		"golang.org/x/sync"}},
	"projections/api": {imports: []string{"zhangben/events", "zhangben/projections", "zhangben/ledger", uuidModule,
		"github.com/prometheus/client_golang", "golang.org/x/sync"}},
	"ledger": {imports: []string{"zhangben/events", "zhangben/ledger", uuidModule, "go.etcd.io/bbolt",
		"golang.org/x/mod"}},
	"ledger/atomicfile": {},
	"ledger/boltcheck":  {}, // reads files as bytes: not even bbolt
	"ledger/checkpoint": {imports: []string{"zhangben/ledger"}},
	"ledger/index": {imports: []string{"zhangben/events", uuidModule, "golang.org/x/mod",
		"github.com/minio/highwayhash"}},
	"ledger/inbox":  {imports: []string{"github.com/nats-io/nats.go"}},
	"ledger/permit": {imports: []string{"zhangben/events", "zhangben/ledger"}},
	"ledger/witness": {imports: []string{"zhangben/events", "zhangben/ledger", "golang.org/x/mod",
		"github.com/transparency-dev/formats"}},
	"projections/api/outsider": {imports: []string{"zhangben/projections/api/outsider/client/api", "github.com/pb33f",
		"github.com/santhosh-tekuri/jsonschema/v6"}}, // a module of its own
	"ledger/witness/reference": {imports: []string{"golang.org/x/mod", "github.com/transparency-dev"}}, // likewise
	"ledger/replica": {imports: []string{"zhangben/events", "zhangben/ledger", uuidModule,
		"github.com/nats-io/nats.go"}},
	"ledger/proof": {imports: []string{"zhangben/events", "golang.org/x/mod"}, pure: true},
	"ledger/ingest": {imports: []string{"zhangben/events", "zhangben/ledger", uuidModule, "github.com/nats-io/nats.go",
		"github.com/synadia-io/orbit.go/jetstreamext"}},
}

const (
	decimalModule = "github.com/shopspring/decimal"
	textModule    = "golang.org/x/text"
	uuidModule    = "github.com/google/uuid"
	jsonModule    = "github.com/go-json-experiment/json/jsontext"
)

// impurePackages are those of the standard library that a pure package has no use for.
var impurePackages = []string{"os", "net", "net/http", "math/rand", "math/rand/v2", "crypto/rand", "io/fs", "log",
	"log/slog"}

func TestImportsPointDownwards(t *testing.T) {
	eachSource(t, func(file string, source *ast.File, _ *token.FileSet) {
		layer, ruled := layers[layerOf(file)]
		if !ruled || strings.HasSuffix(file, "_test.go") {
			return
		}
		for _, spec := range source.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			if !allowed(imported, layer.imports) {
				t.Errorf("%s imports %s", file, imported)
			}
			if layer.pure && slices.Contains(impurePackages, imported) {
				t.Errorf("%s is pure and imports %s", file, imported)
			}
		}
	})
}

func TestPurePackagesReadNoClockAndHaveNoFloats(t *testing.T) {
	impure := []string{"time.Now", "time.Since", "time.Until", "uuid.New", "uuid.NewString", "uuid.NewV7",
		"uuid.NewRandom"}
	eachSource(t, func(file string, source *ast.File, positions *token.FileSet) {
		if !layers[layerOf(file)].pure || strings.HasSuffix(file, "_test.go") {
			return
		}
		ast.Inspect(source, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.SelectorExpr:
				qualifier, ok := node.X.(*ast.Ident)
				if ok && slices.Contains(impure, qualifier.Name+"."+node.Sel.Name) {
					t.Errorf("%s calls %s.%s", positions.Position(node.Pos()), qualifier.Name, node.Sel.Name)
				}
			case *ast.Ident:
				if node.Name == "float64" || node.Name == "float32" {
					t.Errorf("%s uses %s", positions.Position(node.Pos()), node.Name)
				}
			case *ast.BasicLit:
				if node.Kind == token.FLOAT && !whole(node.Value) {
					t.Errorf("%s uses the float %s", positions.Position(node.Pos()), node.Value)
				}
			}
			return true
		})
	})
}

func TestEveryFolderOfGoCodeHasItsLayer(t *testing.T) {
	eachSource(t, func(file string, _ *ast.File, _ *token.FileSet) {
		if layerOf(file) == "" && !strings.HasPrefix(file, "cmd/") {
			t.Errorf("%s lies in no layer", file)
		}
	})
}

func TestNothingElseLiesAtTheTop(t *testing.T) {
	known := []string{"cmd", "ledger", "events", "projections", "scripts", "go.mod", "go.sum", "README.md",
		"README.zh-CN.md", "docker-compose.yml", "Dockerfile", "LICENSE", "CHANGELOG.md"}
	ignored := []string{"zhangben", "zhangben-data", "*.test", "*.out", "*.prof"} // by .gitignore
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		name := entry.Name()
		matches := func(pattern string) bool { matched, _ := path.Match(pattern, name); return matched }
		if !strings.HasPrefix(name, ".") && !slices.Contains(known, name) && !slices.ContainsFunc(ignored, matches) {
			t.Errorf("%s lies at the top", name)
		}
	}
}

// loose are signs of work left undone. They are spelled in two parts here, so that this file has none.
var loose = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X|HA` + `CK)\b|\.Ski` + `p(Now|f)?\(|` +
	`not imple` + `mented`)

func TestNothingIsLeftForLater(t *testing.T) {
	eachFile(t, func(file string) {
		content, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		for number, line := range strings.Split(string(content), "\n") {
			if found := loose.FindString(line); found != "" {
				t.Errorf("%s:%d has %s", file, number+1, found)
			}
		}
	})
}

func TestErrorsAreWrapped(t *testing.T) {
	unwrapped := regexp.MustCompile(`Errorf\(".*%[vs]", .*\berr\)`)
	eachFile(t, func(file string) {
		if path.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") {
			return
		}
		content, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		if found := unwrapped.Find(content); found != nil {
			t.Errorf("%s: %s hides the error it reports: use %%w", file, found)
		}
	})
}

// whole reports whether a literal such as 1e9 is a whole number: the compiler lets it be an integer.
func whole(literal string) bool {
	number, _, err := big.ParseFloat(literal, 0, 64, big.ToNearestEven)
	return err == nil && number.IsInt()
}

// layerOf finds the longest known path that leads to file; "" where there is none.
func layerOf(file string) string {
	for folder := path.Dir(file); folder != "."; folder = path.Dir(folder) {
		if _, ruled := layers[folder]; ruled {
			return folder
		}
	}
	return ""
}

// allowed reports whether a package is of the standard library or lies in one of the modules.
func allowed(imported string, modules []string) bool {
	first, _, _ := strings.Cut(imported, "/")
	if first != "zhangben" && !strings.Contains(first, ".") {
		return true
	}
	return slices.ContainsFunc(modules, func(module string) bool {
		return imported == module || strings.HasPrefix(imported, module+"/")
	})
}

// eachSource parses every Go file. Paths are relative to the top, with slashes.
func eachSource(t *testing.T, visit func(file string, source *ast.File, positions *token.FileSet)) {
	t.Helper()
	eachFile(t, func(file string) {
		if path.Ext(file) != ".go" {
			return
		}
		positions := token.NewFileSet()
		source, err := parser.ParseFile(positions, filepath.Join(root, file), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		visit(file, source, positions)
	})
}

// eachFile goes through the folders that hold what this repository is made of.
func eachFile(t *testing.T, visit func(file string)) {
	t.Helper()
	for _, folder := range []string{"cmd", "events", "ledger", "projections", "scripts"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			relative, err := filepath.Rel(root, name)
			if err == nil {
				visit(filepath.ToSlash(relative))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
