package web

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report/internal/fixture"
	"github.com/samestory/samestory/store"
)

func TestEventPageTellsItsHistory(t *testing.T) {
	page := body(t, get(t, serve(fixture.Newsroom()), "/event/"+fixture.Attack))
	for _, want := range []string{"History", "grew by 5 stories to 7; mean link .62, needs .46", "began with 2 stories"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

// An event is shown as it was, with the address of how it is; an id that was in use then is not redirected.
func TestAsOf(t *testing.T) {
	s, err := store.Open(t.Context(), t.TempDir(), store.Options{Create: true, MinFree: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	start := time.Date(2026, 3, 14, 8, 0, 0, 0, time.UTC)
	commit := func(d *cluster.Delta, at time.Time) {
		t.Helper()
		if err := s.Commit(context.Background(), store.Batch{Delta: d, At: at}); err != nil {
			t.Fatal(err)
		}
	}
	story := func(id, event string, at time.Time) cluster.StoryChange {
		return cluster.StoryChange{
			Story: cluster.Story{
				ID: id, Title: "Ferry " + id, Text: "The ferry of " + id, Source: "Courier", Lang: "en", Published: at, Arrived: at,
			},
			Placement: cluster.Placement{Story: id, Group: "g" + id, Event: event}, Features: []byte("f"),
		}
	}
	event := func(id string, members ...string) cluster.Event {
		return cluster.Event{
			ID: id, Thread: "t" + id, Representative: members[0], Members: members, First: start, Last: start.Add(time.Hour), Lang: "en",
			Cohesion: 1,
		}
	}
	later := start.Add(time.Hour)
	commit(&cluster.Delta{
		Stories: []cluster.StoryChange{story("a", "e1", start), story("b", "e2", start)},
		Events:  []cluster.Event{event("e1", "a"), event("e2", "b")},
	}, start)
	commit(&cluster.Delta{
		Moved:  []cluster.Placement{{Story: "b", Group: "gb", Event: "e1"}},
		Events: []cluster.Event{event("e1", "a", "b")},
		Ended:  []cluster.Redirect{{From: "e2", To: "e1", Reason: "merged"}},
	}, later)
	h := New(s.View, func() time.Time { return later.Add(time.Hour) }, nil)
	then := "?as_of=" + start.Format(time.RFC3339)
	if r := get(t, h, "/event/e2"); r.StatusCode != http.StatusPermanentRedirect {
		t.Errorf("an id that has ended: %d", r.StatusCode)
	}
	if r := get(t, h, "/event/e2"+then); r.StatusCode != http.StatusOK {
		t.Errorf("the same as of then: %d", r.StatusCode)
	}
	page := body(t, get(t, h, "/event/e1"+then))
	if !strings.Contains(page, "As it was") || !strings.Contains(page, `href="/event/e1"`) || strings.Contains(page, "grew by") {
		t.Errorf("the page of then:\n%s", page)
	}
	if page := body(t, get(t, h, "/thread/te1"+then)); strings.Contains(page, "Ferry b") {
		t.Errorf("the thread of then has what came later:\n%s", page)
	}
	for target, code := range map[string]int{
		"/event/e1?as_of=whenever": 400, "/event/e1?as_of=2020-01-01": 404, "/thread/te2" + then: 200,
	} {
		if r := get(t, h, target); r.StatusCode != code {
			t.Errorf("%s: %d, want %d", target, r.StatusCode, code)
		}
	}
}
