package civil

import "time"

// ParseInstant reads RFC 3339 with an offset (2025-03-01T09:00:00+08:00 or …Z), whole seconds or up to nine fraction
// digits, within 2000 to 2199 of Shanghai time. It takes capital T and Z only, no leap second and no 24:00.
func ParseInstant(s string) (Instant, error) {
	if !wellFormed(s) {
		return Instant{}, ErrInstant
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		return Instant{}, ErrInstant
	}
	at := Of(t)
	if !at.InRange() {
		return Instant{}, ErrInstant
	}
	return at, nil
}

// InRange tells whether an event may carry t: it lies within 2000 to 2199 of Shanghai time.
func (t Instant) InRange() bool { return !t.Before(firstInstant) && t.Before(lastInstant) }

var (
	firstInstant = DateOf(2000, time.January, 1).Start()
	lastInstant  = DateOf(2200, time.January, 1).Start()
)

// wellFormed checks the shape that time.Parse is lenient about: digits, the point, the offset.
func wellFormed(s string) bool {
	const layout = "0000-00-00T00:00:00"
	if len(s) <= len(layout) || !matches(s[:len(layout)], layout) {
		return false
	}
	rest := s[len(layout):]
	if rest[0] == '.' {
		n := 1
		for n < len(rest) && '0' <= rest[n] && rest[n] <= '9' {
			n++
		}
		if n < 2 || n > 10 {
			return false
		}
		rest = rest[n:]
	}
	return rest == "Z" || matches(rest, "+00:00") || matches(rest, "-00:00")
}

// matches tells whether s has layout's characters, any digit standing where layout has a 0.
func matches(s, layout string) bool {
	if len(s) != len(layout) {
		return false
	}
	for i := range len(s) {
		if layout[i] == '0' && '0' <= s[i] && s[i] <= '9' || s[i] == layout[i] {
			continue
		}
		return false
	}
	return true
}
