package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ParseTime reads the bound of a time window as people type it: an age ("90m", "14h", "3d", "2w"), "today" or
// "yesterday", a date, a date with an hour ("2026-03-13 08:00"), or RFC 3339. Ages count back from now, and days are
// those of the zone of now. The empty string and "all" are the zero
// time, which does not bound.
func ParseTime(s string, now time.Time) (time.Time, error) {
	s = strings.TrimSpace(s)
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	switch strings.ToLower(s) {
	case "", "all":
		return time.Time{}, nil
	case "now":
		return now, nil
	case "today":
		return midnight, nil
	case "yesterday":
		return midnight.AddDate(0, 0, -1), nil
	}
	if age, ok := parseAge(s); ok {
		return now.Add(-age), nil
	}
	for _, layout := range []string{"2006-01-02", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(layout, s, now.Location()); err == nil {
			return t, nil
		}
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("cannot read the time %q: use an age like 14h or 3d, today, yesterday, a date like 2026-03-13, or RFC 3339", s)
	}
	return t, nil
}

// maxAgeUnits keeps an age within what a time.Duration holds.
const maxAgeUnits = 10000

func parseAge(s string) (time.Duration, bool) {
	units := map[byte]time.Duration{'m': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}
	unit, ok := units[s[len(s)-1]|0x20]
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(s[:len(s)-1], 10, 32)
	if err != nil || n > maxAgeUnits {
		return 0, false
	}
	return time.Duration(n) * unit, true
}
