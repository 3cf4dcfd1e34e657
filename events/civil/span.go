package civil

import (
	"errors"
	"strconv"
	"strings"
)

// Span is a length of time that is granted: a term, or whole seconds. One of the two is zero.
type Span struct {
	Term    Term
	Seconds int64
}

// ErrSpan says that a text is neither a term nor whole seconds, up to 100 years.
var ErrSpan = errors.New("not a term such as P3M or P30D, nor whole seconds such as PT3600S, up to 100 years")

// MaxSeconds are the seconds of 100 years, the most that a span may have.
const MaxSeconds = 36_525 * secondsPerDay

// ParseSpan reads what [ParseTerm] reads, or PT3600S: whole seconds without leading zeros.
func ParseSpan(s string) (Span, error) {
	digits, seconds := strings.CutPrefix(s, "PT")
	digits, ends := strings.CutSuffix(digits, "S")
	if !seconds {
		term, err := ParseTerm(s)
		if err != nil {
			return Span{}, ErrSpan
		}
		return Span{Term: term}, nil
	}
	if !ends || digits == "" || digits[0] == '0' || len(digits) > len(strconv.Itoa(MaxSeconds)) {
		return Span{}, ErrSpan
	}
	n, ok := number(digits)
	if !ok || n > MaxSeconds {
		return Span{}, ErrSpan
	}
	return Span{Seconds: int64(n)}, nil
}

// Valid reports whether s is a span that ParseSpan can return.
func (s Span) Valid() bool {
	if s.Seconds == 0 {
		return s.Term.Valid()
	}
	return s.Term == Term{} && 0 < s.Seconds && s.Seconds <= MaxSeconds
}

// String returns the ISO 8601 form.
func (s Span) String() string {
	if s.Seconds == 0 {
		return s.Term.String()
	}
	return "PT" + strconv.FormatInt(s.Seconds, 10) + "S"
}
