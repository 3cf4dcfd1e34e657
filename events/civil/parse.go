package civil

import "time"

// ParseInstant reads RFC 3339 with an offset (2025-03-01T09:00:00+08:00 or …Z), whole seconds or up to nine fraction
// digits, within 2000 to 2199 of Shanghai time. T and Z may be lower case; there is no 24:00. A leap second, which can
// only be the last of a month in UTC, is taken as the second after it.
func ParseInstant(s string) (Instant, error) {
	const length = len("0000-00-00T00:00:00")
	if len(s) <= length || !matches(s[:10], "0000-00-00") || s[10]|0x20 != 't' || !matches(s[11:length], "00:00:00") {
		return Instant{}, ErrInstant
	}
	day, okDay := dayNumber(s[:10])
	clock, leap, okClock := clockSeconds(s[11:length])
	nsec, rest, okFraction := fraction(s[length:])
	offset, okOffset := offsetSeconds(rest)
	at := Instant{day*secondsPerDay + clock - offset, nsec}
	if !okDay || !okClock || !okFraction || !okOffset || !at.InRange() || leap && !at.beginsMonth() {
		return Instant{}, ErrInstant
	}
	return at, nil
}

// beginsMonth reports whether t lies in the first second of a month in UTC.
func (t Instant) beginsMonth() bool {
	return t.sec%secondsPerDay == 0 && time.Unix(t.sec, 0).UTC().Day() == 1
}

// InRange reports whether an event may carry t: it lies within 2000 to 2199 of Shanghai time.
func (t Instant) InRange() bool { return !t.Before(firstInstant) && t.Before(lastInstant) }

var (
	firstInstant = DateOf(2000, time.January, 1).Start()
	lastInstant  = DateOf(2200, time.January, 1).Start()
)

// dayNumber counts the days from 1970-01-01 to YYYY-MM-DD, whose digits are known to be digits. Years from 1970 on.
func dayNumber(s string) (days int64, ok bool) {
	y, m, d := two(s)*100+two(s[2:]), two(s[5:]), two(s[8:])
	if y < 1970 || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
		return 0, false
	}
	return daysUntil(y, m) + d - 1, true
}

// daysUntil counts the days from 1970-01-01 to the first of a month, of a year from 1 on.
func daysUntil(year, month int64) int64 {
	past := year - 1 // whole years of the Gregorian calendar before
	days := past*365 + past/4 - past/100 + past/400 - daysBefore1970 + daysBefore[month-1]
	if month > 2 && isLeap(year) {
		days++
	}
	return days
}

// daysBefore1970 are the days of the years 1 to 1969.
const daysBefore1970 = 1969*365 + 1969/4 - 1969/100 + 1969/400

// daysBefore are the days of a common year before each month, and of the whole year.
var daysBefore = [13]int64{0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365}

func daysIn(year, month int64) int64 {
	if month == 2 && isLeap(year) {
		return 29
	}
	return daysBefore[month] - daysBefore[month-1]
}

func isLeap(year int64) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

// clockSeconds reads HH:MM:SS, whose digits are known to be digits; SS is 60 in a leap second.
func clockSeconds(s string) (sec int64, leap, ok bool) {
	h, m, sec := two(s), two(s[3:]), two(s[6:])
	return h*3600 + m*60 + sec, sec == 60, h < 24 && m < 60 && sec <= 60
}

// fraction reads the point and one to nine digits that may follow the seconds.
func fraction(s string) (nsec int32, rest string, ok bool) {
	if s[0] != '.' {
		return 0, s, true
	}
	n, unit := 1, int32(1e9)
	for n < len(s) && n < 10 && '0' <= s[n] && s[n] <= '9' {
		nsec, unit = nsec*10+int32(s[n]-'0'), unit/10
		n++
	}
	return nsec * unit, s[n:], n > 1
}

// offsetSeconds reads Z, z, +HH:MM or -HH:MM.
func offsetSeconds(s string) (sec int64, ok bool) {
	if s == "Z" || s == "z" {
		return 0, true
	}
	if !matches(s, "+00:00") && !matches(s, "-00:00") {
		return 0, false
	}
	h, m := two(s[1:]), two(s[4:])
	sec = h*3600 + m*60
	if s[0] == '-' {
		sec = -sec
	}
	return sec, h < 24 && m < 60
}

// two reads two digits.
func two(s string) int64 { return int64(s[0]-'0')*10 + int64(s[1]-'0') }

// matches reports whether s has layout's characters, any digit standing where layout has a 0.
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
