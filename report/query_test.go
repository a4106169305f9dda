package report

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/samestory/samestory/report/internal/fixture"
	"github.com/samestory/samestory/store"
)

func eventIDsOf(v EventsView) []string {
	ids := []string{}
	for _, e := range v.Events {
		ids = append(ids, e.ID)
	}
	return ids
}

func TestEventsSelectAndSort(t *testing.T) {
	r := fixture.Newsroom()
	at := func(day, hour int) time.Time { return time.Date(2026, 3, day, hour, 0, 0, 0, time.UTC) }
	for _, tt := range []struct {
		name  string
		q     Query
		want  []string
		total int
	}{
		{"the most important of all", Query{Limit: 2}, []string{fixture.Deployment, fixture.Attack}, 9},
		{"the newest", Query{Sort: Newest, Limit: 3}, []string{fixture.Hostile, fixture.Untitled, fixture.Statement}, 9},
		{"the largest", Query{Sort: Size, Limit: 2}, []string{fixture.Attack, fixture.Bridge}, 9},
		{"the most sources, then the newest", Query{Sort: Sources, Limit: 3}, []string{fixture.Attack, fixture.Deployment, fixture.Bridge}, 9},
		{"since", Query{Sort: Newest, Since: at(14, 8)}, []string{fixture.Hostile, fixture.Untitled, fixture.Statement}, 3},
		{"until takes what had begun", Query{Sort: Newest, Until: at(11, 16)}, []string{fixture.Bridge}, 1},
		{"a window within an event", Query{Sort: Newest, Since: at(13, 10), Until: at(13, 11)}, []string{fixture.Attack}, 1},
		{"a source that only has a copy", Query{Source: "courier", MinSources: 3}, []string{fixture.Attack}, 1},
		{"a source by the host of its address", Query{Source: "notes.example"}, []string{fixture.Untitled}, 1},
		{"a language", Query{Lang: "ar"}, []string{"e6ar0b1c2d3e"}, 1},
		{"words of headlines", Query{Text: "bridge FERRIES"}, []string{fixture.Bridge}, 1},
		{"words of names", Query{Text: "solvang"}, []string{fixture.Attack}, 1},
		{"the beginning of a word", Query{Text: "ferr"}, []string{fixture.Bridge}, 1},
		{"not its middle", Query{Text: "erries"}, []string{}, 0},
		{"Chinese", Query{Text: "持刀"}, []string{fixture.Attack}, 1},
		{"at least two sources", Query{MinSources: 2, Sort: Newest}, []string{fixture.Deployment, fixture.Attack, fixture.Bridge}, 3},
		{"words where the text begins", Query{Text: "travellers"}, []string{fixture.Attack}, 1},
		{"words of outlets", Query{Text: "noord"}, []string{fixture.Attack}, 1},
		{"a name by whole words", Query{Name: "ingrid SOLVANG"}, []string{fixture.Attack}, 1},
		{"not by beginnings of words", Query{Name: "Ingrid Solv"}, []string{}, 0},
		{"a family by one of its outlets", Query{Family: "www.notes.example"}, []string{fixture.Untitled}, 1},
		{"what grows", Query{Sort: Growth, Limit: 2}, []string{fixture.Attack, fixture.Deployment}, 9},
		{"the most diverse", Query{Sort: Diversity, Limit: 1}, []string{fixture.Attack}, 9},
		{"nothing", Query{Text: "penguins"}, []string{}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.q.Now = fixture.Now
			v, err := Events(r, tt.q)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, eventIDsOf(v)); diff != "" || v.Total != tt.total {
				t.Errorf("total %d, want %d (-want +got):\n%s", v.Total, tt.total, diff)
			}
		})
	}
}

func TestEventsReadOnlyWhatCanBeShown(t *testing.T) {
	r := fixture.Newsroom()
	for _, tt := range []struct {
		q     Query
		reads int
	}{
		{Query{Sort: Size, Limit: 1}, 1},
		{Query{Sort: Newest, Limit: 2}, 2},
		{Query{MinSources: 2}, 3},
		{Query{Since: fixture.Now.Add(-2 * time.Hour)}, 3},
	} {
		r.Reads = 0
		tt.q.Now = fixture.Now
		if _, err := Events(r, tt.q); err != nil {
			t.Fatal(err)
		}
		if r.Reads > tt.reads {
			t.Errorf("%+v read %d of 9 events, want at most %d", tt.q, r.Reads, tt.reads)
		}
	}
}

func TestEventsOfALimitAreTheBeginningOfAll(t *testing.T) {
	r := fixture.Newsroom()
	for _, sort := range []Sort{Newest, Size, Sources, Growth, Diversity, Importance} {
		all, err := Events(r, Query{Now: fixture.Now, Sort: sort, Limit: -1})
		if err != nil {
			t.Fatal(err)
		}
		for n := 1; n <= len(all.Events); n++ {
			some, err := Events(r, Query{Now: fixture.Now, Sort: sort, Limit: n})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(eventIDsOf(all)[:n], eventIDsOf(some)); diff != "" {
				t.Errorf("%s, limit %d (-want +got):\n%s", sort, n, diff)
			}
		}
	}
}

func TestListsAreTheSameHoweverLittleWasRead(t *testing.T) {
	for seed := range uint64(4) {
		r := fixture.Random(seed, 600)
		for _, sort := range []Sort{Newest, Size, Sources, Growth, Diversity, Importance} {
			all, err := Events(r, Query{Now: fixture.Now, Sort: sort, Limit: -1})
			if err != nil {
				t.Fatal(err)
			}
			for _, n := range []int{1, 7, 60, 599} {
				r.Reads = 0
				some, err := Events(r, Query{Now: fixture.Now, Sort: sort, Limit: n})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(eventIDsOf(all)[:n], eventIDsOf(some)); diff != "" || some.Total != 600 {
					t.Errorf("seed %d, %s, limit %d: total %d (-want +got):\n%s", seed, sort, n, some.Total, diff)
				}
				if exact := sort == Newest || sort == Size; exact && r.Reads != n || n < 60 && r.Reads > 400 {
					t.Errorf("seed %d, %s, limit %d: %d records read", seed, sort, n, r.Reads)
				}
			}
		}
	}
}

func TestTopKeepsWhatSortingWouldPutFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 12).Draw(t, "n")
		scores := rapid.SliceOfN(rapid.IntRange(0, 5), 0, 40).Draw(t, "scores")
		kept := NewTop[int](n)
		var all []Rank
		for i, s := range scores {
			r := Rank{Score: float64(s), Last: fixture.Now.Add(time.Duration(i%3) * time.Hour), ID: fmt.Sprintf("%02d", i)}
			all = append(all, r)
			kept.Add(r, i)
		}
		slices.SortFunc(all, Rank.Compare)
		want := []string{}
		for _, r := range all[:min(n, len(all))] {
			want = append(want, r.ID)
		}
		got := []string{}
		for _, i := range kept.Sorted() {
			got = append(got, fmt.Sprintf("%02d", i))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestImportance(t *testing.T) {
	for _, tt := range []struct {
		sources, copies int
		age             time.Duration
		want            float64
	}{
		{1, 0, 0, 1},
		{1, 0, 24 * time.Hour, 0.5},
		{3, 0, 0, 2},
		{3, 16, 0, 3},
		{1, 0, 72 * time.Hour, 0.25},
		{3, 0, 10 * 365 * 24 * time.Hour, 0.000548},
		{1, 0, -time.Hour, 1},
		{0, 0, 0, 0},
	} {
		if got := ImportanceOf(tt.sources, tt.copies, tt.age); got != tt.want {
			t.Errorf("%d sources, %d copies, %s: %g, want %g", tt.sources, tt.copies, tt.age, got, tt.want)
		}
	}
}

func TestEventFoldsCopiesUnderTheirOrigin(t *testing.T) {
	v, err := EventByID(fixture.Newsroom(), fixture.Attack, fixture.Now)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{}
	for _, o := range v.Outlets {
		for _, s := range o.Stories {
			got = append(got, o.Source+": "+s.ID)
			for _, c := range s.Copies {
				got = append(got, "  "+c.Source+" "+c.Relation)
			}
		}
	}
	want := []string{
		"Meridian: meridian-1041", "  Courier reprint", "  The Harbour Herald edited", "  Kurier excerpt",
		"Meridian: meridian-1044", "Dagblad Noord: noord-551", "海港晚報: wanbao-20260313-7",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if v.FirstSource != "Meridian" || v.Hourless != 1 {
		t.Errorf("first %q with %d hourless, want Meridian with 1", v.FirstSource, v.Hourless)
	}
}

func TestIdsThatEndedShowWhatTheyBecame(t *testing.T) {
	r := fixture.Newsroom()
	e, err := EventByID(r, fixture.Merged, fixture.Now)
	if err != nil || e.Event.ID != fixture.Attack || e.RedirectedFrom != fixture.Merged {
		t.Errorf("event: %s from %q, %v", e.Event.ID, e.RedirectedFrom, err)
	}
	th, err := ThreadByID(r, fixture.MergedThread, fixture.Now)
	if err != nil || th.Thread.ID != fixture.AttackThread || th.RedirectedFrom != fixture.MergedThread {
		t.Errorf("thread: %s from %q, %v", th.Thread.ID, th.RedirectedFrom, err)
	}
}

func TestUnknownIds(t *testing.T) {
	r := fixture.Newsroom()
	_, event := EventByID(r, "nope", fixture.Now)
	_, thread := ThreadByID(r, "nope", fixture.Now)
	_, story := StoryByID(r, "nope", fixture.Now)
	for what, err := range map[string]error{"event": event, "thread": thread, "story": story} {
		if !errors.Is(err, store.ErrNotFound) || !strings.Contains(err.Error(), "nope") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestThreadOfASingleEvent(t *testing.T) {
	v, err := ThreadByID(fixture.Newsroom(), "t5m0xqj3kr8d", fixture.Now)
	if err != nil {
		t.Fatal(err)
	}
	if len(v.Beats) != 1 || v.Beats[0].Event.ID != fixture.Bridge {
		t.Errorf("%+v", v.Beats)
	}
}

func TestThreadsSelect(t *testing.T) {
	r := fixture.Newsroom()
	for _, tt := range []struct {
		name string
		q    Query
		want int
	}{
		{"all", Query{}, 1},
		{"by a word of a later beat", Query{Text: "okonjo"}, 1},
		{"by the outlet of a copy", Query{Source: "Kurier"}, 1},
		{"by a language", Query{Lang: "en"}, 1},
		{"by another language", Query{Lang: "nl"}, 0},
		{"before it began", Query{Until: fixture.Now.AddDate(0, 0, -2)}, 0},
		{"more sources than it has", Query{MinSources: 5}, 0},
		{"newest", Query{Sort: Newest, Limit: 1}, 1},
	} {
		tt.q.Now = fixture.Now
		v, err := Threads(r, tt.q)
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Threads) != tt.want || v.Total != tt.want {
			t.Errorf("%s: %d of %d, want %d", tt.name, len(v.Threads), v.Total, tt.want)
		}
	}
}

func TestDuplicatesSelect(t *testing.T) {
	r := fixture.Newsroom()
	for _, tt := range []struct {
		name  string
		q     Query
		want  []string
		total int
	}{
		{"the largest first", Query{}, []string{"g7h2kd9qm4xw", "g5m0xqj3kr8d"}, 2},
		{"limited", Query{Limit: 1}, []string{"g7h2kd9qm4xw"}, 2},
		{"by an outlet of a copy", Query{Source: "kurier"}, []string{"g7h2kd9qm4xw"}, 1},
		{"by the headline of a copy", Query{Text: "update"}, []string{"g5m0xqj3kr8d"}, 1},
		{"by outlets", Query{MinSources: 2}, []string{"g7h2kd9qm4xw"}, 1},
		{"by time", Query{Until: fixture.Now.AddDate(0, 0, -2)}, []string{"g5m0xqj3kr8d"}, 1},
		{"by family", Query{Family: "Kurier"}, []string{"g7h2kd9qm4xw"}, 1},
		{"by a name", Query{Name: "halden central"}, []string{"g7h2kd9qm4xw"}, 1},
		{"by the beginning of a name", Query{Name: "hald"}, []string{}, 0},
	} {
		tt.q.Now = fixture.Now
		v, err := Duplicates(r, tt.q)
		if err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, g := range v.Groups {
			got = append(got, g.ID)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" || v.Total != tt.total {
			t.Errorf("%s: total %d, want %d (-want +got):\n%s", tt.name, v.Total, tt.total, diff)
		}
	}
}

func TestRunsSelect(t *testing.T) {
	r := fixture.Newsroom()
	for _, tt := range []struct {
		name string
		q    Query
		want int
	}{
		{"all", Query{}, 4},
		{"limited", Query{Limit: 2}, 2},
		{"of a job", Query{Text: "backfill"}, 2},
		{"since", Query{Since: fixture.Now.Add(-2 * time.Hour)}, 2},
		{"until", Query{Until: fixture.Now.Add(-2 * time.Hour)}, 2},
	} {
		tt.q.Now = fixture.Now
		v, err := Runs(r, tt.q)
		if err != nil {
			t.Fatal(err)
		}
		if len(v.Runs) != tt.want {
			t.Errorf("%s: %d runs, want %d", tt.name, len(v.Runs), tt.want)
		}
	}
}

func TestParseTime(t *testing.T) {
	zone := time.FixedZone("CET", 3600)
	now := time.Date(2026, 3, 14, 9, 30, 0, 0, zone)
	for in, want := range map[string]time.Time{
		"":                     {},
		"all":                  {},
		"now":                  now,
		"today":                time.Date(2026, 3, 14, 0, 0, 0, 0, zone),
		"Yesterday":            time.Date(2026, 3, 13, 0, 0, 0, 0, zone),
		"90m":                  now.Add(-90 * time.Minute),
		"14h":                  now.Add(-14 * time.Hour),
		" 3d ":                 now.Add(-72 * time.Hour),
		"2W":                   now.Add(-14 * 24 * time.Hour),
		"2026-03-01":           time.Date(2026, 3, 1, 0, 0, 0, 0, zone),
		"2026-03-01 08:15":     time.Date(2026, 3, 1, 8, 15, 0, 0, zone),
		"2026-03-01T08:15":     time.Date(2026, 3, 1, 8, 15, 0, 0, zone),
		"2026-03-01T08:15:00Z": time.Date(2026, 3, 1, 8, 15, 0, 0, time.UTC),
	} {
		got, err := ParseTime(in, now)
		if err != nil || !got.Equal(want) {
			t.Errorf("ParseTime(%q) = %s, %v; want %s", in, got, err, want)
		}
	}
	for _, in := range []string{"h", "-3h", "3x", "99999h", "99999999999999999999d", "soon", "2026-13-01", "2026-02-30"} {
		if got, err := ParseTime(in, now); err == nil {
			t.Errorf("ParseTime(%q) = %s, want an error", in, got)
		}
	}
}

func FuzzParseTime(f *testing.F) {
	for _, s := range []string{"", "14h", "yesterday", "2026-03-01T08:15:00Z", "9999w", "é"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseTime(s, fixture.Now)
		b, again := ParseTime(s, fixture.Now)
		if !a.Equal(b) || (err == nil) != (again == nil) {
			t.Fatalf("%q: %s, %v; then %s, %v", s, a, err, b, again)
		}
	})
}

func TestWords(t *testing.T) {
	for _, tt := range []struct {
		query, text string
		want        bool
	}{
		{"", "anything", true},
		{"halden attack", "Attack at Halden Central", true},
		{"halden bridge", "Attack at Halden Central", false},
		{"cafe", "Le Café du Port", true},
		{"CAFÉ", "le cafe", true},
		{"o'neill", "O’Neill resigns", true},
		{"strasse", "Straßen", false},
		{"車站", "中央車站", true},
		{"पुल", "नया पुल खुला", true},
		{"ＡＢＣ", "abc news", true},
		{"!!!", "anything", true},
	} {
		if got := newWords(tt.query).in(tt.text); got != tt.want {
			t.Errorf("%q in %q: %t", tt.query, tt.text, got)
		}
	}
}
