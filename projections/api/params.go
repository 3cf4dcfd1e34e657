package api

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"zhangben/events"
	"zhangben/projections"
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

// onlyKnown refuses parameters that a route does not take, those given twice, and those that are empty: who
// asks with a variable that is not set does not mean the default.
func onlyKnown(r *http.Request, known []string) error {
	if r.URL.RawQuery == "" {
		return nil
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return fmt.Errorf("%w: the query string cannot be read: %w", errParameter, err)
	}
	var unknown []string
	for name, given := range values {
		if !slices.Contains(known, name) {
			unknown = append(unknown, strconv.Quote(name))
		} else if len(given) > 1 {
			return badParameter(name, "given %d times", len(given))
		} else if given[0] == "" {
			return badParameter(name, "it is empty: leave it out")
		}
	}
	if unknown == nil {
		return nil
	}
	slices.Sort(unknown)
	return fmt.Errorf("%w: unknown here: %s", errParameter, strings.Join(unknown, ", "))
}

// parameters are the query string's, each given once at most.
type parameters struct{ values url.Values }

func parametersOf(r *http.Request) parameters {
	if r.URL.RawQuery == "" {
		return parameters{}
	}
	return parameters{r.URL.Query()}
}

func (p parameters) get(name string) string { return p.values.Get(name) }

// limit is how many rows are asked for, 100 where the parameter is left out.
func (p parameters) limit() (int, error) {
	text := p.get("limit")
	if text == "" {
		return defaultLimit, nil
	}
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil || n < 1 || n > maxLimit {
		return 0, badParameter("limit", "%q is not a number from 1 to %d", text, maxLimit)
	}
	return int(n), nil
}

// number is a cursor that is a number; 0 stands for the beginning.
func (p parameters) number(name string) (uint64, error) {
	text := p.get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, badParameter(name, "%q is not a sequence number", text)
	}
	return n, nil
}

// yes is a parameter that is true or false, false where it is left out.
func (p parameters) yes(name string) (bool, error) {
	switch text := p.get(name); text {
	case "true":
		return true, nil
	case "", "false":
		return false, nil
	default:
		return false, badParameter(name, "%q is neither true nor false", text)
	}
}

// clocks reads as_of and known_at. The present is read once a request, here.
func (s *server) clocks(p parameters) (query.At, error) {
	return s.reader.ParseAt(p.get("as_of"), p.get("known_at"), s.Now())
}

func (p parameters) status() (projections.Status, error) {
	status := projections.Status(p.get("status"))
	if status != "" && !slices.Contains(query.Statuses, status) {
		return "", badParameter("status", "%q is not one of %v", status, query.Statuses)
	}
	return status, nil
}

func (p parameters) rejectionStatus() (query.RejectionStatus, error) {
	status := query.RejectionStatus(p.get("status"))
	if status == "" {
		return query.OpenRejections, nil
	}
	if !slices.Contains(query.RejectionStatuses, status) {
		return "", badParameter("status", "%q is not one of %v", status, query.RejectionStatuses)
	}
	return status, nil
}

func (p parameters) flag() (projections.Flag, error) {
	flag := projections.Flag(p.get("flag"))
	if flag != "" && !slices.Contains(query.Flags, flag) {
		return "", badParameter("flag", "%q is not one of %v", flag, query.Flags)
	}
	return flag, nil
}

func (p parameters) kind() (events.Kind, error) {
	name := p.get("kind")
	if name == "" {
		return 0, nil
	}
	kind, ok := events.KindNamed(name)
	if !ok {
		return 0, badParameter("kind", "%q is no kind of event", name)
	}
	return kind, nil
}
