package web

import (
	"iter"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/internal/fixture"
	"github.com/samestory/samestory/store"
)

// diary has a journal of so many entries, the first of which have expired.
type diary struct {
	*fixture.Reader
	first, last uint64
}

func (d diary) Changes(since, until uint64) iter.Seq2[store.JournalEntry, error] {
	return func(yield func(store.JournalEntry, error) bool) {
		for n := max(since+1, d.first); n <= d.last && (until == 0 || n <= until); n++ {
			level := cluster.LevelEvent
			if n%10 == 0 {
				level = cluster.LevelThread
			}
			e := store.JournalEntry{Seq: n, At: fixture.Now, Change: cluster.Change{Level: level, Kind: cluster.Grew, Object: fixture.Bridge, In: []string{"x"}}}
			if !yield(e, nil) {
				return
			}
		}
	}
}

// LastChange is the number of the last entry.
func (d diary) LastChange() (uint64, error) { return d.last, nil }

// Going on to earlier entries from page to page shows every entry once, newest first.
func TestJournalPages(t *testing.T) {
	for level, want := range map[string]int{"": 700, cluster.LevelThread: 70} {
		h := newHandler(func() Snapshot { return diary{fixture.Newsroom(), 1, 700} }, func() time.Time { return fixture.Now }, nil)
		number := regexp.MustCompile(`<span class="id">(\d+)</span>`)
		older := regexp.MustCompile(`href="(/journal\?[^"]*before[^"]*)"`)
		var seen []int
		for target := "/journal?level=" + level; target != ""; {
			got := body(t, get(t, h, target))
			for _, m := range number.FindAllStringSubmatch(got, -1) {
				n, _ := strconv.Atoi(m[1])
				seen = append(seen, n)
			}
			target = ""
			if m := older.FindStringSubmatch(got); m != nil {
				target = strings.ReplaceAll(m[1], "&amp;", "&")
			}
			if len(seen) > 1000 {
				t.Fatal("no end")
			}
		}
		falling := slices.IsSortedFunc(seen, func(a, b int) int { return b - a })
		if distinct := len(slices.Compact(slices.Clone(seen))); len(seen) != want || distinct != want || !falling {
			t.Errorf("level %q: %d entries, %d of them once, falling %t; want %d", level, len(seen), distinct, falling, want)
		}
	}
}

func TestFurtherPages(t *testing.T) {
	h := serve(fixture.Newsroom())
	for _, tt := range []struct {
		target string
		code   int
		has    []string
	}{
		{"/journal", 200, []string{"grew by 5 stories to 7", "Everything that changed"}},
		{"/journal?object=" + fixture.Attack, 200, []string{"History", "began with 2 stories"}},
		{"/journal?object=nothing", 404, nil},
		{"/journal?before=x", 400, nil},
		{"/sources", 200, []string{"courier", "failing", "gone", "quiet", "never", "a web page, no feed", "9.0 MB", `href="/sources?folder=Coast%2fPrices"`}},
		{"/sources?health=failing", 200, []string{"herald"}},
		{"/sources?health=sick", 400, nil},
		{"/compare?a=" + fixture.Lead + "&b=" + fixture.Reprint, 200, []string{"Meridian", "Courier", "words in both", "reprint"}},
		{"/compare?a=" + fixture.Lead + "&b=" + url.QueryEscape(hostileID), 200, []string{"<ins>", "&lt;script&gt;"}},
		{"/compare?a=" + fixture.Lead, 400, nil},
		{"/compare?a=" + fixture.Lead + "&b=nothing", 404, nil},
	} {
		r := get(t, h, tt.target)
		got := body(t, r)
		if r.StatusCode != tt.code {
			t.Errorf("%s: %d", tt.target, r.StatusCode)
		}
		for _, want := range tt.has {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q is missing in:\n%s", tt.target, want, got)
			}
		}
	}
}

func TestSpark(t *testing.T) {
	at := func(minutes ...int) []time.Time {
		var list []time.Time
		for _, m := range minutes {
			list = append(list, fixture.Now.Add(time.Duration(m)*time.Minute))
		}
		return list
	}
	if sparkOf(at(0, 600), 4) != nil || sparkOf(at(0, 1, 2), 4) != nil {
		t.Error("two stories, or stories of one moment, are drawn")
	}
	s := sparkOf(at(0, 1, 2, 200, 399), 4)
	if s == nil || s.Label != "5 stories over 6 hours, at most 3 in 1 hour" {
		t.Fatalf("%+v", s)
	}
	var heights []int
	for _, b := range s.Bars {
		heights = append(heights, b.H)
		if b.X < 0 || b.X+b.W > s.Width || b.Y < 0 || b.Y+b.H > s.Height {
			t.Errorf("%+v is outside", b)
		}
	}
	if !slices.Equal(heights, []int{20, 1, 6, 6}) {
		t.Errorf("heights %v", heights)
	}
}

func TestTracks(t *testing.T) {
	v, err := report.EventByID(fixture.Newsroom(), fixture.Attack, fixture.Now)
	if err != nil {
		t.Fatal(err)
	}
	got := tracks(&v, fixture.Now)
	if len(got["Meridian"]) != 4 || got["Meridian"][0].At != "1.50%" || got["Meridian"][0].Copy || !got["Meridian"][1].Copy {
		t.Errorf("%+v", got["Meridian"])
	}
}
