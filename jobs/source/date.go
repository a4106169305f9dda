package source

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster"
)

// DateOrder settles dates such as 03/04/2024, which nothing in them can.
type DateOrder string

// Without an order, such a date is unreadable unless one of its numbers is over twelve.
const (
	NoOrder    DateOrder = ""
	DayFirst   DateOrder = "dmy"
	MonthFirst DateOrder = "mdy"
)

var errDate = errors.New("not a date in any known form")

// parseDate reads a date as it is met in feeds, dumps and databases: RFC 3339, RFC 822, 850 and 1123, ANSI C, SQL,
// written-out English dates, compact forms (20240501T120000Z), and unix times in seconds to nanoseconds, told by their
// number of digits. A time without a zone is in zone.
//
// A form that names no time of day is a Day, and so is exact midnight: a story published in that very second is far
// rarer than a dump that writes its dates so. Years and months alone are not dates.
func parseDate(s string, zone *time.Location, order DateOrder) (time.Time, cluster.Precision, error) {
	s = strings.TrimSpace(s)
	if len(s) == 0 || len(s) > 100 {
		return time.Time{}, 0, errDate
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return settle(t)
	}
	if t, ok := parseNumber(s, zone); ok {
		return settle(t)
	}
	var d dateParts
	d.order = order
	if !d.read(s) {
		return time.Time{}, 0, errDate
	}
	t, ok := d.time(zone)
	if !ok {
		return time.Time{}, 0, errDate
	}
	return settle(t)
}

// settle gives a time its precision; the date of a Day is the one on the publisher's wall.
func settle(t time.Time) (time.Time, cluster.Precision, error) {
	if t.Year() < 0 || t.Year() > 9999 {
		return time.Time{}, 0, errDate
	}
	if h, m, s := t.Clock(); h|m|s|t.Nanosecond() == 0 {
		y, mo, d := t.Date()
		return time.Date(y, mo, d, 0, 0, 0, 0, time.UTC), cluster.Day, nil
	}
	return t.UTC(), cluster.Exact, nil
}

// parseNumber reads compact dates and unix times, told apart by the number of digits.
func parseNumber(s string, zone *time.Location) (time.Time, bool) {
	whole, frac, _ := strings.Cut(s, ".")
	if strings.ContainsAny(s, "eE") { // a JSON number of a language without integers: 1.7146e9
		f, err := strconv.ParseFloat(s, 64)
		if err != nil || f != f || f > 9e18 || f < -9e18 {
			return time.Time{}, false
		}
		whole, frac = strconv.FormatInt(int64(f), 10), ""
	}
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || n == 0 || whole[0] == '+' {
		return time.Time{}, false
	}
	digits := len(strings.TrimPrefix(whole, "-"))
	switch {
	case digits == 8 && n > 0:
		// Read as seconds it would be a day of 1970; as a date it has to be one in the calendar.
		t, err := time.Parse("20060102", whole)
		return t, err == nil && frac == ""
	case digits == 14 && n > 0:
		t, err := time.ParseInLocation("20060102150405", whole, zone)
		return t, err == nil && frac == ""
	case digits >= 5 && digits <= 11:
		var ns int64
		if frac != "" {
			f, err := strconv.ParseFloat("0."+frac, 64)
			if err != nil {
				return time.Time{}, false
			}
			ns = int64(f * 1e9)
		}
		return time.Unix(n, ns).UTC(), true
	case digits == 12 || digits == 13:
		return time.UnixMilli(n).UTC(), true
	case digits == 15 || digits == 16:
		return time.UnixMicro(n).UTC(), true
	case digits == 18 || digits == 19:
		return time.Unix(0, n).UTC(), true
	}
	return time.Time{}, false
}
