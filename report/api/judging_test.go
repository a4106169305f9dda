package api

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/internal/fixture"
	"github.com/samestory/samestory/report/service"
	"github.com/samestory/samestory/store"
)

// judge notes what it is asked.
type judge struct {
	text service.Text
	got  []string
	err  error
}

func (j *judge) Match(_ context.Context, t service.Text) (report.MatchView, error) {
	j.text = t
	return report.MatchView{Meta: report.Meta{View: "match"}, Copies: []report.MatchCopy{}}, j.err
}

func (j *judge) Similar(_ context.Context, story, event string) (report.SimilarView, error) {
	j.got = []string{"similar", story, event}
	return report.SimilarView{Events: []report.SimilarLine{}, Stories: []report.MatchCopy{}}, j.err
}

func (j *judge) Explain(_ context.Context, story, other, event string) (report.ExplainView, error) {
	j.got = []string{"explain", story, other, event}
	return report.ExplainView{Needed: []string{}, Overrides: []report.OverrideLine{}, Comparison: report.Comparison{
		Features: []report.FeatureLine{}, Shared: []report.TermLine{}, Gates: []report.GateLine{}, Models: []report.ModelLine{}, Aspects: []report.AspectLine{},
	}}, j.err
}

func (j *judge) ExplainThread(_ context.Context, event, thread string) (report.ThreadExplainView, error) {
	j.got = []string{"thread", event, thread}
	v := report.ThreadExplainView{Names: []string{}, Terms: []string{}, Gates: []report.GateLine{}, Needed: []string{}, Features: []report.FeatureLine{}}
	v.Event.Outlets, v.Event.Names, v.Thread.Outlets, v.Thread.Names = []string{}, []string{}, []string{}, []string{}
	v.Overrides = []report.OverrideLine{}
	return v, j.err
}

func TestQuestionsForAJudge(t *testing.T) {
	for target, want := range map[string][]string{
		"/api/v1/similar?story=" + fixture.Lead:                                              {"similar", fixture.Lead, ""},
		"/api/v1/similar?event=" + fixture.Attack:                                            {"similar", "", fixture.Attack},
		"/api/v1/explain?story=" + fixture.Lead:                                              {"explain", fixture.Lead, "", fixture.Attack},
		"/api/v1/explain?story=" + fixture.Lead + "&other=" + fixture.Reprint:                {"explain", fixture.Lead, fixture.Reprint, ""},
		"/api/v1/explain?story=" + fixture.Lead + "&event=" + fixture.Merged:                 {"explain", fixture.Lead, "", fixture.Attack},
		"/api/v1/explain/thread?event=" + fixture.Bridge + "&thread=" + fixture.AttackThread: {"thread", fixture.Bridge, fixture.AttackThread},
		"/api/v1/explain/thread?event=" + fixture.Merged + "&thread=" + fixture.MergedThread: {"thread", fixture.Attack, fixture.AttackThread},
	} {
		j := &judge{}
		o := options(fixture.Newsroom())
		o.Judge = j
		a := build(o, true)
		res := fetch(t, a, target)
		if diff := cmp.Diff(want, j.got); diff != "" || res.StatusCode != 200 {
			t.Errorf("%s: %s (-want +asked)\n%s", target, res.Status, diff)
		}
		conforms(t, a, operation(a, target), target, res)
	}
	for err, want := range map[error]int{
		&service.RefusedError{Status: 503, Err: errors.New("a job is writing")}: 503, &service.RefusedError{Status: 422, Err: errors.New("too far")}: 422,
		store.ErrExpired: 410, errors.New("disk on fire"): 500,
	} {
		o := options(fixture.Newsroom())
		o.Judge = &judge{err: err}
		res := fetch(t, New(o), "/api/v1/explain?story="+fixture.Lead)
		if got := body(t, res); res.StatusCode != want || strings.Contains(got, "on fire") || (want == 503) != (res.Header.Get("Retry-After") != "") {
			t.Errorf("%v: %s, want %d\n%s", err, res.Status, want, got)
		}
	}
}

func TestMatch(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		status     int
		answer     string
		want       service.Text
	}{
		{"a text", `{"title":" T ","text":"A text.","source":"S","lang":"en","published":"2026-03-13T08:00:00Z"}`, 200, `"match"`, service.Text{
			Title: "T", Body: "A text.", Source: "S", Lang: "en", Published: time.Date(2026, 3, 13, 8, 0, 0, 0, time.UTC),
		}},
		{"a headline", `{"title":"T"}`, 200, "", service.Text{Title: "T"}},
		{"nothing", `{}`, 422, "body.text", service.Text{}},
		{"blanks", `{"text":" \n "}`, 422, "body.text", service.Text{}},
		{"a time that is none", `{"text":"x","published":"soon"}`, 422, "body.published", service.Text{}},
		{"another field", `{"text":"x","id":"7"}`, 422, "body.id", service.Text{}},
		{"no object", `["x"]`, 422, "expected object", service.Text{}},
		{"no JSON", `{"text":"x"`, 400, "unexpected end", service.Text{}},
		{"a text that is too long", `{"text":"` + strings.Repeat("x", 500001) + `"}`, 422, "body.text", service.Text{}},
		{"a body that is too long", `{"text":"` + strings.Repeat("x", maxText) + `"}`, 413, "too large", service.Text{}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			j := &judge{}
			o := options(fixture.Newsroom())
			o.Judge = j
			res := send(t, New(o), http.MethodPost, "/api/v1/match", tt.body, "Content-Type", "application/json")
			got := body(t, res)
			if res.StatusCode != tt.status || !strings.Contains(got, tt.answer) || len(got) > 2000 {
				t.Errorf("%s\n%.3000s", res.Status, got)
			}
			if diff := cmp.Diff(tt.want, j.text); diff != "" {
				t.Errorf("(-want +asked)\n%s", diff)
			}
		})
	}
}

// broken fails at whatever is read.
type broken struct {
	*fixture.Reader
	err error
}

func (b broken) EventHeads(_, _ time.Time) iter.Seq2[store.EventHead, error] {
	return func(yield func(store.EventHead, error) bool) { yield(store.EventHead{}, b.err) }
}

func TestErrorsOfTheStoreAreNotShown(t *testing.T) {
	for err, want := range map[error]int{
		store.ErrClosed: 503, store.ErrCorrupt: 500, errors.New("read /var/lib/secret: permission denied"): 500,
	} {
		a := New(Options{View: func() Snapshot { return broken{fixture.Newsroom(), err} }, Now: func() time.Time { return fixture.Now }})
		res := fetch(t, a, "/api/v1/events")
		if got := body(t, res); res.StatusCode != want || strings.Contains(got, "secret") || res.Header.Get("ETag") != "" {
			t.Errorf("%v: %s\n%s", err, res.Status, got)
		}
	}
}
