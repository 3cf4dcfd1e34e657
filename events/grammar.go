package events

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
)

// Bounds of single values.
const (
	maxIdent  = 64     // bytes
	maxChange = 57     // bytes: change- and this are an id
	maxPart   = 64     // characters
	maxText   = 1024   // characters
	maxIdents = 10_000 // elements
	maxCount  = 10_000
	maxSeq    = 1<<53 - 1 // the largest whole number every JSON reader takes exactly
)

// What a value must be: the middle of the sentence that a rejection says.
const (
	wantIdent = "an id of 1 to 64 letters, digits, hyphens and underscores (A-Z, a-z, 0-9, -, _) " +
		"that begins with a letter or digit"
	wantCharge  = wantIdent + ", other than order, renewal-N and what begins with change- or added-, which are invoices"
	wantAccount = wantIdent + `, other than the reserved word "all"`
	wantChange  = "an id of 1 to 57 letters, digits, hyphens and underscores that begins with a letter or digit"
	wantPart    = "a text of 1 to 64 characters without control characters"
	wantIdents  = "an array of 1 to 10,000 different ids, each of 1 to 64 letters, digits, hyphens and underscores"
	wantText    = "a text of 1 to 1,024 characters without control characters"
	wantAmount  = `an amount in yuan above zero, as a string with at most two decimals, such as "310.00"`
	wantRefund  = `an amount in yuan, as a string with at most two decimals, such as "0.00"`
	wantSigned  = `an amount in yuan with a minus if it is below zero, as a string such as "-120.00"`
	wantCNY     = `"CNY", the only currency taken`
	wantCount   = "a whole number from 1 to 10,000"
	wantTerm    = "a term in whole years, months or days up to 100 years, such as P1Y, P3M or P30D"
	wantSpan    = "a term such as P3M or P30D, or whole seconds such as PT3600S, up to 100 years"
	wantPeriod  = "an object of two dates, from and to, and nothing else"
	wantDate    = "a calendar date YYYY-MM-DD from 2000 to 2199"
	wantInstant = "an RFC 3339 instant with an offset, from 2000 to 2199, such as 2025-03-01T09:00:00+08:00"
	wantID      = "a UUID in its form of 36 characters"
	wantFlag    = "true or false"
	wantSpec    = "an object"
	wantScalar  = "a text or a number"
	wantSeq     = "a sequence number of the log: a whole number from 0 to 9007199254740991"
	wantHex32   = "64 lower-case hexadecimal digits"
	wantMonth   = "a month YYYY-MM from 2000 to 2199"
	wantParams  = "an object of the parameters that change"
)

// identByte marks the bytes an id may have.
var identByte = func() (set [256]bool) {
	for c := range 256 {
		b := byte(c)
		set[c] = isDigit(b) || 'a' <= b|0x20 && b|0x20 <= 'z' || b == '-' || b == '_'
	}
	return set
}()

func isIdent(s string) bool {
	if len(s) < 1 || len(s) > maxIdent || s[0] == '-' || s[0] == '_' {
		return false
	}
	for i := range len(s) {
		if !identByte[s[i]] {
			return false
		}
	}
	return true
}

// isCharge reports whether s may name a charge: order, renewal-N, change-ID and added-ID name other invoices.
func isCharge(s string) bool {
	return isStoredCharge(s) && !strings.HasPrefix(s, "change-") && !strings.HasPrefix(s, "added-")
}

// isStoredCharge is isCharge as it was before there were changes: what was stored then stays.
func isStoredCharge(s string) bool {
	n, isRenewal := strings.CutPrefix(s, "renewal-")
	return isIdent(s) && s != "order" && !(isRenewal && allDigits(n))
}

func isAccount(s string) bool { return isIdent(s) && s != All }

func isChange(s string) bool { return isIdent(s) && len(s) <= maxChange }

func isPart(s string) bool { return isText(s) && utf8.RuneCountInString(s) <= maxPart }

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// areIdents reports whether all are ids, none twice, and not too many; none at all is well too.
func areIdents(ids []string) bool {
	if len(ids) > maxIdents {
		return false
	}
	for _, id := range ids {
		if !isIdent(id) {
			return false
		}
	}
	return allDifferent(ids)
}

func allDifferent(ids []string) bool {
	const few = 24 // compared one by one
	if len(ids) > few {
		seen := make(map[string]struct{}, len(ids))
		for _, id := range ids {
			seen[id] = struct{}{}
		}
		return len(seen) == len(ids)
	}
	for i, id := range ids {
		for _, earlier := range ids[:i] {
			if id == earlier {
				return false
			}
		}
	}
	return true
}

func isText(s string) bool {
	return s != "" && len(s) <= maxText*utf8.UTFMax && isPlain(s) && utf8.RuneCountInString(s) <= maxText
}

// isPlain reports whether s is UTF-8 without control characters.
func isPlain(s string) bool {
	for i, r := range s {
		switch {
		case 0x20 <= r && r < 0x7F:
		case unicode.IsControl(r):
			return false
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			return false
		}
	}
	return true
}

// parseID reads a UUID of 36 characters, in any case.
func parseID(s string) (id uuid.UUID, ok bool) {
	if len(s) != 36 {
		return uuid.UUID{}, false
	}
	id, err := uuid.Parse(s)
	return id, err == nil
}

func isHex32(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) && (s[i] < 'a' || s[i] > 'f') {
			return false
		}
	}
	return len(s) == 64
}

func isMonth(s string) bool {
	return len(s) == 7 && s[4] == '-' && allDigits(s[:4]) && allDigits(s[5:]) &&
		"2000" <= s[:4] && s[:4] <= "2199" && "01" <= s[5:] && s[5:] <= "12"
}

// parseWhole reads a whole number without sign, fraction or exponent.
func parseWhole(s string, largest uint64) (n uint64, ok bool) {
	if !allDigits(s) || len(s) > 1 && s[0] == '0' {
		return 0, false
	}
	n, err := strconv.ParseUint(s, 10, 64)
	return n, err == nil && n <= largest
}
