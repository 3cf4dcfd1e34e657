package api

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"

	"zhangben/events"
	"zhangben/events/civil"
)

// Tokens are the bearer tokens that are let in. They may be replaced while requests are answered.
type Tokens struct{ entries atomic.Pointer[[]token] }

// token is one line of a file of tokens. Only the SHA-256 of the token itself is kept.
type token struct {
	Caller
	hash  [sha256.Size]byte
	until civil.Instant // zero: without end
}

// Replace lets in the tokens of other from now on, and no others.
func (t *Tokens) Replace(other *Tokens) { t.entries.Store(other.entries.Load()) }

// Expired lists the names of the tokens that are not good any more.
func (t *Tokens) Expired(now civil.Instant) (names []string) {
	for _, entry := range *t.entries.Load() {
		if entry.expired(now) {
			names = append(names, entry.Name)
		}
	}
	return names
}

func (t *token) expired(now civil.Instant) bool { return !t.until.IsZero() && !now.Before(t.until) }

// admit returns whose token a request bears, if it allows what needs a role. Without tokens everything is allowed.
func (t *Tokens) admit(needed events.Role, r *http.Request, now func() civil.Instant) (Caller, error) {
	if t == nil {
		return Caller{Role: events.Admin}, nil
	}
	if needed == anybody {
		return Caller{}, nil
	}
	scheme, text, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || text == "" {
		return Caller{}, errNoToken
	}
	return choose(t.lookUp(sha256.Sum256([]byte(strings.TrimSpace(text)))), needed, now())
}

// lookUp compares with every token there is, so that the time it takes tells nothing.
func (t *Tokens) lookUp(hash [sha256.Size]byte) (lines []token) {
	for _, entry := range *t.entries.Load() {
		if subtle.ConstantTimeCompare(hash[:], entry.hash[:]) == 1 {
			lines = append(lines, entry)
		}
	}
	return lines
}

// choose returns the caller of the highest role among the lines of one token that allow what is needed.
func choose(lines []token, needed events.Role, now civil.Instant) (best Caller, err error) {
	err = errBadToken
	for _, line := range lines {
		switch {
		case line.expired(now):
			if errors.Is(err, errBadToken) {
				err = fmt.Errorf("%w: %s was good until %s", errExpired, line.Name, line.until)
			}
		case !line.Role.May(needed):
			if best.Role == anybody {
				err = fmt.Errorf("%w: it needs the role %s, and %s has %s", errWrongRole, needed, line.Name, line.Role)
			}
		case line.Role > best.Role:
			best, err = line.Caller, nil
		}
	}
	return best, err
}
