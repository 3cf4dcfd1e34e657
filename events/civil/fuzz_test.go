package civil

import (
	"strings"
	"testing"
	"time"
)

// ParseTerm and String are inverse.
func FuzzTerm(f *testing.F) {
	for _, text := range []string{"P1Y", "P3M", "P30D", "P0D", "P36525D", "P01M"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if term, err := ParseTerm(text); err == nil && (term.String() != text || !term.Valid()) {
			t.Fatalf("%q is read as %v", text, term)
		}
	})
}

// ParseSpan and String are inverse.
func FuzzSpan(f *testing.F) {
	for _, text := range []string{"P1Y", "PT1S", "PT3155760000S", "PT01S", "PT1M", "P1DT1S"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if span, err := ParseSpan(text); err == nil && (span.String() != text || !span.Valid()) {
			t.Fatalf("%q is read as %v", text, span)
		}
	})
}

// ParseInstant takes nothing that the time package does not take, lower case and leap seconds aside, and returns the
// same instant.
func FuzzInstant(f *testing.F) {
	for _, text := range []string{"2025-03-01T09:00:00+08:00", "2000-01-01T00:00:00.123456789Z",
		"2199-12-31T23:59:59-23:59", "2025-02-29T24:00:00Z",
		"2025-03-01t09:00:00.5z", "2016-12-31T23:59:60Z", "2015-07-01t05:44:60+05:45"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseInstant(text)
		if err != nil {
			return
		}
		want, err := lenient(text)
		if err != nil || !got.Time().Equal(want) {
			t.Fatalf("%q is read as %v, want %v, %v", text, got, want, err)
		}
		if again, err := ParseInstant(got.String()); err != nil || again != got {
			t.Fatalf("%q is spelled %v", text, got)
		}
	})
}

// ParseDate and String are inverse, and the time package takes the same dates.
func FuzzDate(f *testing.F) {
	for _, text := range []string{"2025-03-01", "2024-02-29", "2025-02-29", "2199-12-31", "2200-01-01"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseDate(text)
		want, wantErr := time.Parse(time.DateOnly, text)
		inRange := wantErr == nil && 2000 <= want.Year() && want.Year() <= 2199
		if (err == nil) != inRange {
			t.Fatalf("%q: %v; the time package: %v", text, err, wantErr)
		}
		if err == nil && got.String() != text {
			t.Fatalf("%q is read as %v", text, got)
		}
	})
}

// lenient reads lower case as upper case, and a leap second as the second after the one before it.
func lenient(text string) (time.Time, error) {
	text = strings.ToUpper(text)
	if before, ok := strings.CutPrefix(text[16:], ":60"); ok {
		at, err := time.Parse(time.RFC3339Nano, text[:16]+":59"+before)
		return at.Add(time.Second), err
	}
	return time.Parse(time.RFC3339Nano, text)
}
