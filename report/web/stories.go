package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/internal/typeset"
)

type storiesPage struct {
	report.StoriesView
	Turn    turning
	Sorts   []option
	Fields  []field
	Hidden  []field // that hold and are not written by hand
	Open    bool
	Filters []filterLink
	Search  string // address of the events with these words; empty without words
}

// maxID bounds the length of an id that a list is of, in bytes.
const maxID = 2000

func (h *handler) stories(s Snapshot, r *http.Request, now time.Time) (string, any, error) {
	v, err := parameters(r)
	if err != nil {
		return "", nil, err
	}
	fail := func(detail string) (string, any, error) {
		return "", nil, &badRequest{http.StatusBadRequest, detail}
	}
	asked := url.Values{}
	for name, list := range v { // the order has words of its own
		if name != "sort" {
			asked[name] = list
		}
	}
	q := report.StoriesQuery{Event: v.Get("event"), Thread: v.Get("thread"), Group: v.Get("group"), Feed: v.Get("feed"), Effort: report.StoryEffort}
	if max(len(q.Event), len(q.Thread), len(q.Group), len(q.Feed)) > maxID {
		return fail("an id is too long")
	}
	if q.Query, err = parseListOf(asked, now); err != nil {
		return "", nil, err
	}
	if q.Oldest, err = report.ParseStorySort(v.Get("sort")); err != nil {
		return fail(err.Error())
	}
	p := storiesPage{}
	if p.StoriesView, err = report.Stories(s, q); err != nil {
		return "", nil, err
	}
	if p.Turn, err = turned(r, p.Page, len(p.Stories), 0); err != nil {
		return "", nil, err
	}
	p.Sorts = []option{{"newest", "Newest first", !q.Oldest}, {"oldest", "Oldest first", q.Oldest}}
	p.fields(r, v)
	if q.Text != "" {
		p.Search = "/?" + url.Values{"q": {q.Text}, "since": {"all"}}.Encode()
	}
	return "stories", p, nil
}

// fields fills in the form, and lists the filters that hold.
func (p *storiesPage) fields(r *http.Request, v url.Values) {
	without := func(name string) string { return listAt(r, v, name, "", "cursor", "", "shown", "") }
	for _, x := range []struct{ name, label, hint string }{
		{"source", "Source", "name of an outlet"},
		{"family", "Publisher", "with all its outlets"},
		{"lang", "Language", "such as en or fr"},
		{"name", "Name", "of a person, a place, a body"},
		{"since", "From", "2026-03-14, or 36h"},
		{"until", "Until", "2026-03-14, or 12h"},
	} {
		value := typeset.Clean(v.Get(x.name))
		p.Fields = append(p.Fields, field{x.name, x.label, x.hint, "", value})
		if value != "" {
			p.Open = true
			p.Filters = append(p.Filters, filterLink{x.label + ": " + value, without(x.name)})
		}
	}
	for _, x := range []struct{ name, label string }{{"event", "Of one event"}, {"thread", "Of one thread"}, {"group", "Of one text"}, {"feed", "In the feed " + shortName(v.Get("feed"))}} {
		if value := v.Get(x.name); strings.TrimSpace(value) != "" {
			p.Hidden = append(p.Hidden, field{Name: x.name, Value: typeset.Clean(value)})
			p.Filters = append(p.Filters, filterLink{x.label, without(x.name)})
		}
	}
}

// storiesPath is the address of the stories that have a value of a parameter.
func storiesPath(name, value string) string { return "/stories?" + url.Values{name: {value}}.Encode() }

// nameCells is the longest name of a source that a page shows, in cells of a terminal.
const nameCells = 60

// shortName is the name of a source for people: many are addresses.
func shortName(name string) string {
	if s, err := url.PathUnescape(name); err == nil && utf8.ValidString(s) {
		name = s
	}
	return typeset.Truncate(typeset.Clean(name), nameCells)
}

// withoutAddress is what went wrong without the address that the page shows anyway.
func withoutAddress(trouble, address string) string {
	if address == "" {
		return trouble
	}
	return strings.TrimPrefix(trouble, "get "+address+": ")
}
