package web

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/internal/fixture"
	"github.com/samestory/samestory/report/service"
)

func edited(d *desk) http.Handler {
	return newHandler(func() Snapshot { return fixture.Newsroom() }, func() time.Time { return fixture.Now }, d)
}

// send posts a form as a browser does from a page of this site, unless header says otherwise.
func send(t *testing.T, h http.Handler, target string, form url.Values, header ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestAnOrderIsShownBeforeItIsGiven(t *testing.T) {
	d := &desk{}
	h := edited(d)
	for _, tt := range []struct {
		target string
		code   int
		has    []string
	}{
		{"/edit?object=" + fixture.Attack, 200, []string{"Correct this event", "Rename …", "Merge …", "Split …", "Keep apart …", `value="` + fixture.Lead + `"`, "These do not belong to it"}},
		{"/edit?object=" + fixture.AttackThread, 200, []string{"Correct this thread", `value="` + fixture.Deployment + `"`}},
		{"/edit?object=" + fixture.Lead, 200, []string{"Correct this story", "Move …", "Take out …", "Pin …", `name="object" value="` + fixture.Attack + `"`}},
		{"/edit?object=nothing", 404, nil},
		{"/edit/confirm?kind=merge&object=" + fixture.Attack + "&object=" + fixture.Bridge + "&note=%3Cb%3E", 200, []string{"Nothing is changed yet", "Make these events one?", "&lt;b&gt;", "Skarn Bridge"}},
		{"/edit/confirm?kind=merge&object=" + fixture.Attack + "&object=http://localhost:7319/event/" + fixture.Bridge, 200, []string{`value="` + fixture.Bridge + `"`}},
		{"/edit/confirm?kind=merge&object=" + fixture.Attack + "&object=+", 422, []string{"nothing was chosen"}},
		{"/edit/confirm?kind=merge&object=" + fixture.Attack + "&object=" + fixture.Merged, 422, []string{"nothing was chosen"}}, // which is Attack
		{"/edit/confirm?kind=split&object=" + fixture.Attack + "&object=" + fixture.Lead, 200, []string{"Take this out of the event?"}},
		{"/edit/confirm?kind=rename&object=" + fixture.Attack + "&title=Attack", 200, []string{"Head this event “<bdi>Attack</bdi>”?"}},
		{"/edit/confirm?kind=burn&object=" + fixture.Attack, 400, []string{"no such order"}},
		{"/edits", 200, []string{"Orders of editors", "The last first"}},
		{"/edits/7", 404, nil},
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
	if d.got.Kind != "" {
		t.Errorf("looking at pages gave an order: %+v", d.got)
	}
}

// What an editor wrote, or an address says that one wrote, is text.
func TestFormsBringNothingOfStrangersToLife(t *testing.T) {
	h := edited(&desk{})
	evil := url.QueryEscape(`"><script>alert(1)</script>`)
	for _, target := range []string{
		"/edit?object=" + fixture.Hostile, "/edit?object=" + url.QueryEscape(hostileID), "/edit?object=" + evil, "/edit?object=javascript://x/" + evil,
		"/edit/confirm?kind=rename&object=" + fixture.Attack + "&title=" + evil + "&note=" + evil + "&author=" + evil,
		"/edit/confirm?kind=" + evil + "&object=" + fixture.Attack, "/edit/confirm?kind=merge&object=" + fixture.Attack + "&object=" + fixture.Hostile,
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
		r.AddCookie(&http.Cookie{Name: authorCookie, Value: evil})
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		for _, bad := range []string{"<script", "<img", "\u202e", "\x1b"} {
			if strings.Contains(withoutOwnScripts(w.Body.String()), bad) {
				t.Errorf("%s: %q got through", target, bad)
			}
		}
	}
}

func TestOrdersInForms(t *testing.T) {
	form := url.Values{"kind": {"merge"}, "object": {"e1", " ", "e2"}, "author": {"Ada L."}, "note": {"one fire"}}
	for _, tt := range []struct {
		name   string
		header []string
		err    error
		code   int
		has    string
		given  bool
	}{
		{"from a page of this site", nil, nil, 303, "", true},
		{"from a browser that says only where it comes from", []string{"Sec-Fetch-Site", "", "Origin", "http://example.com"}, nil, 303, "", true},
		{"from a program", []string{"Sec-Fetch-Site", ""}, nil, 303, "", true},
		{"from another site", []string{"Sec-Fetch-Site", "cross-site"}, nil, 403, "another site", false},
		{"from a neighbour", []string{"Sec-Fetch-Site", "same-site"}, nil, 403, "another site", false},
		{"from an old browser on another site", []string{"Sec-Fetch-Site", "", "Origin", "https://evil.example"}, nil, 403, "another site", false},
		{"from nowhere", []string{"Sec-Fetch-Site", "", "Origin", "null"}, nil, 403, "another site", false},
		{"that contradicts", nil, &service.RefusedError{Status: http.StatusConflict, Err: errors.New("override 3 says otherwise")}, 409, "Override 3 says otherwise. Nothing was changed.", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := &desk{err: tt.err}
			w := send(t, edited(d), "/edit", form, tt.header...)
			if w.Code != tt.code || !strings.Contains(w.Body.String(), tt.has) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			if given := d.got.Kind != ""; given != tt.given {
				t.Errorf("given %t", given)
			}
			if tt.given && (!slices.Equal(d.got.Objects, []string{"e1", "e2"}) || d.got.Author != "Ada L." || d.got.Note != "one fire") {
				t.Errorf("order %+v", d.got)
			}
			if w.Code == 303 && w.Header().Get("Location") != "/edits/7" {
				t.Errorf("leads to %s", w.Header().Get("Location"))
			}
		})
	}
}

// desk notes orders and refuses those that it is told to.
type desk struct {
	got    service.Order
	undone uint64
	err    error
}

func (d *desk) Edit(_ context.Context, o service.Order) (report.EditView, error) {
	d.got = o
	line := report.ViewOverride(&cluster.Override{Number: 7, Kind: cluster.OverrideKind(o.Kind), Objects: o.Objects})
	return report.EditView{Override: line}, d.err
}

func (d *desk) Undo(_ context.Context, number uint64, _, _ string) (report.EditView, error) {
	d.undone = number
	return report.EditView{Override: report.ViewOverride(&cluster.Override{Number: number})}, d.err
}

// oracle explains.
type oracle struct{ service.Judge }

func (oracle) Explain(_ context.Context, story, _, event string) (report.ExplainView, error) {
	v := report.ExplainView{Verdict: "In the event: " + story + " shares the word <b>ferry</b> with " + event}
	v.Comparison.Linkage = &report.LinkageLine{Stories: 4, Linked: 3, MeanLink: .5, Score: .61, Bound: .46}
	v.Comparison.Gates = []report.GateLine{{Name: "window", Passed: true, Reason: "a day lies between them"}}
	v.RunnerUp = &report.CandidateLine{Event: report.EventLine{ID: "e2", Headline: "Another"}, Why: "it is farther"}
	v.Together = true
	return v, nil
}

func TestWhyPages(t *testing.T) {
	h := newHandler(func() Snapshot { return fixture.Newsroom() }, func() time.Time { return fixture.Now }, nil, WithJudge(oracle{}))
	if got := body(t, get(t, h, "/event/"+fixture.Attack)); !strings.Contains(got, `href="/why?event=`+fixture.Attack+`&amp;story=`+fixture.Lead+`"`) {
		t.Errorf("the event does not lead to it:\n%s", got)
	}
	got := body(t, get(t, h, "/why?story="+fixture.Lead+"&event="+fixture.Merged))
	for _, want := range []string{"Why it is in this event", "&lt;b&gt;ferry", "with " + fixture.Attack, "3 of 4 other stories", "0.610, needs 0.460", "a day lies between them", "Another"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in:\n%s", want, got)
		}
	}
	for target, code := range map[string]int{"/why?story=nope&event=" + fixture.Attack: 404, "/why?story=" + fixture.Lead + "&event=nope": 404} {
		if r := get(t, h, target); r.StatusCode != code {
			t.Errorf("%s: %d", target, r.StatusCode)
		}
	}
	if r := get(t, edited(&desk{}), "/why?story="+fixture.Lead+"&event="+fixture.Attack); r.StatusCode != 403 {
		t.Errorf("without anyone who explains: %d", r.StatusCode)
	}
}

func TestUndoInAForm(t *testing.T) {
	d := &desk{}
	if w := send(t, edited(d), "/edits/3/undo", url.Values{}, "Sec-Fetch-Site", "cross-site"); w.Code != 403 || d.undone != 0 {
		t.Errorf("from another site: %d", w.Code)
	}
	if w := send(t, edited(d), "/edits/3/undo", url.Values{"author": {"ada"}}); w.Code != 303 || d.undone != 3 {
		t.Errorf("%d, order %d", w.Code, d.undone)
	}
	if w := send(t, edited(d), "/edits/x/undo", url.Values{}); w.Code != 404 {
		t.Errorf("of nothing: %d", w.Code)
	}
}

func TestWithoutAnEditorNothingIsOffered(t *testing.T) {
	h := serve(fixture.Newsroom())
	if w := send(t, h, "/edit", url.Values{"kind": {"merge"}}); w.Code != 403 {
		t.Errorf("an order: %d", w.Code)
	}
	if r := get(t, h, "/edit?object="+fixture.Attack); r.StatusCode != 403 {
		t.Errorf("the form: %d", r.StatusCode)
	}
	if strings.Contains(body(t, get(t, h, "/event/"+fixture.Attack)), "/edit") {
		t.Error("the page of an event offers it")
	}
}

func TestWhatIsNewSinceItWasSeen(t *testing.T) {
	now := fixture.Now.Add(time.Hour) // when all stories have arrived
	h := newHandler(func() Snapshot { return fixture.Newsroom() }, func() time.Time { return now }, nil)
	w := send(t, h, "/seen", nil)
	c := w.Result().Cookies()
	if w.Code != 303 || len(c) != 1 || !c[0].HttpOnly || c[0].Value != now.Format(time.RFC3339) {
		t.Fatalf("%d %v", w.Code, c)
	}
	if w := send(t, h, "/seen", nil, "Sec-Fetch-Site", "cross-site"); w.Code != 403 {
		t.Errorf("from another site: %d", w.Code)
	}
	front := func(seen string) string {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.AddCookie(&http.Cookie{Name: seenCookie, Value: seen})
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Body.String()
	}
	if got := front(c[0].Value); !strings.Contains(got, "Nothing new on this page") || strings.Contains(got, `class="fresh"`) {
		t.Errorf("something is new at once:\n%s", got)
	}
	if got := front("2026-03-13T08:30:00Z"); !strings.Contains(got, "with something new") || strings.Count(got, ">new<") < 2 || !strings.Contains(got, `>new</span> 3 events over`) {
		t.Errorf("nothing is new since the day before:\n%s", got)
	}
	for _, seen := range []string{"yesterday", "2036-01-01T00:00:00Z", "<script>"} {
		if got := front(seen); !strings.Contains(got, "Mark the page as seen") {
			t.Errorf("%q was believed", seen)
		}
	}
}
