package schedule

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// Spec says when a job is due.
type Spec struct {
	text  string
	zone  *time.Location
	cron  cron.Schedule
	fixed bool // at hours that the spec names, see nextFixed
}

// reference is the time from which a spec has to fire. It is fixed, so that Parse reads no clock.
var reference = time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)

// maxSpec bounds what is handed to a parser that was not written for hostile input.
const maxSpec = 200

// Parse reads a spec in the given zone (nil: UTC). A spec may name its own: "CRON_TZ=Europe/Rome 30 6 * * *". Refused
// are, beside what is malformed, specs that never fire (30 February), distances under a second or not in whole seconds,
// and fields for seconds.
func Parse(text string, zone *time.Location) (*Spec, error) {
	s := &Spec{text: strings.TrimSpace(text), zone: zone}
	if s.zone == nil {
		s.zone = time.UTC
	}
	if err := s.parse(); err != nil {
		return nil, fmt.Errorf("schedule %q: %w", clip(text), err)
	}
	return s, nil
}

func clip(s string) string {
	if len(s) > maxSpec {
		return strings.ToValidUTF8(s[:maxSpec], "") + "..."
	}
	return s
}

func (s *Spec) parse() error {
	if len(s.text) > maxSpec {
		return fmt.Errorf("longer than %d bytes", maxSpec)
	}
	fields := strings.Fields(s.text)
	if len(fields) > 0 {
		// The library cuts the zone off at the first blank, and panics where there is none.
		if name, value, ok := strings.Cut(fields[0], "="); ok && (name == "TZ" || name == "CRON_TZ") {
			zone, err := LoadZone(value)
			if err != nil {
				return err
			}
			s.zone = zone
			fields = fields[1:]
		}
	}
	if len(fields) == 0 {
		return errors.New(`empty, expected five fields such as "*/5 * * * *"`)
	}
	if fields[0] == "@every" {
		if err := checkEvery(fields[1:]); err != nil {
			return err
		}
	} else if !strings.HasPrefix(fields[0], "@") && len(fields) != 5 {
		return fmt.Errorf(`%d fields, expected five: minute, hour, day of month, month, day of week`, len(fields))
	}
	var err error
	if s.cron, err = parseStandard(strings.Join(fields, " ")); err != nil {
		return err
	}
	s.fixed = !s.distance() && !strings.HasPrefix(fields[0], "@hourly") && (len(fields) < 5 || !strings.HasPrefix(fields[1], "*"))
	if s.Next(reference).IsZero() {
		return errors.New("never fires: no such day in the calendar")
	}
	return nil
}

// parseStandard turns a panic of the parser into an error: v3.0.1 has known ones, and there will be no v3.0.2.
func parseStandard(text string) (sched cron.Schedule, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("not understood: %v", p)
		}
	}()
	return cron.ParseStandard(text)
}

// checkEvery refuses what the library rounds to a second without a word.
func checkEvery(args []string) error {
	if len(args) != 1 {
		return errors.New(`"@every" needs one distance, such as "@every 90s"`)
	}
	d, err := time.ParseDuration(args[0])
	switch {
	case err != nil:
		return fmt.Errorf(`%q is no distance, expected one such as "90s" or "1h30m"`, args[0])
	case d < time.Second:
		return fmt.Errorf("every %s: the shortest distance is one second", d)
	case d%time.Second != 0:
		return fmt.Errorf("every %s: a distance is in whole seconds", d)
	}
	return nil
}

// LoadZone finds a zone by its IANA name; empty and "Local" are refused, since neither says which zone it is.
func LoadZone(name string) (*time.Location, error) {
	if name == "" || strings.EqualFold(name, "local") {
		return nil, fmt.Errorf(`zone %q: expected a name such as "UTC" or "Europe/Rome"`, name)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("zone %q: %w", name, err)
	}
	return zone, nil
}

// String returns the spec as it was written.
func (s *Spec) String() string { return s.text }

// Zone returns the zone in which the spec is read.
func (s *Spec) Zone() *time.Location { return s.zone }

// Next returns the first time after t at which the spec is due, in its zone; the zero time where the calendar ends. A
// distance ("@every") counts from t.
func (s *Spec) Next(t time.Time) time.Time {
	t = t.In(s.zone)
	if s.fixed && s.zone != time.UTC {
		return s.nextFixed(t)
	}
	return s.cron.Next(t)
}

// distance says whether the spec is one ("@every 90s"), not times of the calendar.
func (s *Spec) distance() bool {
	_, is := s.cron.(cron.ConstantDelaySchedule)
	return is
}

// equal says whether two specs are due at the same times, as far as they are written alike.
func (s *Spec) equal(o *Spec) bool { return s.text == o.text && s.zone.String() == o.zone.String() }

// Upcoming returns the next n times after t; fewer where the calendar ends.
func (s *Spec) Upcoming(t time.Time, n int) []time.Time {
	times := make([]time.Time, 0, n)
	for range n {
		if t = s.Next(t); t.IsZero() {
			break
		}
		times = append(times, t)
	}
	return times
}
