package scenario

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const story = `# An order that is paid
# clauses: C-三 2.2.1

2025-03-01 09:00  contract.ordered  HT-1  product=vps quantity=1 term=P1M fee=310.00 mode=prepaid
2025-03-01 09:05  contract.paid     HT-1  amount=310.00 channel=online reference="bank 7"  @p

at 2025-03-02 00:00 known 1
  HT-1     status=effective paid=0.00
  account  wallet=1.00
at 2025-03-02 00:00
  HT-1  status=effective
  KH-1/HT-2 absent
`

func TestParse(t *testing.T) {
	s, err := Parse(story)
	if err != nil {
		t.Fatal(err)
	}
	if s.Title != "An order that is paid" || strings.Join(s.Clauses, " ") != "C-三 2.2.1" {
		t.Errorf("title %q, clauses %q", s.Title, s.Clauses)
	}
	if len(s.Events) != 2 || s.Events[1].Label != "@p" || len(s.Checks) != 2 {
		t.Fatalf("%d events, %d checks, label %q", len(s.Events), len(s.Checks), s.Events[1].Label)
	}
	if c := s.Checks[0]; c.Known != 1 || c.AsOf.String() != "2025-03-02T00:00:00+08:00" || len(c.Rows) != 2 {
		t.Errorf("check %+v", c)
	}
	if s.Text() != story {
		t.Errorf("the text came out as\n%s", s.Text())
	}
}

func TestJudgeAndUpdate(t *testing.T) {
	s, err := Parse(story)
	if err != nil {
		t.Fatal(err)
	}
	c := s.Checks[0]
	_, right := s.Judge(c, Row{What: "contract", Account: "KH-1", Contract: "HT-2", Absent: true})
	got, wrong := s.Judge(c, c.Rows[0])
	if len(right) != 0 || len(wrong) != 1 || !strings.Contains(wrong[0], "status is pending_payment, want effective") {
		t.Errorf("%q, %q", right, wrong)
	}
	s.Update(c.Rows[0], got)
	if want := strings.Replace(story, "status=effective paid", "status=pending_payment paid", 1); s.Text() != want {
		t.Errorf("the updated text is\n%s", s.Text())
	}
}

func TestParseRefuses(t *testing.T) {
	head := "# T\n2025-03-01 09:00 contract.ordered HT-1 product=vps quantity=1 term=P1M fee=1 mode=prepaid\n"
	check := head + "at 2025-03-01 10:00\n"
	tests := []struct{ name, text, want string }{
		{"no title", head[4:], "a title is missing"},
		{"no events", "# T\n", "no events"},
		{"a wrong time", "# T\n2025-3-1 09:00 contract.paid HT-1 amount=1 channel=online", "line 2: \"2025-3-1T09:00:00\""},
		{"no kind", "# T\n2025-03-01 09:00 HT-1", "want: date time kind subject data"},
		{"an unknown kind", "# T\n2025-03-01 09:00 contract.lost HT-1", "unknown_kind"},
		{"unknown data", head + "2025-03-01 09:00 contract.cancelled HT-1 why=so", "contract.cancelled has no such data"},
		{"missing data", head + "2025-03-01 09:00 contract.paid HT-1 channel=online", "missing at /data/amount"},
		{"a wrong amount", head + "2025-03-01 09:00 contract.paid HT-1 amount=01 channel=online", "invalid at /data/amount"},
		{"a bare word", head + "2025-03-01 09:00 contract.cancelled HT-1 why", "want name=value or @label"},
		{"a label twice", head + "2025-03-01 09:00 contract.cancelled HT-1 @a\n2025-03-01 09:00 contract.cancelled HT-1 @a",
			"each only once"},
		{"an unknown label", head + "2025-03-01 09:00 event.voided HT-1 voids=@b reason=x", "no event has this label"},
		{"an open quotation", head + `2025-03-01 09:00 charge.added HT-1 description="x`, "does not end"},
		{"an event after a check", check + "2025-03-01 09:00 contract.cancelled HT-1", "events stand before the first check"},
		{"a row without a check", head + "  HT-1 status=active", "beneath a line that begins with at"},
		{"an unknown figure", check + "  HT-1 colour=red", "colour=red: no figure of a contract"},
		{"a figure of another thing", check + "  account status=active", "no figure of a account"},
		{"an unknown thing", check + "  bill HT-1 order amount=1", "want: CONTRACT, unit|invoice|claim"},
		{"an unknown contract", check + "  HT-2 status=active", "HT-2: no event of this contract"},
		{"an unknown milestone", check + "  timeline HT-1 birthday=none", "birthday=none: no figure of a timeline"},
		{"an unknown part of an answer", check + "  why_not HT-1 overdue why=so", "why=so: no figure of a why_not"},
		{"no figures", check + "  HT-1", "want figures, or absent"},
		{"too much known", head + "at 2025-03-01 10:00 known 2", "known 2: want 0 to 1"},
		{"half a check", head + "at 2025-03-01", "want: at date time"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := Parse(test.text); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add(story)
	files, _ := filepath.Glob("../testdata/s*.txt")
	for _, file := range files {
		if text, err := os.ReadFile(file); err == nil {
			f.Add(string(text))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text)
		if err != nil {
			return
		}
		if s.Text() != text {
			t.Errorf("%q came out as %q", text, s.Text())
		}
		for _, c := range s.Checks {
			for _, r := range c.Rows {
				if got, _ := s.Judge(c, r); got != nil {
					s.Update(r, got)
				}
			}
		}
	})
}
