package source

import (
	"strings"
	"time"
)

// dateParts collects what the words and numbers of a written date say.
type dateParts struct {
	order                      DateOrder
	year, month, day           int
	hour, minute, second, nano int
	clock, afternoon, forenoon bool
	offset                     int   // seconds east of UTC
	named, zoned               bool  // by a word, by a number; of "GMT+0200 (CEST)" the number counts
	loose                      []int // numbers of one or two digits whose part is not known yet
}

// read takes the date apart, word by word; false at the first that has no place in a date.
func (d *dateParts) read(s string) bool {
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case isDigit(c):
			n := d.number(s[i:])
			if n == 0 {
				return false
			}
			i += n
		case isLetter(c):
			j := i
			for j < len(s) && isLetter(s[j]) {
				j++
			}
			if !d.word(s[i:j]) {
				return false
			}
			i = j
		case (c == '+' || c == '-') && d.clock && !d.zoned && i+1 < len(s) && isDigit(s[i+1]):
			n := d.zone(s[i:])
			if n == 0 {
				return false
			}
			i += n
		case strings.IndexByte(" ,.-/()|\t'", c) >= 0:
			i++
		case strings.HasPrefix(s[i:], "\u00a0") || strings.HasPrefix(s[i:], "·") || strings.HasPrefix(s[i:], "•"):
			_, n := nextRune(s[i:])
			i += n
		default:
			return false
		}
	}
	return d.resolve()
}

// number reads a date of numbers, a clock, or a single number, and returns how many bytes it took, 0 for nonsense.
func (d *dateParts) number(s string) int {
	a, n := digits(s)
	switch {
	case n < len(s) && s[n] == ':' && n <= 2:
		return d.clockAt(s)
	case n == 4 && n < len(s) && strings.IndexByte("-/.", s[n]) >= 0 && d.year == 0 && a > 0:
		sep := s[n]
		mo, m := digits(s[n+1:])
		if m == 0 || m > 2 || n+1+m >= len(s) || s[n+1+m] != sep {
			return 0
		}
		day, k := digits(s[n+2+m:])
		if k == 0 || k > 2 || d.month != 0 {
			return 0
		}
		d.year, d.month, d.day = a, mo, day
		return d.behindDate(s, n+2+m+k)
	case n <= 2 && n < len(s) && strings.IndexByte("-/.", s[n]) >= 0 && d.month == 0 && d.year == 0 && len(d.loose) == 0:
		sep := s[n]
		b, m := digits(s[n+1:])
		if m == 0 { // 5-May-2024
			d.loose = append(d.loose, a)
			return n
		}
		if m > 2 || n+1+m >= len(s) || s[n+1+m] != sep {
			return 0
		}
		year, k := digits(s[n+2+m:])
		if k != 4 && (k != 2 || sep == '-') { // 24-05-01 may begin with the year
			return 0
		}
		if k == 2 {
			year = century(year)
		}
		day, mo, ok := d.dayMonth(a, b, sep)
		if !ok {
			return 0
		}
		d.year, d.month, d.day = year, mo, day
		return d.behindDate(s, n+2+m+k)
	case n == 8 && d.year == 0 && d.month == 0 && len(d.loose) == 0: // 20240501T120000Z
		d.year, d.month, d.day = a/10000, a/100%100, a%100
		return d.behindDate(s, n)
	case n == 6 && d.year != 0 && !d.clock:
		d.hour, d.minute, d.second, d.clock = a/10000, a/100%100, a%100, true
		return n
	case n == 4 && d.year == 0:
		d.year = a
		return n
	case n <= 2:
		d.loose = append(d.loose, a)
		for _, ordinal := range []string{"st", "nd", "rd", "th"} {
			if len(s) >= n+2 && strings.EqualFold(s[n:n+2], ordinal) {
				return n + 2
			}
		}
		return n
	}
	return 0
}

// behindDate steps over the T between a date and a time.
func (d *dateParts) behindDate(s string, n int) int {
	if n+1 < len(s) && (s[n] == 'T' || s[n] == 't' || s[n] == '_') && isDigit(s[n+1]) {
		return n + 1
	}
	return n
}

// dayMonth tells 3/4 apart: by dots the day comes first everywhere, otherwise a number over twelve or the order says.
func (d *dateParts) dayMonth(a, b int, sep byte) (day, month int, ok bool) {
	switch {
	case sep == '.' || a > 12 || a == b:
		return a, b, true
	case b > 12:
		return b, a, true
	case d.order == DayFirst:
		return a, b, true
	case d.order == MonthFirst:
		return b, a, true
	}
	return 0, 0, false
}

// clockAt reads 15:04, 15:04:05 and 15:04:05.999.
func (d *dateParts) clockAt(s string) int {
	if d.clock {
		return 0
	}
	d.clock = true
	h, n := digits(s)
	m, k := digits(s[n+1:])
	if k != 2 {
		return 0
	}
	d.hour, d.minute = h, m
	n += 1 + k
	if n >= len(s) || s[n] != ':' {
		return n
	}
	sec, k := digits(s[n+1:])
	if k != 2 {
		return 0
	}
	d.second = sec
	n += 1 + k
	if n+1 < len(s) && (s[n] == '.' || s[n] == ',') && isDigit(s[n+1]) {
		n++
		for scale := 100_000_000; n < len(s) && isDigit(s[n]); n++ {
			d.nano += int(s[n]-'0') * scale
			scale /= 10
		}
	}
	return n
}

// zone reads +02:00, +0200 and +02.
func (d *dateParts) zone(s string) int {
	h, n := digits(s[1:])
	m := 0
	switch n {
	case 4:
		h, m = h/100, h%100
		n++
	case 1, 2:
		n++
		if n < len(s) && s[n] == ':' {
			var k int
			if m, k = digits(s[n+1:]); k != 2 {
				return 0
			}
			n += 1 + k
		}
	default:
		return 0
	}
	if h > 15 || m > 59 {
		return 0
	}
	d.offset, d.zoned = h*3600+m*60, true
	if s[0] == '-' {
		d.offset = -d.offset
	}
	return n
}

// zones holds the abbreviations of RFC 822 and those that newsrooms use; CST and BST are read as RFC 822 and London do.
var zones = map[string]int{
	"z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
	"pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10, "bst": 1, "west": 1, "cet": 1, "cest": 2, "met": 1, "mest": 2,
	"eet": 2, "eest": 3, "msk": 3, "trt": 3, "gst": 4, "pkt": 5, "wib": 7, "ict": 7, "hkt": 8, "sgt": 8, "awst": 8,
	"jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13, "sast": 2, "wat": 1, "eat": 3, "brt": -3, "art": -3,
}

var months = map[string]int{
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
	"january": 1, "february": 2, "march": 3, "april": 4, "june": 6, "july": 7, "august": 8, "september": 9, "sept": 9,
	"october": 10, "november": 11, "december": 12,
}

// word reads a month, a zone, a half of the day, or a word that says nothing.
func (d *dateParts) word(w string) bool {
	w = strings.ToLower(w)
	if m, ok := months[w]; ok && d.month == 0 {
		d.month = m
		return true
	}
	if h, ok := zones[w]; ok {
		if !d.zoned && !d.named {
			d.offset, d.named = h*3600, true
		}
		return true
	}
	switch w {
	case "am":
		d.forenoon = true
	case "pm":
		d.afternoon = true
	case "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun", "monday", "tuesday", "wednesday",
		"thursday", "friday", "saturday", "sunday", "at", "on", "of", "the", "t", "published", "updated":
	default:
		return false
	}
	return true
}

// resolve gives the loose numbers their parts: day, then a year of two digits.
func (d *dateParts) resolve() bool {
	for _, n := range d.loose {
		switch {
		case d.month != 0 && d.day == 0:
			d.day = n
		case d.month != 0 && d.year == 0:
			d.year = century(n)
		case !d.clock && (d.afternoon || d.forenoon): // 3 pm
			d.hour, d.clock = n, true
		default:
			return false
		}
	}
	if d.afternoon || d.forenoon {
		if !d.clock || d.hour > 12 || d.hour == 0 && d.afternoon {
			return d.clock && d.hour < 24 && d.afternoon && d.hour != 0
		}
		d.hour %= 12
		if d.afternoon {
			d.hour += 12
		}
	}
	return d.year > 0 && d.month > 0 && d.day > 0
}

// century reads a year of two digits as RFC 2822 does.
func century(n int) int {
	if n < 50 {
		return 2000 + n
	}
	return 1900 + n
}

// time returns the time, or false where the calendar has no such day or the clock no such time.
func (d *dateParts) time(zone *time.Location) (time.Time, bool) {
	if d.month > 12 || d.hour > 24 || d.minute > 59 || d.second > 60 {
		return time.Time{}, false
	}
	if d.hour == 24 && d.minute|d.second|d.nano != 0 {
		return time.Time{}, false
	}
	if day := time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC); day.Day() != d.day {
		return time.Time{}, false
	}
	switch {
	case !d.clock:
		zone = time.UTC
	case d.zoned || d.named:
		zone = time.FixedZone("", d.offset)
	}
	return time.Date(d.year, time.Month(d.month), d.day, d.hour, d.minute, d.second, d.nano, zone), true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// digits reads up to nine digits and returns their value and number, number 0 where there are more or none.
func digits(s string) (value, n int) {
	for n < len(s) && isDigit(s[n]) {
		if n == 9 {
			return 0, 0
		}
		value = value*10 + int(s[n]-'0')
		n++
	}
	return value, n
}
