package metrics

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// scrape returns the lines of samestory's own figures, without help, type and buckets.
func scrape(t *testing.T, s *Set) []string {
	t.Helper()
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	var lines []string
	for line := range strings.Lines(w.Body.String()) {
		if strings.HasPrefix(line, "samestory_") && !strings.Contains(line, "_bucket{") && !strings.Contains(line, "build_info") {
			lines = append(lines, strings.TrimSuffix(line, "\n"))
		}
	}
	return lines
}

func TestFigures(t *testing.T) {
	now := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	s := New("1.2.3", func() time.Time { return now })
	s.Stories(3, 2, 1, 0)
	s.Ticks(2)
	s.Residents(9)
	s.Run("tick", "ok", 1500*time.Millisecond)
	s.Run("poll The Daily Whatever", "failed", time.Second)
	s.Run("poll Another", "failed", time.Second)
	s.Skipped("poll Another")
	end := s.Begin("copies")
	now = now.Add(250 * time.Millisecond)
	end()
	back := s.Begin("commit")
	now = now.Add(-time.Hour) // a clock that is stepped makes no negative time
	back()
	s.Candidates("events", 40)
	s.Gate("series", 4)
	s.Reload(nil)
	s.Reload(errors.New("no"))
	s.Refused("rate")
	s.Gauge("feeds", "Feeds.", []string{"health"}, func() []Sample {
		return []Sample{{Value: 2, Labels: []string{"ok"}}, {Value: 1, Labels: []string{"failing"}}}
	})
	s.Gauge("unknown", "Not known.", nil, func() []Sample { return nil })
	s.Gauges([]Figure{{"store_stories", "Stories."}, {"store_bytes", "Bytes."}}, func() []float64 { return []float64{7, 1024} })
	want := []string{
		`samestory_candidates_total{stage="events"} 40`,
		`samestory_feeds{health="failing"} 1`,
		`samestory_feeds{health="ok"} 2`,
		`samestory_gates_total{gate="series"} 4`,
		`samestory_http_refused_total{reason="name"} 0`,
		`samestory_http_refused_total{reason="rate"} 1`,
		`samestory_http_refused_total{reason="scope"} 0`,
		`samestory_http_refused_total{reason="site"} 0`,
		`samestory_http_refused_total{reason="token"} 0`,
		`samestory_http_refused_total{reason="tokens"} 0`,
		`samestory_reloads_total{result="ok"} 1`,
		`samestory_reloads_total{result="refused"} 1`,
		`samestory_resident_stories 9`,
		`samestory_run_seconds_sum{job="poll"} 2`,
		`samestory_run_seconds_count{job="poll"} 2`,
		`samestory_run_seconds_sum{job="tick"} 1.5`,
		`samestory_run_seconds_count{job="tick"} 1`,
		`samestory_runs_skipped_total{job="poll"} 1`,
		`samestory_runs_total{job="poll",status="failed"} 2`,
		`samestory_runs_total{job="tick",status="ok"} 1`,
		`samestory_step_seconds_sum{step="commit"} 0`,
		`samestory_step_seconds_count{step="commit"} 1`,
		`samestory_step_seconds_sum{step="copies"} 0.25`,
		`samestory_step_seconds_count{step="copies"} 1`,
		`samestory_store_bytes 1024`,
		`samestory_store_stories 7`,
		`samestory_stories_total{result="new"} 3`,
		`samestory_stories_total{result="rejected"} 0`,
		`samestory_stories_total{result="revised"} 2`,
		`samestory_stories_total{result="unchanged"} 1`,
		`samestory_ticks_total 2`,
	}
	if diff := cmp.Diff(want, scrape(t, s)); diff != "" {
		t.Error(diff)
	}
}

// A daemon without metrics calls the same methods.
func TestNothingIsCounted(t *testing.T) {
	var s *Set
	s.Stories(1, 1, 1, 1)
	s.Ticks(1)
	s.Run("tick", "ok", time.Second)
	s.Skipped("tick")
	s.Begin("copies")()
	s.Candidates("events", 1)
	s.Gate("series", 1)
	s.Reload(nil)
	s.Gauge("x", "", nil, nil)
	s.Gauges(nil, nil)
}
