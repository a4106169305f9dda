package report

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/samestory/samestory/report/internal/fixture"
	"github.com/samestory/samestory/store"
)

// hoursAgo are times of reports, the oldest first.
func hoursAgo(hours ...float64) []int64 {
	times := make([]int64, len(hours))
	for i, h := range hours {
		times[i] = fixture.Now.Add(-time.Duration(h * float64(time.Hour))).Unix()
	}
	return times
}

// every is so many reports at equal distances, the last of them now.
func every(gap time.Duration, n int) []int64 {
	times := make([]int64, n)
	for i := range times {
		times[i] = fixture.Now.Add(-gap * time.Duration(n-1-i)).Unix()
	}
	return times
}

func TestDiversity(t *testing.T) {
	for _, tt := range []struct {
		reports []int
		want    float64
	}{
		{nil, 0},
		{[]int{0}, 0},
		{[]int{1}, 1},
		{[]int{7}, 1},
		{[]int{1, 1, 1, 1, 1}, 5},
		{[]int{3, 3}, 2},
		{[]int{8, 1, 1}, 1.8946},
	} {
		if got := DiversityOf(tt.reports); got != tt.want {
			t.Errorf("%v: %g, want %g", tt.reports, got, tt.want)
		}
	}
}

func TestVelocity(t *testing.T) {
	for _, tt := range []struct {
		name  string
		times []int64
		want  float64
	}{
		{"nothing", nil, 0},
		{"one report of now", hoursAgo(0), 0.1155},
		{"half of it after six hours", hoursAgo(6), 0.0578},
		{"one dated in the future", hoursAgo(-5), 0.1155},
		{"two an hour for a week", every(30*time.Minute, 336), 2.0583},
		{"long over", hoursAgo(2000, 1900), 0},
	} {
		if got := VelocityOf(tt.times, fixture.Now); got != tt.want {
			t.Errorf("%s: %g, want %g", tt.name, got, tt.want)
		}
	}
}

func TestTrend(t *testing.T) {
	running := append(every(12*time.Hour, 30)[:28], hoursAgo(9, 8, 7, 6, 5, 4, 3, 2, 1, 0)...)
	for _, tt := range []struct {
		name  string
		times []int64
		want  float64
	}{
		{"one report of something new is no trend", hoursAgo(1), 0},
		{"five of something new", hoursAgo(5, 4, 3, 2, 1), 4},
		{"one a day, as ever", every(24*time.Hour, 15), 0},
		{"two a day, and ten today", running, 5.6569},
		{"nothing today", hoursAgo(30), -1},
		{"four a day, and nothing today", every(6*time.Hour, 60)[:56], -2},
		{"what is older than the base is forgotten", append(every(time.Hour, 500)[:100], hoursAgo(2, 1)...), 1},
	} {
		if got := TrendOf(tt.times, fixture.Now); got != tt.want {
			t.Errorf("%s: %g, want %g", tt.name, got, tt.want)
		}
	}
}

func TestSettledness(t *testing.T) {
	for _, tt := range []struct {
		name  string
		times []int64
		want  float64
	}{
		{"nothing", nil, 1},
		{"one report of now", hoursAgo(0), 0},
		{"one report after a day", hoursAgo(24), 0.5},
		{"three gaps of two hours", hoursAgo(10, 8, 6), 0.5},
		{"all at once, three hours ago", hoursAgo(3, 3, 3), 0.5},
		{"one a week: a day is the longest half-life", hoursAgo(7*24+24, 24), 0.5},
		{"dated in the future", hoursAgo(-1), 0},
		{"long over", hoursAgo(900, 899), 1},
	} {
		if got := SettlednessOf(tt.times, fixture.Now); got != tt.want {
			t.Errorf("%s: %g, want %g", tt.name, got, tt.want)
		}
	}
}

func TestFamilies(t *testing.T) {
	for outlet, want := range map[string]string{
		"news.daily.example":  "daily.example",
		"Sport.Daily.example": "daily.example",
		"daily.example":       "daily.example",
		"www.post.co.uk":      "post.co.uk",
		"a.blogspot.com":      "a.blogspot.com",
		"b.blogspot.com":      "b.blogspot.com",
		"co.uk":               "co.uk",
		"St. Mary Herald":     "st. mary herald",
		"Meridian":            "meridian",
		"10.0.0.1":            "10.0.0.1",
		"..":                  "..",
		"":                    "",
	} {
		if got := store.FamilyOf(outlet); got != want {
			t.Errorf("%q: %q, want %q", outlet, got, want)
		}
	}
}

// A list leaves records unread whose bound is too low, so that a bound that is too low would lose events.
func TestNoEventIsBetterThanItsBound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var hours []float64
		n := rapid.IntRange(1, 30).Draw(t, "reports")
		at := rapid.Float64Range(-5, 500).Draw(t, "last")
		for range n {
			hours = append([]float64{at}, hours...)
			at += rapid.Float64Range(0, 30).Draw(t, "gap")
		}
		times := hoursAgo(hours...)
		last := time.Unix(times[n-1], 0)
		copies := rapid.IntRange(0, 5).Draw(t, "copies")
		sources := rapid.IntRange(1, n).Draw(t, "sources")
		for _, s := range []Sort{Newest, Size, Sources, Growth, Diversity, Importance} {
			q := Query{Sort: s, Now: fixture.Now}
			got := q.score(n+copies, sources, float64(sources), weightOf(sources, copies), last, times)
			if bound := q.bestScore(n+copies, last); got > bound {
				t.Fatalf("%s: %g, bound %g", s, got, bound)
			}
		}
	})
}
