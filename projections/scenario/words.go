package scenario

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"zhangben/events/civil"
)

// word is a piece of a line: a bare text, or a name with a value. Start and end are the value's place in the line.
type word struct {
	text       string // the whole of it
	name       string // "" in a bare text
	value      string // unquoted
	start, end int
}

var errQuote = errors.New("a quotation or an object does not end")

// split cuts a line at spaces outside quotations and JSON objects.
func split(line string) ([]word, error) {
	var words []word
	for i := 0; i < len(line); {
		if line[i] == ' ' {
			i++
			continue
		}
		end, err := wordEnd(line, i)
		if err != nil {
			return nil, err
		}
		w, err := newWord(line, i, end)
		if err != nil {
			return nil, err
		}
		words, i = append(words, w), end
	}
	return words, nil
}

func wordEnd(line string, from int) (int, error) {
	quoted, depth := false, 0
	for i := from; i < len(line); i++ {
		switch c := line[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			depth++
		case c == '}':
			depth--
		case c == ' ' && depth == 0:
			return i, nil
		}
	}
	if quoted || depth != 0 {
		return 0, errQuote
	}
	return len(line), nil
}

func newWord(line string, start, end int) (word, error) {
	text := line[start:end]
	name, value, ok := strings.Cut(text, "=")
	if !ok {
		return word{text: text, start: start, end: end}, nil
	}
	w := word{text: text, name: name, value: value, start: start + len(name) + 1, end: end}
	if strings.HasPrefix(value, `"`) {
		plain, err := strconv.Unquote(value)
		if err != nil {
			return word{}, fmt.Errorf("%s: %w", text, err)
		}
		w.value = plain
	}
	return w, nil
}

// instant reads "2025-07-04T09:00", seconds and fractions optional, as Shanghai time.
func instant(text string) (civil.Instant, error) {
	if strings.Count(text, ":") == 1 {
		text += ":00"
	}
	at, err := civil.ParseInstant(text + "+08:00")
	if err != nil {
		return civil.Instant{}, fmt.Errorf("%q: want a Shanghai time such as 2025-07-04 09:00: %w", text, err)
	}
	return at, nil
}

// spell is the inverse of instant, as short as can be.
func spell(at civil.Instant) string {
	text := strings.TrimSuffix(at.String(), "+08:00")
	if strings.Count(text, ":") == 2 {
		text = strings.TrimSuffix(text, ":00")
	}
	return text
}
