package schedule

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func rome(t *testing.T) *time.Location {
	t.Helper()
	zone, err := LoadZone("Europe/Rome")
	if err != nil {
		t.Skip("no zone database on this machine")
	}
	return zone
}

func TestUpcoming(t *testing.T) {
	from := time.Date(2026, 2, 27, 10, 7, 30, 0, time.UTC)
	for _, c := range []struct{ spec, want string }{
		{"*/15 * * * *", "02-27 10:15:00, 02-27 10:30:00, 02-27 10:45:00"},
		{"@every 90s", "02-27 10:09:00, 02-27 10:10:30, 02-27 10:12:00"},
		{"@daily", "02-28 00:00:00, 03-01 00:00:00, 03-02 00:00:00"},
		{"  0 6 * * 1 ", "03-02 06:00:00, 03-09 06:00:00, 03-16 06:00:00"},
		{"0 0 1 * 1", "03-01 00:00:00, 03-02 00:00:00, 03-09 00:00:00"}, // the first of the month, or a Monday
		{"TZ=UTC 0 12 * * *", "02-27 12:00:00, 02-28 12:00:00, 03-01 12:00:00"},
	} {
		t.Run(c.spec, func(t *testing.T) {
			s, err := Parse(c.spec, nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, at := range s.Upcoming(from, 3) {
				got = append(got, at.Format("01-02 15:04:05"))
			}
			if diff := cmp.Diff(c.want, strings.Join(got, ", ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRefusedSpecs(t *testing.T) {
	for _, c := range []struct{ spec, want string }{
		{"", "empty"},
		{"   ", "empty"},
		{"TZ=UTC", "empty"}, // the library panics on these three
		{"CRON_TZ=Europe/Rome", "empty"},
		{"TZ=", "zone"},
		{"TZ= 0 0 * * *", "zone"},
		{"TZ=Mars/Olympus 0 0 * * *", "zone"},
		{"CRON_TZ=Local 0 0 * * *", "zone"},
		{"0 0 30 2 *", "never fires"},
		{"0 0 31 4,6,9,11 *", "never fires"},
		{"@every 0s", "shortest"},
		{"@every -5s", "shortest"},
		{"@every 999ms", "shortest"},
		{"@every 1500ms", "whole seconds"},
		{"@every", "needs one distance"},
		{"@every 1 h", "needs one distance"},
		{"@every soon", "no distance"},
		{"@reboot", "unrecognized"},
		{"* * * *", "4 fields"},
		{"0 */5 * * * *", "6 fields"},
		{"60 * * * *", "above maximum"},
		{"*/0 * * * *", "step"},
		{"hourly", "1 fields"},
		{strings.Repeat("1,", 200) + "1 * * * *", "longer than"},
	} {
		t.Run(c.spec, func(t *testing.T) {
			s, err := Parse(c.spec, nil)
			if err == nil {
				t.Fatalf("accepted, next at %s", s.Next(reference))
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error %q does not say %q", err, c.want)
			}
		})
	}
}

// In the night to 29 March 2026 Rome's clock leaves out 02:00 to 03:00; in the night to 25 October it shows it twice.
func TestDaylightSaving(t *testing.T) {
	zone := rome(t)
	for _, c := range []struct {
		name, spec string
		from       time.Time
		want       string
	}{
		{"left out in spring", "30 2 * * *", time.Date(2026, 3, 28, 3, 0, 0, 0, zone), "03-29 03:00 +0200, 03-30 02:30 +0200"},
		{"several left out are one", "*/20 2 * * *", time.Date(2026, 3, 28, 3, 0, 0, 0, zone), "03-29 03:00 +0200, 03-30 02:00 +0200"},
		{"the hour after stays", "30 3 * * *", time.Date(2026, 3, 28, 4, 0, 0, 0, zone), "03-29 03:30 +0200, 03-30 03:30 +0200"},
		{"once in autumn", "30 2 * * *", time.Date(2026, 10, 24, 3, 0, 0, 0, zone), "10-25 02:30 +0200, 10-26 02:30 +0100"},
		{"from within the second hour", "50 2 * * *", time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC), "10-26 02:50 +0100, 10-27 02:50 +0100"},
		{"every 20 minutes in autumn", "*/20 * * * *", time.Date(2026, 10, 25, 0, 35, 0, 0, time.UTC), "10-25 02:40 +0200, 10-25 02:00 +0100"},
		{"hourly in spring", "0 * * * *", time.Date(2026, 3, 29, 1, 30, 0, 0, zone), "03-29 03:00 +0200, 03-29 04:00 +0200"},
		{"midnight does not care", "0 0 * * *", time.Date(2026, 10, 25, 1, 0, 0, 0, zone), "10-26 00:00 +0100, 10-27 00:00 +0100"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := Parse(c.spec, zone)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, at := range s.Upcoming(c.from, 2) {
				got = append(got, at.Format("01-02 15:04 -0700"))
			}
			if diff := cmp.Diff(c.want, strings.Join(got, ", ")); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("every day has one, whatever its clock does", func(t *testing.T) {
		for _, name := range []string{"Europe/Rome", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kolkata"} {
			zone, err := LoadZone(name)
			if err != nil {
				t.Fatal(err)
			}
			for hour := range 4 {
				s, err := Parse(fmt.Sprintf("15 %d * * *", hour), zone)
				if err != nil {
					t.Fatal(err)
				}
				at := time.Date(2025, 12, 31, 12, 0, 0, 0, zone)
				for day := 1; day <= 365; day++ {
					if at = s.Next(at); at.YearDay() != day || at.Year() != 2026 {
						t.Fatalf("%s, %s: day %d fires at %s", name, s, day, at)
					}
				}
			}
		}
	})
	t.Run("in UTC every day has one", func(t *testing.T) {
		s, err := Parse("30 2 * * *", nil)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for day := 1; day <= 365; day++ {
			at = s.Next(at)
			if at.YearDay() != day || at.Hour() != 2 || at.Minute() != 30 {
				t.Fatalf("day %d: %s", day, at)
			}
		}
	})
}

// FuzzParse: whatever the spec, Parse returns; what it accepts fires in order and at whole seconds.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"*/5 * * * *", "@every 90s", "@hourly", "TZ=UTC", "CRON_TZ=Europe/Rome 0 0 * * *", "TZ=", "0 0 29 2 *", "0 0 30 2 *",
		"@every -5s", "1-5/2,7 ? * JAN-MAR mon", "* * * * 7", "0-0/9 1-1 1-1 1-1 1-1", "@every 9999999h", "@", "/ / / / /",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text, nil)
		if err != nil {
			return
		}
		at := reference
		for _, next := range s.Upcoming(at, 3) {
			if !next.After(at) || next.Nanosecond() != 0 {
				t.Fatalf("%q: %s after %s", text, next, at)
			}
			at = next
		}
	})
}
