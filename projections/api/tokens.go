package api

import (
	"bufio"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

// Role is what a request needs, or a token allows.
type Role uint8

// The roles. An administrator may read too.
const (
	Anybody Role = iota
	Read
	Publish
	Admin
)

var roleNames = []string{"anybody", "read", "publish", "admin"}

func (r Role) String() string { return roleNames[r] }

// Tokens are the bearer tokens that are let in. Only their SHA-256 is kept.
type Tokens struct{ entries []tokenEntry }

type tokenEntry struct {
	hash [sha256.Size]byte
	role Role
}

// minTokenLength is in characters.
const minTokenLength = 32

// ErrTokens says that a file of tokens cannot be used.
var ErrTokens = errors.New("tokens file")

// ReadTokens reads a file of tokens, which nobody but its owner may read.
func ReadTokens(path string) (*Tokens, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTokens, err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTokens, err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, fmt.Errorf("%w %s: others may read it (%v): chmod 600", ErrTokens, path, mode)
	}
	return ParseTokens(file)
}

// ParseTokens reads lines "role token"; empty lines and those that begin with # are passed over.
func ParseTokens(r io.Reader) (*Tokens, error) {
	tokens := new(Tokens)
	lines := bufio.NewScanner(r)
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		entry, err := parseToken(line)
		if err != nil {
			return nil, fmt.Errorf("%w: line %d: %w", ErrTokens, number, err)
		}
		tokens.entries = append(tokens.entries, entry)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTokens, err)
	}
	if len(tokens.entries) == 0 {
		return nil, fmt.Errorf("%w: it holds no token", ErrTokens)
	}
	return tokens, nil
}

// parseToken reads one line. Its errors do not repeat the token.
func parseToken(line string) (tokenEntry, error) {
	fields := strings.Fields(line)
	if len(fields) != 2 {
		return tokenEntry{}, errors.New("a role and a token are wanted")
	}
	role, ok := map[string]Role{"read": Read, "publish": Publish, "admin": Admin}[fields[0]]
	if !ok {
		return tokenEntry{}, errors.New("the role is none of read, publish, admin")
	}
	if len(fields[1]) < minTokenLength {
		return tokenEntry{}, fmt.Errorf("the token is shorter than %d characters", minTokenLength)
	}
	return tokenEntry{sha256.Sum256([]byte(fields[1])), role}, nil
}

// admit checks that a request's token allows what needs a role. Without tokens everything is allowed.
func (t *Tokens) admit(needed Role, r *http.Request) error {
	if t == nil || needed == Anybody {
		return nil
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return errNoToken
	}
	known, allowed := t.lookUp(sha256.Sum256([]byte(strings.TrimSpace(token))), needed)
	switch {
	case !known:
		return errBadToken
	case !allowed:
		return fmt.Errorf("%w: it needs the role %s", errWrongRole, needed)
	}
	return nil
}

// lookUp compares with every token there is, so that the time it takes tells nothing.
func (t *Tokens) lookUp(hash [sha256.Size]byte, needed Role) (known, allowed bool) {
	for i := range t.entries {
		entry := &t.entries[i]
		if subtle.ConstantTimeCompare(hash[:], entry.hash[:]) == 1 {
			known = true
			allowed = allowed || entry.role == needed || entry.role == Admin && needed == Read
		}
	}
	return known, allowed
}
