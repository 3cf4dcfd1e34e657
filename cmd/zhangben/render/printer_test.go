package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
)

// hostile is a text that would take over a terminal: it clears the screen, rings, turns text around and hides some.
const hostile = "a\x1b[2J\x07\u009b31mb\u202ec\u2066d\u200ee\u200bf\ufeffg\u2028h\u00adi\U000e0041j\x7fk"

// A character is shown the same in however many pieces it comes, and JSON decodes to what it was.
func TestPrinterShowsPieces(t *testing.T) {
	text := hostile + "账本\té\xff\xe8\xb4x\xe8"
	var whole, pieces bytes.Buffer
	for _, c := range []struct {
		to   *bytes.Buffer
		size int
	}{{&whole, len(text)}, {&pieces, 1}} {
		p := NewPrinter(c.to)
		for rest := text; rest != ""; rest = rest[min(c.size, len(rest)):] {
			if n, err := p.Write([]byte(rest[:min(c.size, len(rest))])); err != nil || n != min(c.size, len(rest)) {
				t.Fatal(n, err)
			}
		}
		if err := p.Finish(); err != nil {
			t.Fatal(err)
		}
	}
	want := `a\u001b[2J\u0007\u009b31mb\u202ec\u2066d\u200ee\u200bf\ufeffg\u2028h\u00adi\udb40\udc41j\u007fk账本` + "\té" +
		`\xff\xe8\xb4x\xe8`
	if whole.String() != want || pieces.String() != want {
		t.Errorf("got\n%s\n%s\nwant\n%s", &whole, &pieces, want)
	}
	var decoded string
	shown := new(bytes.Buffer)
	fmt.Fprintf(NewPrinter(shown), `"%s"`, hostile)
	if err := json.Unmarshal(shown.Bytes(), &decoded); err != nil || decoded != hostile {
		t.Errorf("%v: %q", err, decoded)
	}
}

// What stands in one line of output ends no line itself.
func TestVisibleEndsNoLine(t *testing.T) {
	for text, want := range map[string]string{"": "", "a": "a", "\n": `\n`, "a\nb\tc\r": `a\nb\tc\u000d`,
		"\xe8\n": `\xe8\n`, "账": "账"} {
		if got := Visible(text); got != want {
			t.Errorf("%q is shown as %s, want %s", text, got, want)
		}
	}
}
