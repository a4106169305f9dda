package series

import (
	"fmt"
	"slices"
	"time"
)

// Rhythm says how often something appears, by the median of the gaps between distinct days: "several a day", "daily",
// "on weekdays", "every 3 days", "weekly", "every 2 weeks", "monthly", "quarterly", "yearly", or "irregular" where half
// of the gaps are not near the median. It is empty for fewer than three times, which show no rhythm.
func Rhythm(times []time.Time) string {
	if len(times) < 3 {
		return ""
	}
	days := make([]int, len(times))
	weekend := false
	for i, t := range times {
		t = t.UTC()
		days[i] = int(t.Unix() / 86400)
		weekend = weekend || t.Weekday() == time.Saturday || t.Weekday() == time.Sunday
	}
	slices.Sort(days)
	distinct := slices.Compact(slices.Clone(days))
	if len(distinct) == 1 || len(days) >= 2*len(distinct) {
		return "several a day"
	}
	gaps := make([]int, len(distinct)-1)
	for i := range gaps {
		gaps[i] = distinct[i+1] - distinct[i]
	}
	slices.Sort(gaps)
	median := gaps[len(gaps)/2]
	for _, r := range rhythms {
		if median < r.from || median > r.to {
			continue
		}
		near := 0
		for _, g := range gaps {
			if g >= r.from && g <= r.to {
				near++
			}
		}
		if 2*near <= len(gaps) {
			return "irregular"
		}
		if r.word == "daily" && !weekend && distinct[len(distinct)-1]-distinct[0] >= 7 {
			return "on weekdays"
		}
		if r.word == "" {
			return fmt.Sprintf("every %d days", median)
		}
		return r.word
	}
	return "irregular"
}

// rhythms are the gaps in days that have a name.
var rhythms = []struct {
	from, to int
	word     string
}{
	{1, 1, "daily"},
	{2, 2, ""},
	{3, 3, ""},
	{4, 4, ""},
	{5, 5, ""},
	{6, 8, "weekly"},
	{13, 15, "every 2 weeks"},
	{26, 33, "monthly"},
	{85, 97, "quarterly"},
	{355, 375, "yearly"},
}
