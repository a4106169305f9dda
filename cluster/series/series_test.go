package series_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/samestory/samestory/cluster/series"
	"github.com/samestory/samestory/cluster/text"
)

func TestLabelOf(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		a, b string
		kind text.DocType
		same bool // one column
		slot bool // of a
	}{
		{"counted days", "Day 21: Divers search the Veld", "Day 22: Search moves to the Tolmere weir", text.Report, true, true},
		{"a dated briefing", "Morning briefing, Tuesday: Ferry sinks", "Morning briefing, Wednesday: Bank sold", text.Roundup, true, true},
		{"a briefing without a date", "Morning briefing: Ferry sinks", "Morning briefing: Bank sold", text.Roundup, true, false},
		{"a live page", "Live: Council debates bridge", "Live: Rovers against United", text.Live, true, false},
		{"two columns", "Morning briefing: Ferry sinks", "Evening briefing: Ferry sinks", text.Roundup, false, false},
		{"a whole headline with a figure", "Tolmere hospital reports 212 new cases", "Tolmere hospital reports 187 new cases", text.Report, true, true},
		{"a round-up without a colon", "News in brief", "News in brief", text.Roundup, true, false},
		{"a bar", "Day 3 | The ferry trial", "Day 4 | The ferry trial", text.Report, true, true},
	}
	for _, tt := range tests {
		a, b := series.LabelOf("Courier", tt.a, tt.kind), series.LabelOf("Courier", tt.b, tt.kind)
		if a.None() || b.None() {
			t.Errorf("%s: no label", tt.name)
		}
		if got := a.Key == b.Key; got != tt.same {
			t.Errorf("%s: one column is %v, want %v", tt.name, got, tt.same)
		}
		if got := a.Serial(); got != tt.slot {
			t.Errorf("%s: serial is %v, want %v", tt.name, got, tt.slot)
		}
		if c := series.LabelOf("Lantern", tt.a, tt.kind); c.Key == a.Key {
			t.Errorf("%s: two outlets have one column", tt.name)
		}
	}
}

func TestNoLabel(t *testing.T) {
	t.Parallel()
	for _, title := range []string{
		"", "Ferry sinks off Brackwater", "Brackwater: Ferry sinks in storm", "Rovers 3-2 United", "Three dead", "10:30 news",
		"12 hurt", "Nine in ten of 40 towns lose 5 or 6 of 12 buses",
	} {
		if l := series.LabelOf("Courier", title, text.Report); !l.None() {
			t.Errorf("%q has a label", title)
		}
	}
}

func TestLabelsThatDifferInTheirSlots(t *testing.T) {
	t.Parallel()
	a := series.LabelOf("Courier", "Day 21: Divers search the Veld", text.Report)
	b := series.LabelOf("Courier", "Day 22: Divers search the Veld", text.Report)
	c := series.LabelOf("Courier", "Day twenty-one: Divers", text.Report)
	if a.Value == b.Value {
		t.Error("two days have one value")
	}
	if a.Value == c.Value {
		t.Error("a number in words that is not in the list counts as one")
	}
	if two, written := series.LabelOf("Courier", "Day 2: Divers", text.Report), series.LabelOf("Courier", "Day two: Divers", text.Report); two != written {
		t.Errorf("a number in figures and in words differ: %v, %v", two, written)
	}
}

func TestPattern(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		titles []string
		want   string
		values []string // of the last headline
	}{
		{"no headline", nil, "", nil},
		{"a single one", []string{"Tolmere rates for Tuesday: 412 marks"}, "Tolmere rates for {date}: {number} marks", []string{"Tuesday", "412"}},
		{
			"numbers and dates",
			[]string{"Tolmere rates for Tuesday: 412 marks", "Tolmere rates for Wednesday: 409 marks"},
			"Tolmere rates for {date}: {number} marks",
			[]string{"Wednesday", "409"},
		},
		{
			"other words",
			[]string{"Morning briefing: Ferry sinks in the Veld", "Morning briefing: Bank sold in May", "Morning briefing: Rain"},
			"Morning briefing: {text}",
			[]string{"Rain"},
		},
		{
			"tickers",
			[]string{"CORVANE MINING <CVM> SETS DIVIDEND", "LINDQVIST <LIQ> SETS DIVIDEND", "VELD <VLD> SETS DIVIDEND"},
			"{name} SETS DIVIDEND",
			[]string{"VELD <VLD>"},
		},
		{
			"most of them",
			[]string{"Rate of Corvane rises", "Harbour dues for May: 12", "Harbour dues for June: 15", "Harbour dues for July: 9"},
			"Harbour dues for {date}: {number}",
			[]string{"July", "9"},
		},
		{"names", []string{"Corvane Mining sets dividend", "Lindqvist sets dividend"}, "{name} sets dividend", []string{"Lindqvist"}},
		{"nothing in common", []string{"Ferry sinks", "Bank sold"}, "Ferry sinks", nil},
		{"all the same", []string{"News in brief", "News in brief"}, "News in brief", nil},
		{"a number of the name", []string{"Class of 1984 meets on Monday", "Class of 1984 meets on Friday"}, "Class of 1984 meets on {date}", []string{"Friday"}},
		{"Chinese", []string{"今日金價：412元", "今日金價：415元"}, "今日金價：{number}元", []string{"415"}},
	}
	for _, tt := range tests {
		got := series.Pattern(tt.titles)
		if got != tt.want {
			t.Errorf("%s: pattern %q, want %q", tt.name, got, tt.want)
		}
		if len(tt.titles) == 0 {
			continue
		}
		if diff := cmp.Diff(tt.values, series.Values(got, tt.titles[len(tt.titles)-1])); diff != "" {
			t.Errorf("%s: values (-want +got):\n%s", tt.name, diff)
		}
	}
}

// TestFirstHeadlineFits holds that the pattern can be filled with what it was made of.
func TestFirstHeadlineFits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom([]string{"Day", "21", "of", "the", "Tuesday", "Tolmere", "rates:", "May", "412", "{", "}", "港", "-"})
		title := rapid.Custom(func(t *rapid.T) string {
			s := ""
			for _, w := range rapid.SliceOfN(word, 1, 8).Draw(t, "words") {
				s += w + " "
			}
			return s
		})
		titles := rapid.SliceOfN(title, 1, 5).Draw(t, "titles")
		p := series.Pattern(titles)
		if p != series.Pattern(titles) {
			t.Fatal("another pattern the second time")
		}
		series.Values(p, titles[0])
		series.LabelOf("Courier", titles[0], text.Report)
	})
}

func TestRhythm(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) // a Monday
	at := func(days ...float64) []time.Time {
		var out []time.Time
		for _, d := range days {
			out = append(out, start.Add(time.Duration(d*24*float64(time.Hour))))
		}
		return out
	}
	tests := []struct {
		want  string
		times []time.Time
	}{
		{"", at(0, 1)},
		{"daily", at(0, 1, 2, 3)},
		{"daily", at(0, 1, 2, 5, 6, 7)},
		{"on weekdays", at(0, 1, 2, 3, 4, 7, 8, 9)},
		{"several a day", at(0, .1, .2)},
		{"several a day", at(0, .1, .2, 1, 1.1)},
		{"weekly", at(0, 7, 14, 21)},
		{"weekly", at(0, 7, 14, 28)},
		{"every 2 weeks", at(0, 14, 28)},
		{"every 3 days", at(0, 3, 6)},
		{"monthly", at(0, 31, 59, 90)},
		{"irregular", at(0, 1, 12, 40, 41, 90)},
	}
	for _, tt := range tests {
		if got := series.Rhythm(tt.times); got != tt.want {
			t.Errorf("%v: %q, want %q", tt.times, got, tt.want)
		}
	}
}
