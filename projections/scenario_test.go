package projections_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zhangben/events"
	"zhangben/projections"
	"zhangben/projections/scenario"
)

var update = flag.Bool("update", false, "write the figures that come out into testdata/*.txt; review the difference")

// TestScenarios tells the stories in testdata and compares the figures they name.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios in testdata", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { tell(t, file) })
	}
}

func tell(t *testing.T, file string) {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := scenario.Parse(string(text))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	for _, c := range s.Checks {
		for _, r := range c.Rows {
			book := c.Fold(r.Account, s.Facts(c.Known))
			compare(t, file, s, c, r)
			arrivalDoesNotMatter(t, s, c, r, book)
			bookAddsUp(t, file, r, book, keepsDebts(s, r.Account))
		}
	}
	if *update && s.Text() != string(text) {
		if err := os.WriteFile(file, []byte(s.Text()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// compare reports, or with -update writes down, the figures of a row that came out otherwise.
func compare(t *testing.T, file string, s *scenario.Scenario, c scenario.Check, r scenario.Row) {
	t.Helper()
	got, wrong := s.Judge(c, r)
	if *update && got != nil {
		s.Update(r, got)
		return
	}
	for _, difference := range wrong {
		t.Errorf("%s: %s", file, difference)
	}
}

// arrivalDoesNotMatter folds the facts of a check again, in other orders of arrival.
func arrivalDoesNotMatter(t *testing.T, s *scenario.Scenario, c scenario.Check, r scenario.Row, book projections.Book) {
	t.Helper()
	want := spelledOut(t, book)
	for seed := range uint64(4) {
		again := c.Fold(r.Account, scenario.Shuffled(s.Facts(c.Known), seed))
		if got := spelledOut(t, again); got != want {
			t.Errorf("line %d: another order of arrival (%d) makes\n%s\nwant\n%s", c.Line, seed, got, want)
		}
	}
}

// spelledOut is a book as text, without what depends on arrival by its nature.
func spelledOut(t *testing.T, book projections.Book) string {
	t.Helper()
	book.Account.KnownAtSeq = 0
	contracts := make([]projections.Figures, len(book.Contracts))
	for i, c := range book.Contracts {
		c.KnownAtSeq = 0
		contracts[i] = c
	}
	book.Contracts = contracts
	text, err := json.MarshalIndent(book, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// bookAddsUp checks what holds in every book, whatever the story.
func bookAddsUp(t *testing.T, file string, r scenario.Row, book projections.Book, keeps bool) {
	t.Helper()
	account := book.Account
	for _, c := range book.Contracts {
		account.Principal -= c.Principal
		account.LateFee -= c.LateFee
		if c.DueTotal != c.Principal+c.LateFee {
			t.Errorf("%s:%d: %s: due_total %s is not %s + %s", file, r.Line, c.ContractID, c.DueTotal, c.Principal, c.LateFee)
		}
		if ended(c.Status) && c.ContractLiability != 0 {
			t.Errorf("%s:%d: %s: contract liability %s after the end", file, r.Line, c.ContractID, c.ContractLiability)
		}
		invoicesAddUp(t, file, r, c)
		nothingBelowZero(t, file, r, c)
	}
	if !keeps && (account.Principal != 0 || account.LateFee != 0) || account.Principal < 0 || account.LateFee < 0 {
		t.Errorf("%s:%d: the account's principal or late fee is not the sum of its contracts'", file, r.Line)
	}
}

func ended(s projections.Status) bool {
	return s == projections.Expired || s == projections.Terminated || s == projections.Cancelled
}

func invoicesAddUp(t *testing.T, file string, r scenario.Row, c projections.Figures) {
	t.Helper()
	principal, lateFee := c.Principal, c.LateFee
	for _, v := range c.Invoices {
		principal -= v.Principal
		lateFee -= v.LateFee
	}
	if principal != 0 || lateFee != 0 {
		t.Errorf("%s:%d: %s: principal or late fee is not the sum of the invoices'", file, r.Line, c.ContractID)
	}
}

// nothingBelowZero allows but one thing below zero: revenue, by an agreed refund of more than was paid (6.2.1).
func nothingBelowZero(t *testing.T, file string, r scenario.Row, c projections.Figures) {
	t.Helper()
	revenue := c.Revenue + max(c.Refund-c.Paid, 0)
	if min(c.Principal, c.LateFee, c.LateFeeAccrued, c.Paid, c.Refund, c.Forfeited, revenue, c.ContractLiability) < 0 {
		t.Errorf("%s:%d: %s: a figure below zero", file, r.Line, c.ContractID)
	}
}

// TestScenariosCoverTheRules wants each exception, each parameter of the terms and each kind of event told somewhere.
func TestScenariosCoverTheRules(t *testing.T) {
	told := allScenarios(t)
	for _, code := range exceptionCodes(t) {
		if !regexp.MustCompile(`exceptions=\S*\b` + code + `\b`).MatchString(told) {
			t.Errorf("no scenario shows the exception %s", code)
		}
	}
	for _, param := range params() {
		if !strings.Contains(told, `"`+param) {
			t.Errorf("no scenario changes the parameter %s", param)
		}
	}
	for _, kind := range events.Kinds() {
		if !strings.Contains(told, " "+kind.String()+" ") {
			t.Errorf("no scenario has an event %s", kind)
		}
	}
}

func allScenarios(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

// exceptionCodes reads the codes from where they are declared, so that none can be forgotten.
func exceptionCodes(t *testing.T) (codes []string) {
	t.Helper()
	source, err := os.ReadFile("exception.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range regexp.MustCompile(`ExceptionCode += "(\w+)"`).FindAllStringSubmatch(string(source), -1) {
		codes = append(codes, match[1])
	}
	if len(codes) < 31 {
		t.Fatalf("only %d codes found", len(codes))
	}
	return codes
}

// keepsDebts reports whether debts of a contract that passed stay with the account.
func keepsDebts(s *scenario.Scenario, account string) bool {
	return slices.ContainsFunc(s.Facts(len(s.Events)), func(f projections.Fact) bool {
		d, ok := f.Event.Data.(*events.Assigned)
		return ok && d.Debts == events.DebtsRetained && f.Event.Account == account
	})
}
