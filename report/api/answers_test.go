package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/internal/fixture"
)

const hostileID = "=1+1;<img src=x onerror=alert(1)>"

// A view over HTTP has the bytes of the same view on the command line.
func TestAnswersHaveTheBytesOfTheVerbs(t *testing.T) {
	r := fixture.Newsroom()
	now := fixture.Now
	h := serve(r)
	for target, ask := range map[string]func() (report.View, error){
		"/api/v1/events": func() (report.View, error) { return report.Events(r, report.Query{Now: now, Limit: 50}) },
		"/api/v1/events?since=24h&sort=newest&limit=2&min_sources=2&lang=en&q=halden&source=Meridian": func() (report.View, error) {
			return report.Events(r, report.Query{
				Now: now, Since: now.Add(-24 * time.Hour), Sort: report.Newest, Limit: 2, MinSources: 2, Lang: "en", Text: "halden", Source: "Meridian",
			})
		},
		"/api/v1/events/" + fixture.Attack:             func() (report.View, error) { return report.EventByID(r, fixture.Attack, now) },
		"/api/v1/events/" + fixture.Hostile:            func() (report.View, error) { return report.EventByID(r, fixture.Hostile, now) },
		"/api/v1/threads?sort=size":                    func() (report.View, error) { return report.Threads(r, report.Query{Now: now, Sort: report.Size}) },
		"/api/v1/threads/" + fixture.AttackThread:      func() (report.View, error) { return report.ThreadByID(r, fixture.AttackThread, now) },
		"/api/v1/stories/" + fixture.Lead:              func() (report.View, error) { return report.StoryByID(r, fixture.Lead, now) },
		"/api/v1/story?id=und-1":                       func() (report.View, error) { return report.StoryByID(r, "und-1", now) },
		"/api/v1/stories/" + url.PathEscape(hostileID): func() (report.View, error) { return report.StoryByID(r, hostileID, now) },
		"/api/v1/stories?limit=3&lang=en": func() (report.View, error) {
			return report.Stories(r, report.StoriesQuery{Query: report.Query{Now: now, Limit: 3, Lang: "en"}})
		},
		"/api/v1/stories?sort=oldest&q=premier&since=2026-03-13&thread=" + fixture.AttackThread: func() (report.View, error) {
			return report.Stories(r, report.StoriesQuery{
				Query: report.Query{Now: now, Text: "premier", Since: time.Date(2026, 3, 13, 0, 0, 0, 0, time.UTC)}, Oldest: true, Thread: fixture.AttackThread,
			})
		},
		"/api/v1/duplicates/" + fixture.AttackGroup: func() (report.View, error) { return report.GroupByID(r, fixture.AttackGroup, now) },
		"/api/v1/duplicates":                        func() (report.View, error) { return report.Duplicates(r, report.Query{Now: now}) },
		"/api/v1/series":                            func() (report.View, error) { return report.Series(r, report.Query{Now: now}) },
		"/api/v1/series/" + fixture.FishPrices:      func() (report.View, error) { return report.SeriesByID(r, fixture.FishPrices, now) },
		"/api/v1/runs?q=tick&limit=3":               func() (report.View, error) { return report.Runs(r, report.Query{Now: now, Text: "tick", Limit: 3}) },
		"/api/v1/sources?health=failing&folder=&q=herald": func() (report.View, error) {
			return report.ListSources(r, report.SourceQuery{Now: now, Health: "failing", Text: "herald"})
		},
		"/api/v1/overrides": func() (report.View, error) { return report.Overrides(r, report.Query{Now: now}) },
		"/api/v1/changes?since=3&limit=4": func() (report.View, error) {
			return report.Changes(r, report.ChangesQuery{Now: now, Since: 3, Limit: 4})
		},
		"/api/changes": func() (report.View, error) { return report.Changes(r, report.ChangesQuery{Now: now}) },
	} {
		v, err := ask()
		if err != nil {
			t.Fatal(err)
		}
		var want bytes.Buffer
		if err := report.Write(&want, v, report.JSON, report.Options{}); err != nil {
			t.Fatal(err)
		}
		res := fetch(t, h, target)
		if diff := cmp.Diff(want.String(), body(t, res)); diff != "" || res.StatusCode != 200 || res.Header.Get("Content-Type") != contentType {
			t.Errorf("%s: %s %s (-verb +API)\n%s", target, res.Status, res.Header.Get("Content-Type"), diff)
		}
	}
}

// questions are requests of every kind, with the status that they are answered.
var questions = map[string]int{
	"/api/v1/events": 200, "/api/v1/events?q=ferries": 200, "/api/v1/events?since=&until=&q=&lang=&limit=&sort=": 200,
	"/api/v1/events?since=2026-02-29": 422, "/api/v1/events?since=2024-02-29": 200, "/api/v1/events?since=2026-03-14T08:30:00Z": 200,
	"/api/v1/events?sort=diversity": 200, "/api/v1/events?sort=growth": 200, "/api/v1/events?family=meridian&name=Ingrid+Solvang": 200,
	"/api/v1/events/" + fixture.Attack: 200, "/api/v1/events/" + fixture.Hostile: 200, "/api/v1/events/" + fixture.Merged: 308,
	"/api/v1/threads": 200, "/api/v1/threads/" + fixture.AttackThread: 200, "/api/v1/threads/" + fixture.MergedThread: 308,
	"/api/v1/search?q=halden": 200, "/api/v1/search": 422, "/api/v1/search?q=": 422,
	"/api/v1/stories/" + fixture.Lead: 200, "/api/v1/stories/" + fixture.Reprint: 200, "/api/v1/stories/" + url.PathEscape(hostileID): 200,
	"/api/v1/story?id=und-1": 200, "/api/v1/story?id=" + url.QueryEscape(hostileID): 200, "/api/v1/story": 422, "/api/v1/story?id=": 422,
	"/api/v1/stories": 200, "/api/v1/stories?id=und-1": 422, "/api/v1/stories?q=premier&family=meridian&name=Ingrid&source=Meridian&lang=en&since=2026-03-01&until=now": 200,
	"/api/v1/stories?event=" + fixture.Attack + "&thread=" + fixture.AttackThread + "&group=" + fixture.AttackGroup: 200, "/api/v1/stories?event=" + fixture.Merged: 200,
	"/api/v1/stories?feed=herald": 200, "/api/v1/stories?event=nope": 404, "/api/v1/stories?thread=nope": 404, "/api/v1/stories?group=nope": 404,
	"/api/v1/stories?sort=growth": 422, "/api/v1/stories?sort=oldest": 200, "/api/v1/stories?cursor=bad": 422, "/api/v1/stories?min_sources=2": 422,
	"/api/v1/stories?q=" + url.QueryEscape("<script>alert(1)</script>\x00"): 200, "/api/v1/stories?event=..%2F..%2Fetc": 404, "/api/v1/stories?event=" + url.QueryEscape(hostileID): 404,
	"/api/v1/duplicates/" + fixture.AttackGroup: 200, "/api/v1/duplicates/" + url.PathEscape(fixture.HostileGroup): 200, "/api/v1/duplicates/nope": 404,
	"/api/v1/duplicates/" + fixture.AttackGroup + "?as_of=2020-01-01": 404, "/api/v1/duplicates/..%2F..%2Fx": 404, "/api/v1/duplicates/%00": 404,
	"/api/v1/duplicates?limit=1": 200, "/api/v1/duplicates?cursor=bad": 422, "/api/v1/series?cursor=bad": 422, "/api/v1/runs?cursor=bad": 422, "/api/v1/overrides?cursor=bad": 422,
	"/api/v1/stories/nope":        404,
	"/api/v1/stories/ledger-0313": 200, "/api/v1/duplicates": 200, "/api/v1/series": 200, "/api/v1/series?sort=newest": 200,
	"/api/v1/series/" + fixture.FishPrices: 200, "/api/v1/series/" + fixture.OldPrices: 308, "/api/v1/runs": 200, "/api/v1/sources": 200,
	"/api/v1/sources?health=sick": 422, "/api/v1/overrides": 200, "/api/v1/changes": 200, "/api/v1/changes?object=nothing": 404,
	"/api/v1/changes?since=yesterday": 422, "/api/v1/changes?since=-1": 422, "/api/v1/changes?since=18446744073709551616": 422,
	"/api/v1/changes?level=thread&kind=shrank": 200, "/api/changes?since=11": 200,
	"/api/v1/events/nope": 404, "/api/v1/events/" + fixture.Attack + "?as_of=2020-01-01": 404, "/api/v1/nope": 404, "/api/": 404, "/api/v2/events": 404,
	"/api/v1/events?sort=best": 422, "/api/v1/events?limit=1001": 422, "/api/v1/events?limit=0": 422, "/api/v1/events?limit=1.5": 422,
	"/api/v1/events?min_sources=x": 422, "/api/v1/events?until=x": 422, "/api/v1/events?cursor=bad": 422, "/api/v1/events?q=" + strings.Repeat("x", 300): 422,
	"/api/v1/events?limits=3": 422, "/api/v1/events?limit=3&limit=4": 422, "/api/v1/events?%zz": 400, "/api/v1/events?q=%ff": 400, "/api/v1/events?a;b": 400,
	"/api/v1/events?sort&limit=3": 200, "/api/v1/runs?sort=newest": 422, "/api/v1/duplicates?since=x": 422,
	"/api/v1/similar": 422, "/api/v1/similar?story=a&event=b": 422, "/api/v1/similar?story=nope": 404, "/api/v1/similar?event=nope": 404,
	"/api/v1/similar?story=" + fixture.Lead: 403, "/api/v1/explain": 422, "/api/v1/explain?story=nope": 404, "/api/v1/explain?story=a&other=b&event=c": 422,
	"/api/v1/explain?story=" + fixture.Lead + "&event=nope": 404, "/api/v1/explain/thread?event=nope&thread=nope": 404,
	"/api/v1/explain/thread?event=" + fixture.Attack: 422, "/api/v1/explain?story=" + fixture.Lead: 403,
	// Ids that would lead elsewhere as paths.
	"/api/v1/stories/..%2F..%2Fetc%2Fpasswd": 404, "/api/v1/stories/%2e%2e": 404, "/api/v1/story?id=..": 404, "/api/v1/events/%00": 404,
	"/api/v1/events/a%2Fb": 404, "/api/v1/events/%ff%fe": 404, "/api/v1/stories/" + strings.Repeat("x", 2001): 422, "/api/v1/story?id=%00": 404,
	"/api/v1/stories/%E2%80%AEevil": 404, "/api/v1/series/%5C..%5C": 404, "/api/v1/events/.%2e%2fx": 404,
}

// Every answer is one that the document describes, to the last field.
func TestAnswersAreAsDocumented(t *testing.T) {
	a := build(options(fixture.Newsroom()), true)
	for _, target := range slices.Sorted(func(yield func(string) bool) {
		for q := range questions {
			if !yield(q) {
				return
			}
		}
	}) {
		res := fetch(t, a, target)
		if res.StatusCode != questions[target] {
			t.Errorf("%s: %s, want %d\n%s", target, res.Status, questions[target], body(t, res))
			continue
		}
		o := operation(a, target)
		if o == nil {
			if res.StatusCode != 404 {
				t.Errorf("%s is not documented", target)
			}
			continue
		}
		conforms(t, a, o, target, res)
	}
}

// operation is the documented one of a path.
func operation(a *API, target string) *huma.Operation {
	u, err := url.Parse(target)
	if err != nil {
		u = &url.URL{Path: strings.SplitN(target, "?", 2)[0]}
	}
	_, pattern := a.mux.Handler(&http.Request{Method: http.MethodGet, URL: u})
	_, path, _ := strings.Cut(pattern, " ")
	if item := a.huma.OpenAPI().Paths[path]; item != nil {
		return item.Get
	}
	return nil
}

// conforms holds an answer against its description.
func conforms(t *testing.T, a *API, o *huma.Operation, what string, res *http.Response) {
	t.Helper()
	described := o.Responses[codeOf(res.StatusCode)]
	if described == nil {
		t.Errorf("%s: %s is not documented", what, res.Status)
		return
	}
	kind, _, _ := strings.Cut(res.Header.Get("Content-Type"), ";")
	media := described.Content[kind]
	if media == nil {
		t.Errorf("%s: %s with %q is not documented", what, res.Status, kind)
		return
	}
	var v any
	if err := json.Unmarshal([]byte(body(t, res)), &v); err != nil {
		t.Errorf("%s: %v", what, err)
		return
	}
	var found huma.ValidateResult
	huma.Validate(a.huma.OpenAPI().Components.Schemas, media.Schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, v, &found)
	for _, err := range found.Errors {
		t.Errorf("%s: %s: %v", what, res.Status, err)
	}
	if res.StatusCode >= 300 {
		var p huma.ErrorModel
		if err := json.Unmarshal([]byte(mustJSON(t, v)), &p); err != nil || p.Status != res.StatusCode || p.Title == "" || p.Detail == "" || p.Type != blank {
			t.Errorf("%s: problem %+v", what, p)
		}
	}
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestProblemsNameWhatIsWrong(t *testing.T) {
	h := serve(fixture.Newsroom())
	for target, want := range map[string]string{
		"/api/v1/events?limits=3":                         `query.limits: no such parameter; there are since, until, source, lang, q, min_sources, limit, family, name, sort, cursor`,
		"/api/v1/events?limit=3&limit=4":                  `query.limit: this parameter comes more than once`,
		"/api/v1/events?limit=0":                          `query.limit: expected number \u003e= 1`,
		"/api/v1/events?limit=x":                          `query.limit: invalid integer`,
		"/api/v1/events?sort=best":                        `query.sort: expected value to be one of`,
		"/api/v1/events?since=soon":                       `query.since: expected string to be an age like 14h or 3d`,
		"/api/v1/runs?health=ok":                          `query.health: no such parameter`,
		"/api/v1/search":                                  `query.q: required query parameter is missing`,
		"/api/v1/events?q=" + strings.Repeat("x", 100000): `query.q: expected length \u003c= 200`,
		"/api/v1/events/nope":                             `Nothing here has this id.`,
		"/api/v1/nope":                                    `There is no such endpoint`,
	} {
		got := body(t, fetch(t, h, target))
		if got = strings.NewReplacer(">", `\u003e`, "<", `\u003c`).Replace(got); !strings.Contains(got, want) || len(got) > 2000 {
			t.Errorf("%.80s: %s", target, got)
		}
	}
}

func TestMethods(t *testing.T) {
	h := serve(fixture.Newsroom())
	for target, allow := range map[string]string{"/api/v1/events": "GET, HEAD", "/api/v1/overrides": "GET, HEAD, POST", "/api/v1/match": "POST", "/api/openapi.yaml": "GET, HEAD"} {
		for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch, "PROPFIND"} {
			r := send(t, h, method, target, "")
			if r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Allow") != allow || r.Header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s %s: %s, allows %q", method, target, r.Status, r.Header.Get("Allow"))
			}
		}
	}
	for _, target := range []string{"/api/v1/events", "/api/v1/stories/" + fixture.Lead, "/api/openapi.json"} {
		if r := send(t, h, http.MethodHead, target, ""); r.StatusCode != 200 {
			t.Errorf("HEAD %s: %s", target, r.Status)
		}
	}
}

func TestHeaders(t *testing.T) {
	for _, target := range []string{"/api/v1/events", "/api/v1/nope", "/api/v1/events?x=1", "/api/openapi.yaml"} {
		r := fetch(t, serve(fixture.Newsroom()), target)
		for name, want := range map[string]string{
			"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
			"Cache-Control": "no-cache", "Access-Control-Allow-Origin": "",
		} {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s: %s %q", target, name, got)
			}
		}
	}
}

func TestEverySnapshotIsClosedOnce(t *testing.T) {
	r := fixture.Newsroom()
	taken := 0
	o := options(r)
	o.View = func() Snapshot { taken++; return r }
	a := New(o)
	for q := range questions {
		fetch(t, a, q)
	}
	if taken < 40 || r.Closed != taken {
		t.Errorf("%d taken, %d closed", taken, r.Closed)
	}
}
