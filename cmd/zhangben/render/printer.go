package render

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"sync"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Printer is what every command prints through, on a terminal or not. Stored texts are other people's: what would act
// on a terminal or change how a line reads is shown as an escape of JSON, so that JSON stays the JSON it was. That is
// all control characters but line feed and tab, what turns the direction of text, and what is not seen. A byte that is
// not UTF-8 is shown as \xff.
type Printer struct {
	w io.Writer

	mu    sync.Mutex
	begun []byte // of a character whose end is still to come
	shown bytes.Buffer
}

// NewPrinter returns a printer that prints to w.
func NewPrinter(w io.Writer) *Printer { return &Printer{w: w} }

// Write implements io.Writer.
func (p *Printer) Write(text []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	rest := text
	if len(p.begun) > 0 {
		rest = append(p.begun, text...)
	}
	p.shown.Reset()
	rest = appendVisible(&p.shown, rest)
	p.begun = bytes.Clone(rest)
	if _, err := p.w.Write(p.shown.Bytes()); err != nil {
		return 0, err
	}
	return len(text), nil
}

// Finish prints what is left of a character that never ended.
func (p *Printer) Finish() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, b := range p.begun {
		if _, err := fmt.Fprintf(p.w, `\x%02x`, b); err != nil {
			return err
		}
	}
	p.begun = nil
	return nil
}

// appendVisible appends a text as it is shown, and returns the rest: the beginning of a character.
func appendVisible(dst *bytes.Buffer, text []byte) (rest []byte) {
	plain := 0 // where what needs no escape begins
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf && c != 0x7f && (c >= ' ' || c == '\n' || c == '\t') {
			i++
			continue
		}
		r, size := utf8.DecodeRune(text[i:])
		if size == 1 && r == utf8.RuneError && !utf8.FullRune(text[i:]) {
			dst.Write(text[plain:i])
			return text[i:]
		}
		if invalid := r == utf8.RuneError && size == 1; invalid || isHidden(r) {
			dst.Write(text[plain:i])
			plain = i + size
			writeEscape(dst, r, invalid, text[i])
		}
		i += size
	}
	dst.Write(text[plain:])
	return nil
}

// isHidden reports whether a character acts or is not seen.
func isHidden(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

func writeEscape(dst *bytes.Buffer, r rune, invalid bool, first byte) {
	if invalid {
		fmt.Fprintf(dst, `\x%02x`, first)
		return
	}
	for _, unit := range utf16.AppendRune(nil, r) {
		fmt.Fprintf(dst, `\u%04x`, unit)
	}
}

// Visible is a text for one line of output: its own line ends and tabs are shown too.
func Visible(text string) string {
	var shown bytes.Buffer
	for line, more := text, true; more; {
		var end int
		if end = bytes.IndexAny([]byte(line), "\n\t"); end < 0 {
			end, more = len(line), false
		}
		for _, b := range appendVisible(&shown, []byte(line[:end])) {
			fmt.Fprintf(&shown, `\x%02x`, b)
		}
		if more {
			shown.WriteString(map[byte]string{'\n': `\n`, '\t': `\t`}[line[end]])
			line = line[end+1:]
		}
	}
	return shown.String()
}

// outputFile is the file that a command prints to, through a printer or not.
func outputFile(w io.Writer) (*os.File, bool) {
	if p, ok := w.(*Printer); ok {
		w = p.w
	}
	file, ok := w.(*os.File)
	return file, ok
}
