package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/internal/typeset"
)

const (
	frontEvents  = 40
	frontThreads = 6
	// frontDays is the window of a front page that nobody asked for anything else.
	frontDays = 7
	// pageRunes is how much of a text a page shows.
	pageRunes = 20000
)

// frame is what every page gets.
type frame struct {
	Now      time.Time
	Page     string // name of its template
	Editable bool   // orders are taken
	Explains bool   // there are pages that say why
	Data     any
}

type errorPage struct {
	Code   int
	Title  string
	Detail string
}

// option is one choice of a form.
type option struct {
	Value, Label string
	Chosen       bool
}

type frontPage struct {
	Feed, FeedJSON string // of what is asked for; may be empty
	Events         report.EventsView
	Threads        report.ThreadsView
	Running        map[string]*report.ThreadLine // by id, the threads that are shown
	Windows        []option
	Sorts          []option
	Sources        []option
	Window         string // the window in words, where it is one of the choices
	Advice         string
	More           string // address of a longer list
	Filters        []filterLink
	Sparks         map[string]*spark // by event
	Fresh          map[string]int    // by event, stories that came after Seen; also of the last events of threads
	News           int               // events with such stories
	Seen           *time.Time        // until when the reader has seen the news
}

// filterLink is a filter that holds, with the address of the list without it.
type filterLink struct{ Label, Without string }

func (h *handler) front(s Snapshot, r *http.Request, now time.Time) (string, any, error) {
	form, err := parameters(r)
	if err != nil {
		return "", nil, err
	}
	since := form.Get("since")
	chosen := since
	q, err := query(form, now)
	if err != nil {
		return "", nil, err
	}
	if form.Get("limit") == "" {
		q.Limit = frontEvents
	}
	q.Unnamed = true // the front page shows headlines
	if since == "" && q.Until.IsZero() {
		q.Since = now.AddDate(0, 0, -frontDays)
		chosen = "7d"
	}
	p := frontPage{}
	if p.Events, p.Threads, err = h.frontLists(s, q, frontThreads); err != nil {
		return "", nil, err
	}
	if since == "" && p.Events.Total == 0 { // a store of older news has a front page too
		q.Since, chosen = time.Time{}, "all"
		if p.Events, p.Threads, err = h.frontLists(s, q, frontThreads); err != nil {
			return "", nil, err
		}
	}
	p.Running = map[string]*report.ThreadLine{}
	for i := range p.Threads.Threads {
		t := &p.Threads.Threads[i]
		p.Running[t.ID] = t
	}
	p.Feed, p.FeedJSON = feedsOf(form)
	p.draw(seenUntil(r, now))
	p.filters(form, chosen)
	p.choices(chosen, form.Get("min_sources"), string(q.Sort))
	p.Advice = "Try a longer time, fewer words or fewer sources."
	if p.Events.Total > len(p.Events.Events) && q.Limit < maxLimit {
		form.Set("since", chosen)
		form.Set("limit", "200")
		if q.Limit >= 200 {
			form.Set("limit", "1000")
		}
		p.More = "/?" + form.Encode()
	}
	return "front", p, nil
}

// feedsOf are the addresses of the feeds of what a form asks for; empty where it asks for nothing in particular.
func feedsOf(form url.Values) (atom, json string) {
	asked := url.Values{}
	for _, name := range []string{"q", "source", "family", "lang", "name", "min_sources"} {
		if v := form.Get(name); v != "" {
			asked.Set(name, v)
		}
	}
	if len(asked) == 0 {
		return "", ""
	}
	return "/feeds/events.atom?" + asked.Encode(), "/feeds/events.json?" + asked.Encode()
}

// draw fills in how the events grew, and what of them is new to the reader.
func (p *frontPage) draw(seen time.Time) {
	p.Sparks, p.Fresh = map[string]*spark{}, map[string]int{}
	if !seen.IsZero() {
		p.Seen = &seen
	}
	for i := range p.Events.Events {
		e := &p.Events.Events[i]
		p.Sparks[e.ID] = sparkOf(e.Came.Published, sparkBars)
		if p.Seen == nil {
			continue
		}
		if n := e.Came.Since(seen); n > 0 {
			p.Fresh[e.ID] = n
			p.News++
		}
	}
	if p.Seen == nil {
		return
	}
	for i := range p.Threads.Threads {
		t := &p.Threads.Threads[i]
		if n := t.Came.Since(seen); n > 0 {
			p.Fresh[t.LastBeat] = n
		}
	}
}

// filters lists what no field of the form shows.
func (p *frontPage) filters(form url.Values, chosen string) {
	for _, f := range []struct{ name, label string }{{"source", "Source"}, {"lang", "Language"}, {"until", "Until"}, {"family", "Publisher"}, {"name", "Name"}} {
		value := form.Get(f.name)
		if value == "" {
			continue
		}
		rest := url.Values{}
		for k, v := range form {
			if k != f.name {
				rest[k] = v
			}
		}
		rest.Set("since", chosen)
		p.Filters = append(p.Filters, filterLink{f.label + ": " + typeset.Clean(value), "/?" + rest.Encode()})
	}
}

func (p *frontPage) choices(since, sources, sort string) {
	p.Windows = []option{{"24h", "24 hours", false}, {"3d", "3 days", false}, {"7d", "7 days", false}, {"30d", "30 days", false}, {"all", "All times", false}}
	known := false
	for i := range p.Windows {
		o := &p.Windows[i]
		if o.Chosen = o.Value == since; o.Chosen {
			known = true
			if o.Value != "all" {
				p.Window = o.Label
			}
		}
	}
	if !known {
		p.Windows = append(p.Windows, option{since, "Since " + typeset.Clean(since), true})
	}
	p.Sorts = []option{{"importance", "Most important", false}, {"newest", "Newest", false}, {"growth", "Growing", false}, {"sources", "Most sources", false}, {"diversity", "Most diverse", false}, {"size", "Largest", false}}
	for i := range p.Sorts {
		p.Sorts[i].Chosen = p.Sorts[i].Value == sort
	}
	p.Sources = []option{{"", "Any number of sources", sources == ""}, {"2", "2 sources or more", false}, {"3", "3 sources or more", false}, {"5", "5 sources or more", false}}
	for i := range p.Sources {
		p.Sources[i].Chosen = p.Sources[i].Value == sources
	}
}

type eventPage struct {
	View    report.EventView
	Thread  *report.ThreadLine // where it has other events
	History []report.ChangeLine
	Earlier int                          // revisions before those of History
	AsOf    *time.Time                   // where another time was asked for
	Tracks  map[string][]dot             // by outlet
	Reasons map[string]report.ChangeLine // by story, why it is here
	Figures []report.Account             // on which the reports of the thread differ and this event has a say
}

func (h *handler) event(s Snapshot, r *http.Request, now time.Time) (string, any, error) {
	then, at, err := asOf(s, r, now)
	if err != nil {
		return "", nil, err
	}
	v, err := report.EventByID(then, id(r), at)
	if err != nil {
		return "", nil, err
	}
	if v.RedirectedFrom != "" {
		return "", nil, &moved{withAsOf(eventPath(v.Event.ID), r)}
	}
	p := eventPage{View: v}
	if !at.Equal(now) {
		p.AsOf = &at
	}
	t, accounts, err := report.ThreadFigures(then, v.Event.Thread, at)
	if err == nil && t.Beats > 1 {
		p.Thread = &t
	}
	if err == nil {
		p.Figures = figuresOf(&v, accounts)
	}
	p.Tracks = tracks(&v, at)
	var until time.Time
	if p.AsOf != nil {
		until = at
	}
	if p.Reasons, err = report.Reasons(s, v.Event.ID, until); err != nil {
		return "", nil, err
	}
	p.History, p.Earlier, err = history(s, v.Event.ID, at)
	return "event", p, err
}

// figuresOf are the accounts of a thread in which a story of the event is the first to say something.
func figuresOf(v *report.EventView, accounts []report.Account) []report.Account {
	own := map[string]bool{}
	for _, o := range v.Outlets {
		for _, s := range o.Stories {
			own[s.ID] = true
			for _, c := range s.Copies {
				own[c.ID] = true
			}
		}
	}
	var list []report.Account
	for _, a := range accounts {
		if slices.ContainsFunc(a.Values, func(x report.AccountValue) bool { return own[x.Story] }) {
			list = append(list, a)
		}
	}
	return list
}

type threadPage struct {
	report.ThreadView
	Spark *spark
	AsOf  *time.Time
}

func (h *handler) thread(s Snapshot, r *http.Request, now time.Time) (string, any, error) {
	then, at, err := asOf(s, r, now)
	if err != nil {
		return "", nil, err
	}
	v, err := report.ThreadByID(then, id(r), at)
	if err != nil {
		return "", nil, err
	}
	if v.RedirectedFrom != "" {
		return "", nil, &moved{withAsOf(threadPath(v.Thread.ID), r)}
	}
	p := threadPage{ThreadView: v}
	if !at.Equal(now) {
		p.AsOf = &at
	}
	events := make([]string, len(v.Beats))
	for i := range v.Beats {
		events[i] = v.Beats[i].Event.ID
	}
	a, err := report.ArrivalsOf(then, events...)
	p.Spark = sparkOf(a.Published, courseBars)
	return "thread", p, err
}

type storyPage struct {
	View       report.StoryView
	Paragraphs []string
	Cut        bool
	API        string
}

func (h *handler) story(s Snapshot, r *http.Request, now time.Time) (string, any, error) {
	v, err := report.StoryByID(s, id(r), now)
	if err != nil {
		return "", nil, err
	}
	p := storyPage{View: v, API: "/api/v1/stories/" + url.PathEscape(v.Story.ID)}
	if v.Story.ID == "." || v.Story.ID == ".." {
		p.API = "/api/v1/stories?id=" + url.QueryEscape(v.Story.ID)
	}
	text := v.Story.Text
	if len(text) > pageRunes {
		if runes := []rune(text); len(runes) > pageRunes {
			text, p.Cut = string(runes[:pageRunes])+" …", true
		}
	}
	for _, para := range strings.Split(text, "\n") {
		if para = typeset.Clean(para); para != "" {
			p.Paragraphs = append(p.Paragraphs, para)
		}
	}
	return "story", p, nil
}

func (h *handler) duplicates(s Snapshot, r *http.Request, now time.Time) (string, any, error) {
	q, err := parseQuery(r, now)
	if err != nil {
		return "", nil, err
	}
	v, err := report.Duplicates(s, q)
	return "duplicates", v, err
}

func (h *handler) runs(s Snapshot, r *http.Request, now time.Time) (string, any, error) {
	q, err := parseQuery(r, now)
	if err != nil {
		return "", nil, err
	}
	v, err := report.Runs(s, q)
	return "runs", v, err
}
