package typeset

import (
	"fmt"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster"
)

// Relative says when t was, as seen from now, in the words of a news desk: "12m ago", "3h ago", "2d ago", and the
// date once a number of days no longer helps.
func Relative(t, now time.Time) string {
	if t.IsZero() {
		return "undated"
	}
	d := now.Sub(t)
	switch {
	case d < -time.Minute:
		if -d >= 14*24*time.Hour {
			return t.In(now.Location()).Format("2006-01-02")
		}
		return "in " + Span(-d)
	case d < time.Minute:
		return "just now"
	case d < 14*24*time.Hour:
		return Span(d) + " ago"
	default:
		return t.In(now.Location()).Format("2006-01-02")
	}
}

// RelativeAt is relative for a time that may be known to the day only, or not at all.
func RelativeAt(t time.Time, precision string, now time.Time) string {
	switch precision {
	case cluster.Arrival.String():
		return "undated"
	case cluster.Day.String():
		today := now.UTC().Truncate(24 * time.Hour)
		days := int(today.Sub(t.UTC().Truncate(24*time.Hour)) / (24 * time.Hour))
		switch {
		case days == 0:
			return "today"
		case days == 1:
			return "yesterday"
		case days > 1 && days < 14:
			return fmt.Sprintf("%dd ago", days)
		}
		return t.UTC().Format("2006-01-02")
	}
	return Relative(t, now)
}

// Absolute is a point in time for people, in the zone of now.
func Absolute(t time.Time, precision string, now time.Time) string {
	switch {
	case t.IsZero():
		return "unknown"
	case precision == cluster.Day.String():
		return t.UTC().Format("Mon 2 Jan 2006")
	}
	return t.In(now.Location()).Format("Mon 2 Jan 2006 15:04 MST")
}

// When is a point in time for people with how long ago that was, as long as that says more than the date.
func When(t time.Time, precision string, now time.Time) string {
	abs, rel := Absolute(t, precision, now), RelativeAt(t, precision, now)
	switch {
	case precision == cluster.Arrival.String():
		return "no date; arrived " + abs
	case t.IsZero() || strings.Contains(rel, "-"): // a date
		return abs
	}
	return abs + " (" + rel + ")"
}

// Span is a length of time in one unit, rounded down: "45s", "12m", "3h", "2d".
func Span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%ds", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%dm", d/time.Minute)
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", d/time.Hour)
	default:
		return fmt.Sprintf("%dd", d/(24*time.Hour))
	}
}

// Lag is a signed length of time in up to two units: "+42m", "+3h 10m", "+2d 4h", "-5m". Nil is a lag that the
// times of the two stories are too coarse to tell.
func Lag(seconds *int64) string {
	if seconds == nil {
		return ""
	}
	sign, s := "+", *seconds
	if s < 0 {
		sign, s = "-", -s
	}
	minutes := s / 60
	h, m := minutes/60, minutes%60
	switch {
	case minutes == 0:
		return "same minute"
	case h == 0:
		return fmt.Sprintf("%s%dm", sign, m)
	case h < 48 && m == 0:
		return fmt.Sprintf("%s%dh", sign, h)
	case h < 48:
		return fmt.Sprintf("%s%dh %dm", sign, h, m)
	case h%24 == 0:
		return fmt.Sprintf("%s%dd", sign, h/24)
	default:
		return fmt.Sprintf("%s%dd %dh", sign, h/24, h%24)
	}
}

// Duration is a length of time as precise as it is interesting: "0.4s", "12s", "3m 20s", "2h 5m".
func Duration(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second))
	switch {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1fs", seconds)
	case d < time.Minute:
		return fmt.Sprintf("%ds", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%dm %ds", d/time.Minute, d%time.Minute/time.Second)
	default:
		return fmt.Sprintf("%dh %dm", d/time.Hour, d%time.Hour/time.Minute)
	}
}
