package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Duration is a length of time written with units, days and weeks among them: "90d", "2w", "1d12h", "30s". A day has 24
// hours.
type Duration struct{ time.Duration }

// UnmarshalText reads the written form.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := ParseDuration(string(text))
	if err != nil {
		return err
	}
	d.Duration = v
	return nil
}

// MarshalText writes the form that UnmarshalText reads, with days where they are whole.
func (d Duration) MarshalText() ([]byte, error) {
	if day := 24 * time.Hour; d.Duration >= day && d.Duration%day == 0 {
		return fmt.Appendf(nil, "%dd", d.Duration/day), nil
	}
	return []byte(d.Duration.String()), nil
}

// ParseDuration is time.ParseDuration with days and weeks, for flags as for settings.
func ParseDuration(s string) (time.Duration, error) {
	bad := fmt.Errorf(`%q is no duration, expected one such as "14d", "36h" or "30s"`, s)
	rest := strings.TrimSpace(s)
	negative := strings.HasPrefix(rest, "-")
	rest = strings.TrimPrefix(rest, "-")
	var total time.Duration
	for _, unit := range []struct {
		name   string
		length time.Duration
	}{{"w", 7 * 24 * time.Hour}, {"d", 24 * time.Hour}} {
		number, after, ok := strings.Cut(rest, unit.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(number, 64)
		if err != nil || math.IsNaN(n) || n < 0 || number[0] == '+' || n*float64(unit.length) > math.MaxInt64/4 {
			return 0, bad
		}
		total += time.Duration(n * float64(unit.length))
		rest = after
		if rest == "" {
			rest = "0"
		}
	}
	d, err := time.ParseDuration(rest)
	if err != nil || d < 0 || rest[0] == '+' || d > math.MaxInt64/4 {
		return 0, bad
	}
	if total += d; negative {
		total = -total
	}
	return total, nil
}

// Size is a number of bytes: "8MiB", "512KB", "1048576", or a bare number.
type Size int64

var units = []struct {
	name  string
	bytes float64
}{
	{"kib", 1 << 10},
	{"mib", 1 << 20},
	{"gib", 1 << 30},
	{"tib", 1 << 40},
	{"kb", 1e3},
	{"mb", 1e6},
	{"gb", 1e9},
	{"tb", 1e12},
	{"k", 1 << 10},
	{"m", 1 << 20},
	{"g", 1 << 30},
	{"b", 1},
}

// UnmarshalText reads the written form.
func (s *Size) UnmarshalText(text []byte) error {
	number, factor := strings.ToLower(strings.TrimSpace(string(text))), 1.0
	for _, u := range units {
		if rest, ok := strings.CutSuffix(number, u.name); ok {
			number, factor = strings.TrimSpace(rest), u.bytes
			break
		}
	}
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsNaN(n) || n < 0 || n*factor > 1<<60 || n*factor != math.Trunc(n*factor) {
		return fmt.Errorf(`%q is no size, expected one such as "8MiB" or 1048576`, text)
	}
	*s = Size(n * factor)
	return nil
}

// MarshalText writes the form that UnmarshalText reads, in the largest unit that divides it.
func (s Size) MarshalText() ([]byte, error) {
	for _, u := range []struct {
		name  string
		shift uint
	}{{"GiB", 30}, {"MiB", 20}, {"KiB", 10}} {
		if s > 0 && s%(1<<u.shift) == 0 {
			return fmt.Appendf(nil, "%d%s", s>>u.shift, u.name), nil
		}
	}
	return strconv.AppendInt(nil, int64(s), 10), nil
}
