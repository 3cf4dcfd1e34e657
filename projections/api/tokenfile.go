package api

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"zhangben/events"
	"zhangben/events/civil"
)

// minTokenLength is in characters.
const minTokenLength = 32

// tokenName is what a token may be called. It is in the log with all that is posted under it.
var tokenName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)

// ParseTokens reads lines
//
//	role token [name=NAME] [sources=SOURCE,…] [until=DATE]
//
// in which the options may come in any order. Empty lines and those that begin with # are passed over. A token without
// a name is called token- and the first eight digits of its SHA-256. Several lines may share a name, for a change of
// tokens, or a token, for roles beside each other.
func ParseTokens(r io.Reader) (*Tokens, error) {
	var entries []token
	lines := bufio.NewScanner(r)
	for number := 1; lines.Scan(); number++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		entry, err := parseToken(line)
		if err == nil {
			err = repeated(entries, entry)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		entries = append(entries, entry)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(entries) == 0 {
		return nil, errors.New("it holds no token")
	}
	tokens := new(Tokens)
	tokens.entries.Store(&entries)
	return tokens, nil
}

// parseToken reads one line. Its errors do not repeat the token.
func parseToken(line string) (token, error) {
	fields := strings.Fields(line)
	if len(fields) < 2 {
		return token{}, errors.New("a role and a token are wanted")
	}
	role, err := events.ParseRole(fields[0])
	if err != nil {
		return token{}, errors.New("the role is none of read, publish, finance, admin")
	}
	if len(fields[1]) < minTokenLength {
		return token{}, fmt.Errorf("the token is shorter than %d characters", minTokenLength)
	}
	t := token{hash: sha256.Sum256([]byte(fields[1]))}
	t.Role, t.Name = role, fmt.Sprintf("token-%x", t.hash[:4])
	seen := map[string]bool{}
	for _, option := range fields[2:] {
		key, value, _ := strings.Cut(option, "=")
		if seen[key] {
			return token{}, fmt.Errorf("%s= stands there twice", key)
		}
		seen[key] = true
		if err := t.set(key, value); err != nil {
			return token{}, err
		}
	}
	return t, nil
}

// set takes one option of a line.
func (t *token) set(key, value string) (err error) {
	switch key {
	case "name":
		if !tokenName.MatchString(value) {
			return errors.New("a name has up to 64 letters, digits, - and _, and begins with a letter or digit")
		}
		t.Name = value
	case "sources":
		if t.Role == events.Read {
			return errors.New("the role read publishes nothing: leave sources= out")
		}
		t.sources, err = parseSources(value)
	case "until":
		t.until, err = parseUntil(value)
	default:
		return errors.New("after the token only name=, sources= and until= may stand")
	}
	return err
}

func parseSources(value string) ([]string, error) {
	sources := strings.Split(value, ",")
	for _, source := range sources {
		if source == "" {
			return nil, errors.New("sources= is a list such as /sales,/provisioning/ without empty places")
		}
	}
	return sources, nil
}

// parseUntil reads the instant at which a token ends; a date means its 24:00 in Shanghai.
func parseUntil(value string) (civil.Instant, error) {
	if date, err := civil.ParseDate(value); err == nil {
		return date.End(), nil
	}
	instant, err := civil.ParseInstant(value)
	if err != nil {
		return civil.Instant{}, errors.New("until= is a date such as 2026-12-31, or an RFC 3339 instant with an offset")
	}
	return instant, nil
}

// repeated refuses a second line of the same token and role.
func repeated(entries []token, entry token) error {
	for _, other := range entries {
		if other.hash == entry.hash && other.Role == entry.Role {
			return fmt.Errorf("the token has a line with the role %s already", entry.Role)
		}
	}
	return nil
}
