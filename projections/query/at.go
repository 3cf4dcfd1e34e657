package query

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"zhangben/events/civil"
	"zhangben/ledger"
)

// At is the pair of clocks of every question: the business instant asked about, and the last record the ledger is
// taken to know.
type At struct {
	AsOf    civil.Instant
	KnownAt ledger.Seq // at most the log's last
}

// ErrAsOf and ErrKnownAt say that a text names no point on its clock.
var (
	ErrAsOf    = errors.New("as_of is neither an RFC 3339 instant with an offset nor a date YYYY-MM-DD, from 2000 to 2199")
	ErrKnownAt = errors.New("known_at is neither a sequence number nor an RFC 3339 instant with an offset " +
		"nor a date YYYY-MM-DD, from 2000 to 2199")
)

// ParseAt reads the two clocks; an empty text means the default: now, and everything the log holds.
func (r *Reader) ParseAt(asOf, knownAt string, now civil.Instant) (At, error) {
	at := At{AsOf: now, KnownAt: r.log.Last()}
	if asOf != "" {
		t, err := parseInstant(asOf)
		if err != nil {
			return At{}, fmt.Errorf("%q: %w", asOf, ErrAsOf)
		}
		at.AsOf = t
	}
	known, err := parseKnown(knownAt)
	if err != nil {
		return At{}, err
	}
	seq, err := known.seq(r.log)
	if err != nil {
		return At{}, err
	}
	at.KnownAt = min(at.KnownAt, seq)
	return at, nil
}

// parseInstant reads an instant, or a date, which stands for its 24:00 in Shanghai. A plus sign that a query string
// turned into a space is taken back.
func parseInstant(s string) (civil.Instant, error) {
	if d, err := civil.ParseDate(s); err == nil {
		return d.End(), nil
	}
	return civil.ParseInstant(strings.Replace(s, " ", "+", 1))
}

// known is a point on the clock of knowledge: a sequence number or, where that is nil, an instant of recorded time.
// Both include themselves.
type known struct {
	number  *ledger.Seq
	instant civil.Instant
}

// everything is the default point: beyond the end of any log.
var everything = known{instant: civil.End}

func parseKnown(s string) (known, error) {
	if s == "" {
		return everything, nil
	}
	if n, err := strconv.ParseUint(s, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		number := ledger.Seq(n)
		return known{number: &number}, nil
	}
	t, err := parseInstant(s)
	if err != nil {
		return known{}, fmt.Errorf("%q: %w", s, ErrKnownAt)
	}
	return known{instant: t}, nil
}

// seq is the last record known at k, or a number beyond the end of the log.
func (k known) seq(log *ledger.Log) (ledger.Seq, error) {
	if k.number != nil {
		return *k.number, nil
	}
	return log.SeqAt(k.instant)
}
