package source

import (
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
)

func TestDates(t *testing.T) {
	const exact, day = cluster.Exact, cluster.Day
	for _, c := range []struct {
		in        string
		want      string
		precision cluster.Precision
	}{
		// RFC 3339 and what is close to it
		{"2024-05-01T12:34:56Z", "2024-05-01T12:34:56Z", exact},
		{"2024-05-01T12:34:56.789+02:00", "2024-05-01T10:34:56.789Z", exact},
		{"2024-05-01T12:34:56+0200", "2024-05-01T10:34:56Z", exact},
		{"2024-05-01T12:34Z", "2024-05-01T12:34:00Z", exact},
		{"2024-05-01t12:34:56z", "2024-05-01T12:34:56Z", exact},
		{"2024-05-01T12:34:56", "2024-05-01T12:34:56Z", exact},
		// databases
		{"2024-05-01 12:34:56", "2024-05-01T12:34:56Z", exact},
		{"2024-05-01 12:34:56.123456+00", "2024-05-01T12:34:56.123456Z", exact},
		{"2024-05-01 12:34:56 UTC", "2024-05-01T12:34:56Z", exact},
		{"2024-05-01 12:34:56 +0000 UTC", "2024-05-01T12:34:56Z", exact},
		{"2024/05/01 12:34", "2024-05-01T12:34:00Z", exact},
		// RFC 822, 850, 1123, ANSI C, Unix
		{"Wed, 01 May 2024 12:34:56 GMT", "2024-05-01T12:34:56Z", exact},
		{"Wed, 1 May 2024 12:34:56 +0200", "2024-05-01T10:34:56Z", exact},
		{"Wed, 01 May 2024 12:34:56 EST", "2024-05-01T17:34:56Z", exact},
		{"Wed, 01 May 2024 12:34 PDT", "2024-05-01T19:34:00Z", exact},
		{"01 May 24 12:34 CEST", "2024-05-01T10:34:00Z", exact},
		{"Wednesday, 01-May-24 12:34:56 GMT", "2024-05-01T12:34:56Z", exact},
		{"Wed May  1 12:34:56 2024", "2024-05-01T12:34:56Z", exact},
		{"Wed May  1 12:34:56 CEST 2024", "2024-05-01T10:34:56Z", exact},
		{"Wed May 01 2024 12:34:56 GMT+0200 (CEST)", "2024-05-01T10:34:56Z", exact},
		{"22 Sept 2026 10:00:01 CEST", "2026-09-22T08:00:01Z", exact},
		// as people write
		{"May 1, 2024", "2024-05-01T00:00:00Z", day},
		{"1 May 2024", "2024-05-01T00:00:00Z", day},
		{"1st of May, 2024", "2024-05-01T00:00:00Z", day},
		{"May 1, 2024 at 3:04 PM", "2024-05-01T15:04:00Z", exact},
		{"May 1, 2024 12:30 am", "2024-05-01T00:30:00Z", exact},
		{"01.05.2024 12:34", "2024-05-01T12:34:00Z", exact},
		{"13/05/2024", "2024-05-13T00:00:00Z", day},
		{"05/13/2024", "2024-05-13T00:00:00Z", day},
		{"5/5/24", "2024-05-05T00:00:00Z", day},
		// date only, and midnight, which stands for it
		{"2024-05-01", "2024-05-01T00:00:00Z", day},
		{" 2024-5-1 ", "2024-05-01T00:00:00Z", day},
		{"2024.05.01", "2024-05-01T00:00:00Z", day},
		{"20240501", "2024-05-01T00:00:00Z", day},
		{"2024-05-01T00:00:00Z", "2024-05-01T00:00:00Z", day},
		{"2024-05-01T00:00:00+09:00", "2024-05-01T00:00:00Z", day},
		{"2024-05-01T24:00:00", "2024-05-02T00:00:00Z", day},
		{"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", day},
		{"2150-06-01", "2150-06-01T00:00:00Z", day},
		{"1865-04-15", "1865-04-15T00:00:00Z", day},
		// compact and unix times
		{"20240501T123456Z", "2024-05-01T12:34:56Z", exact},
		{"20240501123456", "2024-05-01T12:34:56Z", exact},
		{"1714566896", "2024-05-01T12:34:56Z", exact},
		{"1714566896.5", "2024-05-01T12:34:56.5Z", exact},
		{"1.714566896e9", "2024-05-01T12:34:56Z", exact},
		{"1714566896000", "2024-05-01T12:34:56Z", exact},
		{"1714566896000000", "2024-05-01T12:34:56Z", exact},
		{"1714566896000000000", "2024-05-01T12:34:56Z", exact},
		{"-86399", "1969-12-31T00:00:01Z", exact},
		{"1714521600", "2024-05-01T00:00:00Z", day},
	} {
		t.Run(c.in, func(t *testing.T) {
			got, precision, err := parseDate(c.in, time.UTC, NoOrder)
			if err != nil {
				t.Fatal(err)
			}
			if s := got.Format(time.RFC3339Nano); s != c.want || precision != c.precision || got.Location() != time.UTC {
				t.Errorf("got %s, %s, want %s, %s", s, precision, c.want, c.precision)
			}
		})
	}
}

func TestWhatIsNoDate(t *testing.T) {
	for _, in := range []string{
		"", " ", "yesterday", "2 hours ago", "2024", "2024-05", "May 2024", "May", "2024-13-01", "2024-02-30", "31 June 2024",
		"2024-05-01T25:00:00Z", "2024-05-01 12:60", "2024-05-01T24:00:01", "12:34", "3/4/2024", "24-05-01", "2024-05-01 2024-05-02",
		"1 May 2 June 2024", "0000-00-00 00:00:00", "1e400", "NaN", "123", "99999999999999999999", "20241301", "00000000",
		"2024-05-01T12:34:56+99:00", "Wed, 01 Mai 2024", "13:00 pm 1 May 2024 am x", "--1", "2024-05-01T12:34:5", "1/2/3/4",
	} {
		if got, p, err := parseDate(in, time.UTC, NoOrder); err == nil {
			t.Errorf("%q: read as %s (%s)", in, got, p)
		}
	}
}

func TestOrderSettlesDayAndMonth(t *testing.T) {
	for _, c := range []struct {
		in    string
		order DateOrder
		want  string
	}{
		{"03/04/2024", DayFirst, "2024-04-03"},
		{"03/04/2024", MonthFirst, "2024-03-04"},
		{"03-04-2024", DayFirst, "2024-04-03"},
		{"03.04.2024", MonthFirst, "2024-04-03"},
		{"13/04/2024", MonthFirst, "2024-04-13"},
		{"04/13/2024", DayFirst, "2024-04-13"},
	} {
		got, _, err := parseDate(c.in, time.UTC, c.order)
		if s := got.Format(time.DateOnly); err != nil || s != c.want {
			t.Errorf("%s, %s: got %s, %v, want %s", c.in, c.order, s, err, c.want)
		}
	}
}

func TestTimesWithoutAZoneAreTheSources(t *testing.T) {
	zone := time.FixedZone("there", 2*3600)
	for _, c := range []struct{ in, want string }{
		{"2024-05-01 12:00:00", "2024-05-01T10:00:00Z"},
		{"20240501120000", "2024-05-01T10:00:00Z"},
		{"1 May 2024 12:00", "2024-05-01T10:00:00Z"},
		{"2024-05-01 12:00:00Z", "2024-05-01T12:00:00Z"},
		{"Wed, 01 May 2024 12:00:00 GMT", "2024-05-01T12:00:00Z"},
		{"2024-05-01", "2024-05-01T00:00:00Z"},
		{"2024-05-01 00:00:00", "2024-05-01T00:00:00Z"},
	} {
		got, _, err := parseDate(c.in, zone, NoOrder)
		if s := got.Format(time.RFC3339); err != nil || s != c.want {
			t.Errorf("%s: got %s, %v, want %s", c.in, s, err, c.want)
		}
	}
}

// FuzzDate: whatever the text, a time that is read is in UTC, in the years 0 to 9999, and reads back from RFC 3339.
func FuzzDate(f *testing.F) {
	for _, s := range []string{
		"2024-05-01T12:34:56Z", "Wed, 01 May 2024 12:34:56 GMT", "1714566896", "1 May 2024 3 pm", "03/04/2024", "01.05.24 1:2",
		"Wed May 01 2024 12:34:56 GMT+0200 (CEST)", "20240501T123456Z", "-1e300", "2024-05-01 12:34:56.123456789123+00",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, order := range []DateOrder{NoOrder, DayFirst, MonthFirst} {
			got, p, err := parseDate(s, time.UTC, order)
			if err != nil {
				continue
			}
			if got.Location() != time.UTC || got.Year() < -1 || got.Year() > 10000 {
				t.Fatalf("%q: %s", s, got)
			}
			if got.Year() < 1 || got.Year() > 9998 {
				continue
			}
			again, p2, err := parseDate(got.Format(time.RFC3339Nano), time.UTC, order)
			if err != nil || !again.Equal(got) || p2 != p {
				t.Fatalf("%q: %s (%s) reads back as %s (%s), %v", s, got, p, again, p2, err)
			}
		}
	})
}
