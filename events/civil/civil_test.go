package civil

import (
	"encoding"
	"testing"
	"time"
)

func at(t testing.TB, text string) Instant {
	t.Helper()
	i, err := ParseInstant(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return i
}

func day(t testing.TB, text string) Date {
	t.Helper()
	d, err := ParseDate(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return d
}

func TestAddMonthsClampsToTheMonthsEnd(t *testing.T) {
	tests := []struct {
		from string
		n    int
		want string
	}{
		{"2025-01-31", 1, "2025-02-28"},
		{"2024-01-31", 1, "2024-02-29"},
		{"2025-01-31", 2, "2025-03-31"},
		{"2025-10-31", 1, "2025-11-30"},
		{"2024-02-29", 12, "2025-02-28"},
		{"2024-02-29", 48, "2028-02-29"},
		{"2025-12-31", 2, "2026-02-28"},
		{"2025-08-31", 18, "2027-02-28"},
		{"2025-03-15", 1, "2025-04-15"},
		{"2025-03-15", 0, "2025-03-15"},
		{"2096-02-29", 48, "2100-02-28"}, // 2100 is no leap year
	}
	for _, tt := range tests {
		if got := day(t, tt.from).AddMonths(tt.n).String(); got != tt.want {
			t.Errorf("%s and %d months is %s, want %s", tt.from, tt.n, got, tt.want)
		}
	}
}

// Every date from 2000 to 2199 is what the time package says, and so is its text.
func TestDatesAgreeWithTheTimePackage(t *testing.T) {
	want := time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)
	for d := day(t, "2000-01-01"); d.InRange(); d++ {
		if text := want.Format(time.DateOnly); d.String() != text || day(t, text) != d {
			t.Fatalf("day %d is %s, want %s", d, d, text)
		}
		if noon := at(t, want.Format(time.DateOnly)+"T12:00:00+08:00"); noon.Date() != d ||
			noon.Sub(d.Start()) != Seconds(secondsPerDay/2) {
			t.Fatalf("noon of %v is %v", d, noon)
		}
		want = want.AddDate(0, 0, 1)
	}
	if want.Year() != 2200 {
		t.Errorf("the last date is the day before %v", want)
	}
}

func TestDateRefused(t *testing.T) {
	for _, text := range []string{"", "2025-02-29", "2100-02-29", "2025-13-01", "2025-00-10", "2025-04-31", "2025-01-00",
		"1999-12-31", "2200-01-01",
		"2025-1-1", "25-01-01", "2025/01/01", "2025-01-01T00:00:00Z", "２025-01-01", "2025-01-0a", " 2025-01-01"} {
		if d, err := ParseDate(text); err == nil {
			t.Errorf("%q is taken for %v", text, d)
		}
	}
}

func TestDayBeginsAndEndsAtMidnightInShanghai(t *testing.T) {
	d := day(t, "2025-03-01")
	if got := d.Start().String(); got != "2025-03-01T00:00:00+08:00" {
		t.Error(got)
	}
	if d.End() != day(t, "2025-03-02").Start() {
		t.Error("24:00 is not 00:00 of the next day")
	}
	for text, want := range map[string]string{"2025-02-28T15:59:59.999999999Z": "2025-02-28",
		"2025-02-28T16:00:00Z": "2025-03-01"} {
		if got := at(t, text).Date().String(); got != want {
			t.Errorf("%s is on %s, want %s", text, got, want)
		}
	}
}

func TestInstantString(t *testing.T) {
	for text, want := range map[string]string{
		"2025-03-01T01:00:00Z":                "2025-03-01T09:00:00+08:00",
		"2025-03-01T09:00:00.500+08:00":       "2025-03-01T09:00:00.5+08:00",
		"2025-02-28T20:00:00.000000001-05:00": "2025-03-01T09:00:00.000000001+08:00",
		"2025-03-01T06:45:00+05:45":           "2025-03-01T09:00:00+08:00",
		"2025-03-01t01:00:00z":                "2025-03-01T09:00:00+08:00",
		"2025-03-01t01:00:00.25Z":             "2025-03-01T09:00:00.25+08:00",
		"2025-03-01T01:00:00z":                "2025-03-01T09:00:00+08:00",
		"2025-03-01t09:00:00+08:00":           "2025-03-01T09:00:00+08:00",
		"2016-12-31T23:59:60Z":                "2017-01-01T08:00:00+08:00",
		"2017-01-01T07:59:60+08:00":           "2017-01-01T08:00:00+08:00",
		"2012-06-30t23:59:60.75z":             "2012-07-01T08:00:00.75+08:00",
		"2015-07-01T05:44:60+05:45":           "2015-07-01T08:00:00+08:00",
		"2015-06-30T19:59:60-04:00":           "2015-07-01T08:00:00+08:00",
		"2024-02-29T23:59:60Z":                "2024-03-01T08:00:00+08:00",
		"1999-12-31T23:59:60Z":                "2000-01-01T08:00:00+08:00",
	} {
		if got := at(t, text).String(); got != want {
			t.Errorf("%s is spelled %s, want %s", text, got, want)
		}
	}
}

func TestInstantRefused(t *testing.T) {
	for _, text := range []string{
		"", "2025-03-01", "2025-03-01T09:00:00", "2025-03-01T09:00+08:00", "2025-03-01 09:00:00+08:00",
		"2025-03-01\x1409:00:00Z",
		"2025-03-01T24:00:00Z", "2025-03-01T09:60:00Z", "2025-03-01T09:00:60Z", "2025-02-29T09:00:00Z",
		"2025-03-01T09:00:00.Z", "2025-03-01T09:00:00,5Z",
		"2025-03-01T09:00:00.0000000000Z", "2025-03-01T09:00:00+8:00", "2025-03-01T09:00:00+0800",
		"2025-03-01T09:00:00+24:00", "2025-03-01T09:00:00+08:60",
		"2025-03-01T09:00:00+08:00 ", "1999-12-31T15:59:59Z", "2199-12-31T16:00:00Z", "0000-00-00T00:00:00Z",
		"2025-03-01T09:00:00.5", "2025-03-01T09:00:00ZZ",
		"2025-03-01T23:59:60Z", "2024-02-28T23:59:60Z", "2016-12-31T23:59:61Z", "2016-12-31T22:59:60Z",
		"2016-12-31T23:58:60Z", "2016-12-31T23:59:60+08:00",
		"2016-12-31T24:00:60Z", "2017-01-01T08:59:60+08:00", "1999-12-30T23:59:60Z",
	} {
		if i, err := ParseInstant(text); err == nil {
			t.Errorf("%q is taken for %v", text, i)
		}
	}
}

func TestInstantArithmetic(t *testing.T) {
	start, end := at(t, "2025-03-01T09:00:00.9+08:00"), at(t, "2025-03-01T09:00:02.1+08:00")
	d := end.Sub(start)
	if d.Seconds() != 1 || d.Nanoseconds() != 200_000_000 || start.Add(d) != end {
		t.Errorf("from %v to %v is %v", start, end, d)
	}
	if back := start.Sub(end); back.Seconds() != -2 || back.Nanoseconds() != 800_000_000 || end.Add(back) != start {
		t.Errorf("from %v to %v is %v", end, start, back)
	}
	if Earlier(start, end) != start || Later(start, end) != end || !start.Before(end) || !end.After(start) ||
		start.Compare(end) != -1 || end.Compare(start) != 1 || end.Compare(end) != 0 {
		t.Error("the order of instants")
	}
	if start.Add(Days(5_000_000)) != End {
		t.Error("an instant beyond End")
	}
	if !Of(start.Time()).Time().Equal(start.Time()) || Of(start.Time()) != start {
		t.Error("by way of time.Time")
	}
}

func TestStartedDaysCountInFull(t *testing.T) {
	tests := []struct {
		d    Duration
		want int
	}{
		{Duration{}, 0},
		{Nanosecond, 1},
		{Seconds(1), 1},
		{Seconds(secondsPerDay), 1},
		{Seconds(secondsPerDay).Add(Nanosecond), 2},
		{Days(30), 30},
		{Seconds(-1), 0},
		{Seconds(-secondsPerDay), -1},
		{Seconds(-secondsPerDay).Sub(Nanosecond), -1},
	}
	for _, tt := range tests {
		if got := tt.d.CeilDays(); got != tt.want {
			t.Errorf("%d s and %d ns are %d days, want %d", tt.d.Seconds(), tt.d.Nanoseconds(), got, tt.want)
		}
	}
}

func TestDurationArithmetic(t *testing.T) {
	half := Duration{0, 500_000_000}
	if half.Add(half) != Seconds(1) || Seconds(1).Sub(half) != half || half.Times(3) != (Duration{1, 500_000_000}) ||
		Days(2).Times(100) != Days(200) {
		t.Error("halves of a second")
	}
	if half.Compare(Seconds(1)) != -1 || Seconds(1).Compare(half) != 1 || Shorter(half, Seconds(1)) != half ||
		Shorter(Seconds(1), half) != half {
		t.Error("the order of durations")
	}
	if !(Duration{}).IsZero() || half.IsZero() {
		t.Error("no length")
	}
}

func TestTerm(t *testing.T) {
	tests := []struct {
		text         string
		months, days int
	}{
		{"P1Y", 12, 0}, {"P100Y", 1200, 0}, {"P1M", 1, 0}, {"P12M", 12, 0}, {"P1200M", 1200, 0}, {"P30D", 0, 30},
		{"P36525D", 0, 36_525},
	}
	for _, tt := range tests {
		term, err := ParseTerm(tt.text)
		if err != nil || !term.Valid() || term.Months() != tt.months || term.Days() != tt.days || term.String() != tt.text {
			t.Errorf("%s is %v: %d months, %d days; %v", tt.text, term, term.Months(), term.Days(), err)
		}
	}
}

func TestTermRefused(t *testing.T) {
	for _, text := range []string{"", "P", "PY", "P0Y", "P01Y", "P1W", "P1.5M", "P-1M", "PT1H", "P1Y6M", "1Y", "p1y",
		"P1y", "P101Y", "P1201M", "P36526D", "P1Y ", "P１Y", "P99999999999D"} {
		if term, err := ParseTerm(text); err == nil {
			t.Errorf("%q is taken for %v", text, term)
		}
	}
}

func TestSpan(t *testing.T) {
	for text, want := range map[string]Span{
		"P1M": {Term: Term{1, Month}}, "P100Y": {Term: Term{100, Year}}, "P5D": {Term: Term{5, Day}},
		"PT1S": {Seconds: 1}, "PT90061S": {Seconds: 90_061}, "PT3155760000S": {Seconds: MaxSeconds},
	} {
		span, err := ParseSpan(text)
		if err != nil || span != want || !span.Valid() || span.String() != text {
			t.Errorf("%s is %v, %v", text, span, err)
		}
	}
	for _, text := range []string{"", "P", "PT", "PTS", "S", "T1S", "PT0S", "PT01S", "PT-1S", "PT1.5S", "PT1M", "PT1H",
		"P1S",
		"PT3155760001S", "PT99999999999999999999S", "P1DT1S", "pt1s", "PT1s", "PT１S", "P101Y", "PTPT1S", "P1MS"} {
		if span, err := ParseSpan(text); err == nil {
			t.Errorf("%q is taken for %v", text, span)
		}
	}
	for _, span := range []Span{{}, {Term: Term{1, Month}, Seconds: 1}, {Seconds: -1}, {Seconds: MaxSeconds + 1}} {
		if span.Valid() {
			t.Errorf("%+v is valid", span)
		}
	}
}

func TestTexts(t *testing.T) {
	if text, err := day(t, "2025-03-01").MarshalText(); err != nil || string(text) != "2025-03-01" {
		t.Errorf("%s, %v", text, err)
	}
	if text, err := at(t, "2025-03-01T01:00:00Z").MarshalText(); err != nil ||
		string(text) != "2025-03-01T09:00:00+08:00" {
		t.Errorf("%s, %v", text, err)
	}
}

// text is what a type that is a JSON string has.
type text[T any] interface {
	*T
	encoding.TextMarshaler
	encoding.TextUnmarshaler
}

// survivesText marshals a value and unmarshals it.
func survivesText[T comparable, P text[T]](t *testing.T, value T, want string) {
	t.Helper()
	spelled, err := P(&value).MarshalText()
	if err != nil || string(spelled) != want {
		t.Errorf("%v is marshalled as %s, %v", value, spelled, err)
	}
	var again T
	if err := P(&again).UnmarshalText(spelled); err != nil || again != value {
		t.Errorf("%s is unmarshalled as %v, %v", spelled, again, err)
	}
	if err := P(&again).UnmarshalText([]byte("soon")); err == nil || again != value {
		t.Errorf("no %T, and unmarshalled as %v", value, again)
	}
}

func TestTextOfValues(t *testing.T) {
	survivesText(t, DateOf(2025, time.March, 1), "2025-03-01")
	survivesText(t, DateOf(2312, time.March, 1), "2312-03-01")
	survivesText(t, DateOf(2025, time.March, 1).Start(), "2025-03-01T00:00:00+08:00")
	survivesText(t, DateOf(2025, time.March, 1).Start().Add(Nanosecond), "2025-03-01T00:00:00.000000001+08:00")
	survivesText(t, End, "9999-12-31T23:59:59+08:00")
	survivesText(t, Term{3, Month}, "P3M")
	for _, length := range []Duration{{}, Seconds(5400), Seconds(-7), {2, 5}, {-1, 500_000_000}} {
		var again Duration
		if err := again.UnmarshalText([]byte(length.String())); err != nil || again != length {
			t.Errorf("%s is read as %s: %v", length, again, err)
		}
	}
	for _, text := range []string{"", "1.5", "01", "+1", "1.0000000000", "1e3", "soon"} {
		length := Seconds(1)
		if err := length.UnmarshalText([]byte(text)); err == nil || length != Seconds(1) {
			t.Errorf("%q is read as %s", text, length)
		}
	}
}
