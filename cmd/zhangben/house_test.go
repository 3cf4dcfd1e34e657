package main_test

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// longestLine is how many characters a line of code or of a comment may have; a tab is one.
const longestLine = 120

// longData are the test files in which raw strings hold events, answers or pages as they are, however long.
var longData = []string{
	"cmd/zhangben/lists_test.go",
	"events/codec_test.go",
	"events/params_test.go",
}

// scenarioFolders hold scenarios, in which an event is one line, however long. Their comments are as short as others.
var scenarioFolders = []string{"cmd/zhangben/demo", "projections/testdata"}

// stiff are words that this house does not use in comments, messages and pages. They are spelled in two parts, so that
// this file has none.
var stiff = regexp.MustCompile(`(?i)\b(giv` + `es|tells whet` + `her|nobo` + `dy|somebo` + `dy|ane` + `w|` +
	`so man` + `y|for go` + `od|goes over t` + `o)\b`)

func TestLinesAreShort(t *testing.T) {
	eachText(t, func(file, content string) {
		data := dataLines(file, content)
		number := 0
		for line := range strings.Lines(content) {
			number++
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > longestLine && !data[number] {
				t.Errorf("%s:%d has %d characters: at most %d", file, number, n, longestLine)
			}
		}
	})
}

func TestWordsArePlain(t *testing.T) {
	eachText(t, func(file, content string) {
		if path.Ext(file) != ".go" {
			reportStiff(t, file, content)
			return
		}
		positions := token.NewFileSet()
		source, err := parser.ParseFile(positions, file, content, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, group := range source.Comments {
			reportStiff(t, positions.Position(group.Pos()).String(), group.Text())
		}
		ast.Inspect(source, func(node ast.Node) bool {
			if text, ok := node.(*ast.BasicLit); ok && text.Kind == token.STRING {
				reportStiff(t, positions.Position(text.Pos()).String(), text.Value)
			}
			return true
		})
	})
}

func reportStiff(t *testing.T, where, text string) {
	t.Helper()
	for _, word := range stiff.FindAllString(text, -1) {
		t.Errorf("%s says %q", where, word)
	}
}

// TestOnlyTestsImportWhatServesThem keeps the promise that packages for tests are in no program.
func TestOnlyTestsImportWhatServesThem(t *testing.T) {
	forTests := []string{"events/eventtest", "projections/foldtest", "projections/query/testlog", "cmd/zhangben/buildtest"}
	for _, folder := range forTests {
		if _, err := os.Stat(filepath.Join(root, folder)); err != nil {
			t.Errorf("a package for tests is gone: %v", err)
		}
	}
	eachSource(t, func(file string, source *ast.File, _ *token.FileSet) {
		if strings.HasSuffix(file, "_test.go") || slices.Contains(forTests, path.Dir(file)) {
			return
		}
		for _, spec := range source.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			if slices.Contains(forTests, strings.TrimPrefix(imported, "zhangben/")) {
				t.Errorf("%s imports %s, which serves tests only", file, imported)
			}
		}
	})
}

func TestEveryLayerIsAFolder(t *testing.T) {
	for folder := range layers {
		if info, err := os.Stat(filepath.Join(root, folder)); err != nil || !info.IsDir() {
			t.Errorf("there is no folder %s: its layer can go", folder)
		}
	}
}

// eachText reads the code, scripts, pages and settings.
func eachText(t *testing.T, visit func(file, content string)) {
	t.Helper()
	eachFile(t, func(file string) {
		if !slices.Contains([]string{".go", ".sh", ".conf", ".service", ".txt"}, path.Ext(file)) {
			return
		}
		content, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		visit(file, string(content))
	})
}

// dataLines finds the lines that hold data as it is, by their numbers.
func dataLines(file, content string) map[int]bool {
	switch {
	case slices.Contains(longData, file):
		return rawLines(content)
	case slices.Contains(scenarioFolders, path.Dir(file)) && path.Ext(file) == ".txt":
		return eventLines(content)
	}
	return nil
}

// eventLines finds the lines of a scenario that are no comments.
func eventLines(content string) map[int]bool {
	lines := map[int]bool{}
	number := 0
	for line := range strings.Lines(content) {
		number++
		lines[number] = !strings.HasPrefix(strings.TrimSpace(line), "#")
	}
	return lines
}

// rawLines finds the lines of Go code that raw strings stand on.
func rawLines(content string) map[int]bool {
	var tokens scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(content))
	tokens.Init(file, []byte(content), nil, 0)
	lines := map[int]bool{}
	for {
		position, kind, text := tokens.Scan()
		if kind == token.EOF {
			return lines
		}
		if kind == token.STRING && text[0] == '`' {
			first := file.Line(position)
			for n := range 1 + strings.Count(text, "\n") {
				lines[first+n] = true
			}
		}
	}
}
