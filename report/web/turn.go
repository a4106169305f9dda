package web

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/samestory/samestory/report"
)

// turning is where a page of a list stands.
type turning struct {
	More, First string // addresses of the next page and, on a further one, of the first; empty where there is none
	Shown       int    // elements on this page and those before
	Total       int    // 0 where nobody counts
}

// turned says where a page of a list of the request stands.
func turned(r *http.Request, p report.Page, n, total int) (turning, error) {
	v, err := parameters(r)
	if err != nil {
		return turning{}, err
	}
	before, err := number(v, "shown", 0, 1<<30)
	if err != nil {
		return turning{}, &badRequest{http.StatusBadRequest, err.Error()}
	}
	t := turning{Shown: before + n, Total: total}
	if v.Get("cursor") != "" {
		t.First = listAt(r, v, "cursor", "", "shown", "")
	}
	if p.Next != "" {
		t.More = listAt(r, v, "cursor", p.Next, "shown", strconv.Itoa(t.Shown))
	}
	return t, nil
}

// listAt is the address of the list of a request with other values; an empty value takes a parameter away.
func listAt(r *http.Request, v url.Values, values ...string) string {
	form := url.Values{}
	for name, list := range v {
		form[name] = list
	}
	for i := 0; i < len(values); i += 2 {
		form.Del(values[i])
		if values[i+1] != "" {
			form.Set(values[i], values[i+1])
		}
	}
	if len(form) == 0 {
		return r.URL.Path
	}
	return r.URL.Path + "?" + form.Encode()
}

type duplicatesPage struct {
	report.DuplicatesView
	Turn turning
}

func (h *handler) duplicates(s Snapshot, r *http.Request, now time.Time) (string, any, error) {
	q, err := parseQuery(r, now)
	if err != nil {
		return "", nil, err
	}
	p := duplicatesPage{}
	if p.DuplicatesView, err = report.Duplicates(s, q); err == nil {
		p.Turn, err = turned(r, p.Page, len(p.Groups), p.Total)
	}
	return "duplicates", p, err
}

type seriesPage struct {
	report.SeriesListView
	Turn turning
}

func (h *handler) series(s Snapshot, r *http.Request, now time.Time) (string, any, error) {
	q, err := parseQuery(r, now)
	if err != nil {
		return "", nil, err
	}
	p := seriesPage{}
	if p.SeriesListView, err = report.Series(s, q); err == nil {
		p.Turn, err = turned(r, p.Page, len(p.Series), p.Total)
	}
	return "series", p, err
}

type runsPage struct {
	report.RunsView
	Turn turning
}

func (h *handler) runs(s Snapshot, r *http.Request, now time.Time) (string, any, error) {
	q, err := parseQuery(r, now)
	if err != nil {
		return "", nil, err
	}
	p := runsPage{}
	if p.RunsView, err = report.Runs(s, q); err == nil {
		p.Turn, err = turned(r, p.Page, len(p.Runs), 0)
	}
	return "runs", p, err
}

type editsPage struct {
	report.OverridesView
	Editable bool
	Turn     turning
}

func (h *handler) edits(s Snapshot, r *http.Request, now time.Time) (string, any, error) {
	q, err := parseQuery(r, now)
	if err != nil {
		return "", nil, err
	}
	p := editsPage{Editable: h.editor != nil}
	if p.OverridesView, err = report.Overrides(s, q); err == nil {
		p.Turn, err = turned(r, p.Page, len(p.Overrides), p.Total)
	}
	return "edits", p, err
}
