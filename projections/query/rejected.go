package query

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"unicode/utf8"

	"zhangben/events"
	"zhangben/events/civil"
	"zhangben/ledger"
)

// Rejection is a refused message as it is served. A body that is not UTF-8 is in base64; lists leave header and body
// out.
type Rejection struct {
	ID         uint64              `json:"rejection_id"`
	Received   civil.Instant       `json:"received_at"`
	Subject    string              `json:"subject"`
	EventID    string              `json:"event_id,omitempty"` // where the message had one
	Code       events.Code         `json:"code"`
	Pointer    string              `json:"pointer"`
	Message    string              `json:"message"`
	Size       int                 `json:"body_bytes"`
	Header     map[string][]string `json:"header,omitempty"`
	Body       *string             `json:"body,omitempty"`
	BodyBase64 *string             `json:"body_base64,omitempty"`
	Closed     *Closure            `json:"closed,omitempty"` // nil while something is to be done about it
}

// Closure says why nothing needs to be done about a refused message any more.
type Closure struct {
	How    ClosureHow    `json:"how"`
	Reason string        `json:"reason,omitempty"` // of a dismissal
	At     civil.Instant `json:"at"`
	By     *string       `json:"by"`  // name of the token with which that was asked for
	Seq    ledger.Seq    `json:"seq"` // of the dismissal, or of the record of what was sent again
}

// ClosureHow is how a refused message was closed.
type ClosureHow string

// The ways.
const (
	Dismissed ClosureHow = "dismissed"
	Retried   ClosureHow = "retried"
)

// RejectionStatus selects refused messages.
type RejectionStatus string

// The statuses.
const (
	OpenRejections   RejectionStatus = "open"
	ClosedRejections RejectionStatus = "closed"
	AllRejections    RejectionStatus = "all"
)

// RejectionStatuses lists them.
var RejectionStatuses = []RejectionStatus{OpenRejections, ClosedRejections, AllRejections}

func (s RejectionStatus) takes(x *ledger.Rejected) bool {
	return s == AllRejections || (s == ClosedRejections) == (x.Closed != nil)
}

// RejectionPage is a part of the quarantine, oldest first. Next is the id after which it goes on, or nil.
type RejectionPage struct {
	Rejected []Rejection `json:"rejected"`
	Next     *uint64     `json:"next"`
}

// RejectionClocks are the two clocks where a list of refusals is concerned. A refused message states no fact, so its
// receipt is its only instant: AsOf keeps out what was received later, and so does a known_at that is an instant; a
// known_at that is a sequence number keeps out what the stream brought after that record.
type RejectionClocks struct {
	asOf  civil.Instant
	known known
}

// ParseRejectionClocks reads the two clocks; an empty text means no bound.
func ParseRejectionClocks(asOf, knownAt string) (RejectionClocks, error) {
	clocks := RejectionClocks{asOf: civil.End}
	if asOf != "" {
		t, err := parseInstant(asOf)
		if err != nil {
			return clocks, fmt.Errorf("%q: %w", asOf, ErrAsOf)
		}
		clocks.asOf = t
	}
	known, err := parseKnown(knownAt)
	clocks.known = known
	return clocks, err
}

// refusalsAtOnce bounds how many refused messages are in memory, of up to a megabyte each.
const refusalsAtOnce = 32

// Rejected lists up to limit refusals of a status after an id (0 for the first).
func (r *Reader) Rejected(ctx context.Context, clocks RejectionClocks, status RejectionStatus, after uint64,
	limit int) (RejectionPage, error) {
	page := RejectionPage{Rejected: []Rejection{}}
	within, err := r.bound(clocks)
	if err != nil {
		return page, err
	}
	for {
		refused, err := r.log.Rejected(after, min(limit+1, refusalsAtOnce))
		if err != nil || len(refused) == 0 {
			return page, err
		}
		if err := ctx.Err(); err != nil {
			return page, err
		}
		for i := range refused {
			x := &refused[i]
			if !within(x.ID, x.Received) {
				continue
			}
			if x.Closed != nil && !within(x.Closed.ID, x.Closed.At) {
				x.Closed = nil // later than is asked about
			}
			if !status.takes(x) {
				continue
			}
			if len(page.Rejected) == limit {
				page.Next = &page.Rejected[limit-1].ID
				return page, nil
			}
			page.Rejected = append(page.Rejected, brief(x))
		}
		after = refused[len(refused)-1].ID
	}
}

// bound turns the clocks into a test of the place of a message and when it was received.
func (r *Reader) bound(clocks RejectionClocks) (func(id uint64, received civil.Instant) bool, error) {
	latest := clocks.asOf
	before := uint64(math.MaxUint64) // the place of the first record not known yet
	if clocks.known.number == nil {
		latest = civil.Earlier(latest, clocks.known.instant)
	} else if seq := *clocks.known.number; seq < r.log.Last() {
		following, err := r.log.Record(seq + 1)
		if err != nil {
			return nil, err
		}
		before = following.RejectionID()
	}
	return func(id uint64, received civil.Instant) bool { return id < before && !received.After(latest) }, nil
}

// Rejection returns one refusal whole.
func (r *Reader) Rejection(id uint64) (Rejection, error) {
	refused, err := r.Refused(id)
	if err != nil {
		return Rejection{}, err
	}
	whole := brief(&refused)
	whole.Header = refused.Header
	body := string(refused.Body)
	if utf8.ValidString(body) {
		whole.Body = &body
		return whole, nil
	}
	encoded := base64.StdEncoding.EncodeToString(refused.Body)
	whole.BodyBase64 = &encoded
	return whole, nil
}

// Refused returns one refused message as it came.
func (r *Reader) Refused(id uint64) (ledger.Rejected, error) {
	refused, err := r.log.RejectedAt(id)
	if errors.Is(err, ledger.ErrNotFound) {
		err = fmt.Errorf("rejection %d: %w", id, ErrNotFound)
	}
	return refused, err
}

func brief(x *ledger.Rejected) Rejection {
	return Rejection{ID: x.ID, Received: x.Received, Subject: x.Subject, EventID: x.EventID,
		Code: x.Code, Pointer: x.Pointer, Message: x.Message, Size: len(x.Body), Closed: closureOf(x.Closed)}
}

func closureOf(c *ledger.Closed) *Closure {
	if c == nil {
		return nil
	}
	closure := &Closure{How: Retried, Reason: c.Reason, At: c.At, Seq: c.Seq}
	if c.Reason != "" {
		closure.How = Dismissed
	}
	if c.By != "" {
		closure.By = &c.By
	}
	return closure
}
