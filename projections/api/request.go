package api

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"zhangben/projections/query"
)

const (
	defaultLimit = 100
	maxLimit     = 1000
)

// errParameter says that a query parameter is unknown, repeated or unreadable.
var errParameter = errors.New("parameter")

func badParameter(name, format string, operands ...any) error {
	return fmt.Errorf("%w %s: %s", errParameter, name, fmt.Sprintf(format, operands...))
}

// request is one that was let in.
type request struct {
	*http.Request
	w      *answerWriter
	caller Caller
	values url.Values // the query string's: each is known, given once, and what its schema says
	at     query.At   // where the route takes both clocks; the present is read once a request
}

// read reads the query string of a request. It refuses parameters that the route does not take, those given twice, and
// those that are empty: who asks with a variable that is not set does not mean the default.
func (route *route) read(text string) (url.Values, error) {
	values, err := url.ParseQuery(text)
	if err != nil {
		return nil, fmt.Errorf("%w: the query string cannot be read: %w", errParameter, err)
	}
	var unknown []string
	for name, given := range values {
		switch {
		case !slices.Contains(route.params, name):
			unknown = append(unknown, strconv.Quote(name))
		case len(given) > 1:
			return nil, badParameter(name, "given %d times", len(given))
		case given[0] == "":
			return nil, badParameter(name, "it is empty: leave it out")
		}
	}
	if unknown != nil {
		slices.Sort(unknown)
		return nil, fmt.Errorf("%w: unknown here: %s", errParameter, strings.Join(unknown, ", "))
	}
	return values, nil
}

// check holds the parameters that are given against their schemas.
func (route *route) check(values url.Values) error {
	for _, name := range route.params {
		if !values.Has(name) {
			continue
		}
		if err := checkParameter(name, values.Get(name), queryParameters[route.nameOf(name)]); err != nil {
			return err
		}
	}
	return nil
}

// checkParameter holds the value of a parameter against its schema.
func checkParameter(name, text string, schema object) error {
	words, _ := schema["enum"].([]string)
	most, bounded := schema["maximum"].(int)
	n, err := strconv.ParseUint(text, 10, 63)
	switch {
	case name == "kind" && !slices.Contains(words, text):
		return badParameter(name, "%q is no kind of event", text)
	case words != nil && !slices.Contains(words, text):
		return badParameter(name, "%q is not one of %v", text, words)
	case schema["type"] == "boolean" && text != "true" && text != "false":
		return badParameter(name, "%q is neither true nor false", text)
	case bounded && (err != nil || n < 1 || n > uint64(most)):
		return badParameter(name, "%q is not a number from 1 to %d", text, most)
	case schema["type"] == "integer" && err != nil:
		return badParameter(name, "%q is not a number of records", text)
	}
	return nil
}

func (q *request) get(name string) string { return q.values.Get(name) }

// limit is how many rows are asked for, 100 where the parameter is left out.
func (q *request) limit() int {
	if n, err := strconv.Atoi(q.get("limit")); err == nil {
		return n
	}
	return defaultLimit
}

// after is a cursor that is a number; 0 stands for the beginning.
func (q *request) after() (uint64, error) {
	text := cmp.Or(q.get("after"), "0")
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, badParameter("after", "%q is not a sequence number", text)
	}
	return n, nil
}

// mediaType is that of the body, or "" where it is not in UTF-8.
func (q *request) mediaType() string {
	mediaType, params, err := mime.ParseMediaType(q.Header.Get("Content-Type"))
	charset, given := params["charset"]
	if err != nil || given && !strings.EqualFold(charset, "utf-8") {
		return ""
	}
	return mediaType
}

// readJSON reads a body of a few members.
func (q *request) readJSON(into any) error {
	body, err := q.readBody()
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%w: %w", errUnreadable, err)
	}
	return nil
}

// accepts reports whether a request asks for a media type by name.
func (q *request) accepts(mediaType string) bool {
	for _, header := range q.Header.Values("Accept") {
		for part := range strings.SplitSeq(header, ",") {
			if asked, _, err := mime.ParseMediaType(part); err == nil && asked == mediaType {
				return true
			}
		}
	}
	return false
}
