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

// tidyFolders keep the length of lines and the words below. Folders that are not listed here have yet to be mended.
var tidyFolders = []string{
	"cmd/zhangben/build",
	"cmd/zhangben/buildtest",
	"cmd/zhangben/client",
	"cmd/zhangben/disk",
	"cmd/zhangben/exit",
	"cmd/zhangben/gctuning",
	"cmd/zhangben/help",
	"cmd/zhangben/help/pages",
	"cmd/zhangben/input",
	"cmd/zhangben/proofs",
	"cmd/zhangben/publish",
	"cmd/zhangben/render",
	"cmd/zhangben/stream",
	"events",
	"events/civil",
	"events/eventtest",
	"events/glossary",
	"events/money",
	"ledger/atomicfile",
	"ledger/burst",
	"ledger/inbox",
	"ledger/index",
	"ledger/ingest",
	"ledger/inputfile",
	"ledger/permit",
	"ledger/replica",
	"ledger/witness",
	"ledger/witness/reference",
	"projections",
	"projections/api",
	"projections/api/outsider",
	"projections/api/outsider/client",
	"projections/api/outsider/validate",
	"projections/foldtest",
	"projections/query/cache",
	"projections/query/live",
	"projections/scenario",
	"scripts",
	"scripts/nats",
}

// longData are the test files in which raw strings hold events, answers or pages as they are, however long.
var longData = []string{
	"events/codec_test.go",
	"events/params_test.go",
}

// stiff are words that this house does not use in comments, messages and pages. They are spelled in two parts, so that
// this file has none.
var stiff = regexp.MustCompile(`(?i)\b(giv` + `es|tells whet` + `her|nobo` + `dy|somebo` + `dy|ane` + `w|so man` + `y|for go` +
	`od|goes over t` + `o)\b`)

func TestLinesAreShort(t *testing.T) {
	eachTidyFile(t, func(file, content string) {
		data := map[int]bool{}
		if slices.Contains(longData, file) {
			data = rawLines(content)
		}
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
	eachTidyFile(t, func(file, content string) {
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

// eachTidyFile reads the code, scripts and settings of the folders that keep their lines and words.
func eachTidyFile(t *testing.T, visit func(file, content string)) {
	t.Helper()
	for _, folder := range tidyFolders {
		if _, err := os.Stat(filepath.Join(root, folder)); err != nil {
			t.Errorf("a tidy folder is gone: %v", err)
		}
	}
	eachFile(t, func(file string) {
		if !slices.Contains(tidyFolders, path.Dir(file)) ||
			!slices.Contains([]string{".go", ".sh", ".conf", ".service", ".txt"}, path.Ext(file)) {
			return
		}
		content, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		visit(file, string(content))
	})
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
