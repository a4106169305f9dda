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

// pageRunes is how much of a text a page shows.
const pageRunes = 20000

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

type eventPage struct {
	View    report.EventView
	Thread  *report.ThreadLine // where it has other events
	History []report.ChangeLine
	Earlier int                          // revisions before those of History
	AsOf    *time.Time                   // where another time was asked for
	Tracks  map[string][]dot             // by outlet
	Reasons map[string]report.ChangeLine // by story, why it is here
	Figures []report.Account             // on which the reports of the thread differ and this event has a say
	News    *news                        // nil where another time was asked for
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
	if p.History, p.Earlier, err = history(s, v.Event.ID, at); err != nil {
		return "", nil, err
	}
	if p.AsOf == nil {
		p.News = newsOfEvent(v.Event.ID, p.History)
	}
	return "event", p, nil
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
		p.API = "/api/v1/story?id=" + url.QueryEscape(v.Story.ID)
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
