package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/samestory/samestory/report"
)

const (
	// maxLimit bounds what one request may ask for; exports are for more.
	maxLimit = 1000
	// maxWords bounds the length of a query by words, in bytes.
	maxWords = 200
	// maxCursor bounds the length of a cursor, which has an id in it.
	maxCursor = 2048
)

// parseQuery reads the parameters that lists have in common: since, until, source, family, lang, name, q, min_sources, sort, limit, cursor.
func parseQuery(r *http.Request, now time.Time) (report.Query, error) {
	v, err := parameters(r)
	if err != nil {
		return report.Query{}, err
	}
	return parseListOf(v, now)
}

// parseListOf is parseQuery of parameters.
func parseListOf(v url.Values, now time.Time) (q report.Query, err error) {
	if q, err = query(v, now); err != nil {
		return q, err
	}
	if q.Cursor = v.Get("cursor"); len(q.Cursor) > maxCursor {
		return q, &badRequest{http.StatusBadRequest, fmt.Sprintf("cursor is longer than %d bytes", maxCursor)}
	}
	return q, nil
}

func parameters(r *http.Request) (url.Values, error) {
	v, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, &badRequest{http.StatusBadRequest, "the query string cannot be read"}
	}
	return v, nil
}

// ParseQuery reads the parameters that lists have in common. Its errors are the client's.
func ParseQuery(v url.Values, now time.Time) (report.Query, error) { return query(v, now) }

func query(v url.Values, now time.Time) (q report.Query, err error) {
	q = report.Query{
		Source: strings.TrimSpace(v.Get("source")), Lang: strings.TrimSpace(v.Get("lang")),
		Family: strings.TrimSpace(v.Get("family")), Name: strings.TrimSpace(v.Get("name")),
		Text: strings.TrimSpace(v.Get("q")), Now: now,
	}
	fail := func(err error) (report.Query, error) {
		return report.Query{}, &badRequest{http.StatusBadRequest, err.Error()}
	}
	if max(len(q.Text), len(q.Name)) > maxWords {
		return fail(fmt.Errorf("q or name is longer than %d bytes", maxWords))
	}
	if q.Since, err = report.ParseTime(v.Get("since"), now); err != nil {
		return fail(fmt.Errorf("since: %w", err))
	}
	if q.Until, err = report.ParseTime(v.Get("until"), now); err != nil {
		return fail(fmt.Errorf("until: %w", err))
	}
	if q.Sort, err = report.ParseSort(v.Get("sort")); err != nil {
		return fail(fmt.Errorf("sort: %w", err))
	}
	if q.MinSources, err = number(v, "min_sources", 0, maxLimit); err != nil {
		return fail(err)
	}
	if q.Limit, err = number(v, "limit", report.DefaultLimit, maxLimit); err != nil {
		return fail(err)
	}
	return q, nil
}

func number(v url.Values, name string, without, most int) (int, error) {
	s := v.Get(name)
	if s == "" {
		return without, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > most {
		return 0, fmt.Errorf("%s: %q is no number from 1 to %d", name, s, most)
	}
	return n, nil
}

func sourcesView(s Snapshot, v url.Values, now time.Time) (report.SourcesView, error) {
	list, err := report.ListSources(s, report.SourceQuery{Health: v.Get("health"), Folder: v.Get("folder"), Text: v.Get("q"), Now: now})
	if errors.Is(err, report.ErrHealth) {
		err = &badRequest{http.StatusBadRequest, err.Error()}
	}
	return list, err
}

// eventsLike are the events with a name in a span of time.
func (h *handler) eventsLike(s Snapshot, name string, from, to, now time.Time) (report.EventsView, error) {
	q := report.Query{Text: name, Since: from, Until: to, Limit: suggested, Unnamed: true, Now: now}
	events, _, err := h.list(s, &q, nil)
	return events, err
}

func (h *handler) threadsLike(s Snapshot, name string, now time.Time) (report.ThreadsView, error) {
	q := report.Query{Text: name, Limit: suggested, Unnamed: true, Now: now}
	_, threads, err := h.list(s, nil, &q)
	return threads, err
}

// storyPath is the address of the page of a story. Ids come from outside and may be anything, also what a path
// cannot hold.
func storyPath(id string) string {
	if id == "." || id == ".." || id == "" {
		return "/story?id=" + url.QueryEscape(id)
	}
	return "/story/" + url.PathEscape(id)
}

func eventPath(id string) string { return "/event/" + url.PathEscape(id) }

func threadPath(id string) string { return "/thread/" + url.PathEscape(id) }

func seriesPath(id string) string { return "/series/" + url.PathEscape(id) }

// id is the id that a request asks for.
func id(r *http.Request) string {
	if v := r.PathValue("id"); v != "" {
		return v
	}
	return r.URL.Query().Get("id")
}
