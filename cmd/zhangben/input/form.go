package input

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"zhangben/cmd/zhangben/exit"
)

// An input that is not events, one a line, is refused before anything of it is sent: all its lines would be refused,
// each with a message of its own, and kept in quarantine. Its beginning decides.

// errNotLines says what is wanted instead.
var errNotLines = errors.New("events are taken one a line, each a JSON object in UTF-8")

// byteOrderMark begins files of some editors; a reader of JSON may pass over it (RFC 8259, 8.1).
var byteOrderMark = []byte("\ufeff")

// otherForms are how files begin that hold no text, or another encoding.
var otherForms = []struct{ beginning, what string }{
	{"\x1f\x8b", "compressed with gzip: unpack it first"},
	{"\x28\xb5\x2f\xfd", "compressed with zstd: unpack it first"},
	{"\xfd7zXZ\x00", "compressed with xz: unpack it first"},
	{"BZh", "compressed with bzip2: unpack it first"},
	{"PK\x03\x04", "a zip archive: unpack it first"},
	{"\xff\xfe", "in UTF-16: save it in UTF-8"},
	{"\xfe\xff", "in UTF-16: save it in UTF-8"},
}

// OpenLines reads the lines of an input that begins as events do.
func OpenLines(in *Input) (*Lines, error) {
	r := newLines(in)
	what, err := r.otherForm()
	switch {
	case err != nil:
		return nil, err
	case what == "" && in.Size >= 0 && len(r.beginning()) == 0:
		what = "empty"
	}
	if what != "" {
		return nil, exit.Usage(fmt.Errorf("%s is %s; %w", in.Name, what, errNotLines))
	}
	return r, nil
}

// otherForm passes over a byte order mark, and names the form of an input that is not events, one a line; "" is none.
func (r *Lines) otherForm() (what string, err error) {
	if mark, _ := r.source.Peek(len(byteOrderMark)); bytes.Equal(mark, byteOrderMark) {
		r.source.Discard(len(mark))
	}
	for n := 1; ; n++ {
		_, err := r.source.Peek(n)
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
			return "", fmt.Errorf("read events: %w", err)
		}
		beginning := r.beginning()
		if what, decided := formOf(beginning); decided || err != nil {
			return what, nil
		}
		n = r.source.Buffered()
	}
}

// beginning is what there is of the input so far, without blank lines.
func (r *Lines) beginning() []byte {
	ahead, _ := r.source.Peek(r.source.Buffered())
	return bytes.TrimLeft(ahead, " \t\r\n")
}

// formOf names the form of a beginning, "" where it is that of events, and reports whether more of it cannot change
// that.
func formOf(beginning []byte) (what string, decided bool) {
	for _, form := range otherForms {
		if bytes.HasPrefix(beginning, []byte(form.beginning)) {
			return form.what, true
		}
	}
	line, rest, ends := bytes.Cut(beginning, []byte{'\n'})
	rest = bytes.TrimLeft(rest, " \t\r\n")
	switch {
	case bytes.IndexByte(line, 0) >= 0:
		return "not text", true
	case len(line) == 0:
		return "", false
	case line[0] == '[':
		return "a JSON array, of which jq -c '.[]' makes lines", true
	case line[0] != '{':
		return "not lines of JSON", true
	case !ends || !goesOn(line):
		return "", ends
	case len(rest) > 0 && rest[0] != '{':
		return "JSON over several lines, of which jq -c . makes one", true
	}
	return "", len(rest) > 0
}

// goesOn reports whether a line is the beginning of a JSON object that does not end in it.
func goesOn(line []byte) bool {
	var object json.RawMessage
	return errors.Is(json.NewDecoder(bytes.NewReader(line)).Decode(&object), io.ErrUnexpectedEOF)
}
