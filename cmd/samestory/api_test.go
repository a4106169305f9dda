package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/store"
)

// verbs runs verbs on a store with a clock that stands still.
type verbs struct {
	t   *testing.T
	dir string
	now time.Time
}

func (v *verbs) app(out *bytes.Buffer) *app {
	return &app{
		stdin: strings.NewReader(""), stdout: out, stderr: v.t.Output(), now: func() time.Time { return v.now },
		getenv: func(string) string { return "" },
	}
}

func (v *verbs) run(args ...string) string {
	v.t.Helper()
	var out bytes.Buffer
	if code := v.app(&out).execute(context.Background(), append(args, "--store", filepath.Join(v.dir, "db"))); code != 0 {
		v.t.Fatalf("%q ends with %d", args, code)
	}
	return out.String()
}

// ask asks the site of the store.
func ask(t *testing.T, h http.Handler, target, body string) (int, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	if body != "" {
		r = httptest.NewRequestWithContext(t.Context(), http.MethodPost, target, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// What a verb prints with --json and what the API answers are the same bytes.
func TestTheAPISaysWhatTheVerbsSay(t *testing.T) {
	v := &verbs{t: t, dir: t.TempDir(), now: time.Date(2026, 1, 9, 12, 0, 0, 0, time.UTC)}
	file := filepath.Join(v.dir, "news.jsonl")
	if err := os.WriteFile(file, []byte(v.run("generate", "--stories", "160", "--days", "4", "--seed", "9")), 0o644); err != nil {
		t.Fatal(err)
	}
	v.run("backfill", file)
	var events report.EventsView
	if err := json.Unmarshal([]byte(v.run("report", "events", "--json", "--sort", "size")), &events); err != nil {
		t.Fatal(err)
	}
	var groups report.DuplicatesView
	if err := json.Unmarshal([]byte(v.run("report", "duplicates", "--json")), &groups); err != nil {
		t.Fatal(err)
	}
	if len(events.Events) < 10 || len(groups.Groups) < 5 {
		t.Fatalf("%d events and %d duplicate groups are too few to tell anything", len(events.Events), len(groups.Groups))
	}
	event, other, group := &events.Events[0], &events.Events[1], &groups.Groups[0]
	copied := group.Copies[0].ID
	v.run("rename", event.ID, "Tonight")

	const text = "Ferry runs aground off Tolmere\nA ferry with ninety people ran aground off Tolmere on Thursday morning."
	press := filepath.Join(v.dir, "release.txt")
	if err := os.WriteFile(press, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	title, rest, _ := strings.Cut(text, "\n")
	q := url.QueryEscape
	pairs := []struct {
		verb   []string
		target string
		body   string
		want   string
	}{
		{[]string{"report", "events"}, "/api/v1/events", "", ""},
		{[]string{"report", "events", "--since", "2d", "--sort", "growth", "--min-sources", "2", "--limit", "7"}, "/api/v1/events?since=2d&sort=growth&min_sources=2&limit=7", "", ""},
		{[]string{"report", "threads", "--sort", "newest"}, "/api/v1/threads?sort=newest", "", ""},
		{[]string{"report", "duplicates", "--query", strings.Fields(group.Representative.Title)[0]}, "/api/v1/duplicates?q=" + q(strings.Fields(group.Representative.Title)[0]), "", ""},
		{[]string{"report", "series"}, "/api/v1/series", "", ""},
		{[]string{"report", "runs"}, "/api/v1/runs", "", ""},
		{[]string{"report", "overrides"}, "/api/v1/overrides", "", ""},
		{[]string{"report", "event", event.ID}, "/api/v1/events/" + event.ID, "", ""},
		{[]string{"report", "thread", event.Thread}, "/api/v1/threads/" + event.Thread, "", ""},
		{[]string{"report", "story", copied}, "/api/v1/stories/" + url.PathEscape(copied), "", ""},
		{[]string{"changes", "--since", "3", "--limit", "5"}, "/api/v1/changes?since=3&limit=5", "", ""},
		{[]string{"explain", event.Story}, "/api/v1/explain?story=" + q(event.Story), "", ""},
		{[]string{"explain", event.Story, other.ID}, "/api/v1/explain?story=" + q(event.Story) + "&event=" + other.ID, "", ""},
		{[]string{"explain", copied, group.Representative.ID}, "/api/v1/explain?story=" + q(copied) + "&other=" + q(group.Representative.ID), "", ""},
		{[]string{"explain", other.ID, event.Thread}, "/api/v1/explain/thread?event=" + other.ID + "&thread=" + event.Thread, "", ""},
		{[]string{"similar", copied}, "/api/v1/similar?story=" + q(copied), "", ""},
		{[]string{"similar", event.ID}, "/api/v1/similar?event=" + event.ID, "", ""},
		{[]string{"match", press, "--at", "2026-01-07 08:00"}, "/api/v1/match", fmt.Sprintf(`{"title":%q,"text":%q,"published":"2026-01-07 08:00"}`, title, rest), ""},
	}
	for i := range pairs {
		pairs[i].want = v.run(append(slices.Clone(pairs[i].verb), "--json")...)
	}
	s, err := store.Open(t.Context(), filepath.Join(v.dir, "db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // nothing is written after the test
	a := v.app(&bytes.Buffer{})
	h := site(s, a.now, a.editor(s), nil, nil)
	for _, p := range pairs {
		status, got := ask(t, h, p.target, p.body)
		if diff := cmp.Diff(p.want, got); diff != "" || status != 200 {
			t.Errorf("%s: %d (-%s +API)\n%s", p.target, status, strings.Join(p.verb, " "), diff)
		}
	}

	t.Run("similar", func(t *testing.T) {
		var got report.SimilarView
		if _, answer := ask(t, h, "/api/v1/similar?story="+q(copied), ""); json.Unmarshal([]byte(answer), &got) != nil {
			t.Fatal(answer)
		}
		if got.Story.ID != copied || !slices.ContainsFunc(got.Stories, func(c report.MatchCopy) bool { return c.ID == group.Representative.ID && c.Jaccard > 0.1 }) {
			t.Errorf("a copy is not near to its original: %+v", got)
		}
		if slices.ContainsFunc(got.Stories, func(c report.MatchCopy) bool { return c.ID == copied }) {
			t.Error("a story is near to itself")
		}
		if got.Event == nil || slices.ContainsFunc(got.Events, func(e report.SimilarLine) bool { return e.Event.ID == got.Event.ID }) {
			t.Error("an event is near to what is in it")
		}
		var near report.SimilarView
		if _, answer := ask(t, h, "/api/v1/similar?event="+event.ID, ""); json.Unmarshal([]byte(answer), &near) != nil || near.Story.ID != event.Story {
			t.Errorf("an event is compared by its representative: %s", answer)
		}
	})
	t.Run("a text that is stored already", func(t *testing.T) {
		_, answer := ask(t, h, "/api/v1/story?id="+q(group.Representative.ID), "")
		var stored report.StoryView
		if err := json.Unmarshal([]byte(answer), &stored); err != nil {
			t.Fatal(err)
		}
		body, err := json.Marshal(map[string]string{
			"title": stored.Story.Title, "text": stored.Story.Text, "published": stored.Story.Published.Format(time.RFC3339),
		})
		if err != nil {
			t.Fatal(err)
		}
		var m report.MatchView
		if _, answer := ask(t, h, "/api/v1/match", string(body)); json.Unmarshal([]byte(answer), &m) != nil || m.Event == nil || m.Event.Event.ID != group.Event || len(m.Copies) == 0 {
			t.Errorf("it belongs to %s: %s", group.Event, answer)
		}
	})
	t.Run("any event and any thread", func(t *testing.T) {
		for i := range 10 {
			target := "/api/v1/explain/thread?event=" + events.Events[i].ID + "&thread=" + events.Events[len(events.Events)-1-i].Thread
			if status, answer := ask(t, h, target, ""); status != 200 && status != 422 {
				t.Errorf("%s: %d %s", target, status, answer)
			}
		}
	})
	t.Run("a text of the future", func(t *testing.T) {
		if status, answer := ask(t, h, "/api/v1/match", `{"text":"A text.","published":"9999-01-01"}`); status != 422 || !strings.Contains(answer, "published") {
			t.Errorf("%d %s", status, answer)
		}
	})
}
