package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/catalog"
	"github.com/samestory/samestory/report/internal/typeset"
)

const (
	frontEvents  = 40
	frontThreads = 6
	// frontDays is the window of a front page that nobody asked for anything else.
	frontDays = 7
	// proposedOutlets is how many outlets of each event the form proposes as a filter.
	proposedOutlets = 3
)

// option is one choice of a form.
type option struct {
	Value, Label string
	Chosen       bool
}

// field is a line of a form to write in.
type field struct {
	Name, Label, Hint string
	List              string // of what may be written there
	Value             string
}

type frontPage struct {
	Feed, FeedJSON string // of what is asked for; may be empty
	Events         report.EventsView
	Threads        report.ThreadsView
	Running        map[string]*report.ThreadLine // by id, the threads that are shown
	Windows        []option
	Sorts          []option
	Sources        []option
	Fields         []field  // the other filters
	Open           bool     // one of them holds
	Outlets        []string // of what is listed, for the form to propose
	Langs          []string
	Window         string // the window in words, where it is one of the choices
	More           string // address of the next page, or of a longer list; empty where there is none
	First          string // address of the first page, where this is a further one
	Shown          int    // events on this page and those before
	Filters        []filterLink
	Ways           []filterLink   // where nothing was found, lists that have something
	Found          []*thing       // what an id or address is of
	Address        bool           // an address was looked up, and not words
	Rows           []row          // of the events, in their order
	Fresh          map[string]int // by event, stories that came after Seen; also of the last events of threads
	New            int            // events with such stories
	Seen           *time.Time     // until when the reader has seen the news
	News           *news          // nil where there is no telling
}

// filterLink is a filter that holds, with the address of the list without it; or a way to another list.
type filterLink struct{ Label, Without string }

// frontQuery is what a front page was asked for, with the window that it has by itself.
type frontQuery struct {
	form   url.Values
	query  catalog.Query
	chosen string // the window, as the form has it
	own    bool   // nobody asked for that
	shown  int    // events on the pages before
	// address is what was searched for where that can be no words.
	address string
}

// readFront reads the parameters of lists, and from: a time to be typed, which goes before the since that is chosen.
func readFront(r *http.Request, now time.Time) (f frontQuery, err error) {
	if f.form, err = parameters(r); err != nil {
		return f, err
	}
	for name, values := range f.form { // forms send what is empty, too
		if !slices.ContainsFunc(values, func(s string) bool { return strings.TrimSpace(s) != "" }) {
			delete(f.form, name)
		}
	}
	if q := strings.TrimSpace(f.form.Get("q")); isAddress(q) {
		f.address = q
		f.form.Del("q")
	}
	asked := f.form
	if from := f.form.Get("from"); from != "" {
		if _, err = report.ParseTime(from, now); err != nil {
			return f, &badRequest{http.StatusBadRequest, "from: " + err.Error()}
		}
		asked = maps.Clone(f.form)
		asked.Set("since", from)
	}
	if f.query, err = parseListOf(asked, now); err != nil {
		return f, err
	}
	q := &f.query.Query
	if f.form.Get("limit") == "" {
		q.Limit = frontEvents
	}
	q.Unnamed = true // the front page shows headlines
	if f.shown, err = number(f.form, "shown", 0, 1<<30); err != nil {
		return f, &badRequest{http.StatusBadRequest, err.Error()}
	}
	f.form.Del("shown")
	f.form.Del("cursor")
	if f.chosen = f.form.Get("since"); f.chosen == "" && asked.Get("from") == "" && q.Until.IsZero() {
		q.Since, f.chosen, f.own = now.AddDate(0, 0, -frontDays), strconv.Itoa(frontDays)+"d", true
	}
	return f, nil
}

// at is the address of the same list with other values; an empty value takes a parameter away.
func (f *frontQuery) at(values ...string) string {
	form := maps.Clone(f.form)
	if f.chosen != "" {
		form.Set("since", f.chosen)
	}
	for i := 0; i < len(values); i += 2 {
		if values[i+1] == "" {
			form.Del(values[i])
		} else {
			form.Set(values[i], values[i+1])
		}
	}
	return "/?" + form.Encode()
}

func (h *handler) front(s Snapshot, r *http.Request, now time.Time) (string, any, error) {
	f, err := readFront(r, now)
	if err != nil {
		return "", nil, err
	}
	q := &f.query.Query
	p := frontPage{Shown: f.shown}
	switch {
	case f.address != "":
		p.Address, p.Events, p.Threads = true, report.NewEventsView(*q), report.NewThreadsView(*q)
		p.Events.Query.Text = f.address
	default:
		if p.Events, p.Threads, err = h.frontLists(s, f.query, frontThreads); err != nil {
			return "", nil, err
		}
		if f.own && p.Events.Total == 0 && q.Text == "" { // a store of older news has a front page too
			q.Since, f.chosen = time.Time{}, "all"
			if p.Events, p.Threads, err = h.frontLists(s, f.query, frontThreads); err != nil {
				return "", nil, err
			}
		}
	}
	if p.Found, err = h.lookUp(s, p.Events.Query.Text, now); err != nil {
		return "", nil, err
	}
	p.Running = map[string]*report.ThreadLine{}
	for i := range p.Threads.Threads {
		t := &p.Threads.Threads[i]
		p.Running[t.ID] = t
	}
	p.Feed, p.FeedJSON = feedsOf(f.form)
	if p.Rows, err = h.rowsOf(p.Events.Events, now); err != nil {
		return "", nil, err
	}
	p.fresh(seenUntil(r, now))
	p.propose()
	p.filters(&f)
	if p.choices(f.chosen, f.form.Get("min_sources"), string(q.Sort)); f.form.Get("from") != "" {
		p.Window = ""
	}
	p.turn(&f)
	if len(p.Events.Events) == 0 && len(p.Found) == 0 && !p.Address {
		if p.Ways, err = h.waysOut(s, &f, p.Filters); err != nil {
			return "", nil, err
		}
	}
	if h.lists != nil && p.Events.Sequence > 0 && f.query.Cursor == "" {
		p.News = newsOfFront(&f, p.Events.Sequence)
	}
	return "front", p, nil
}

// turn fills in the way to the next page, and back from a further one.
func (p *frontPage) turn(f *frontQuery) {
	q := &f.query
	p.Shown += len(p.Events.Events)
	if q.Cursor != "" {
		p.First = f.at()
		p.Threads.Threads = nil // they are on the first page
	}
	switch {
	case p.Events.Next != "":
		p.More = f.at("cursor", p.Events.Next, "shown", strconv.Itoa(p.Shown))
	case q.Cursor == "" && p.Events.Total > len(p.Events.Events) && q.Limit < maxLimit: // there are no pages without a catalog
		p.More = f.at("limit", strconv.Itoa(min(maxLimit, max(200, 5*q.Limit))))
	}
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

// fresh fills in what of the events is new to the reader.
func (p *frontPage) fresh(seen time.Time) {
	p.Fresh = map[string]int{}
	if seen.IsZero() {
		return
	}
	p.Seen = &seen
	for i := range p.Events.Events {
		e := &p.Events.Events[i]
		if n := e.Came.Since(seen); n > 0 {
			p.Fresh[e.ID] = n
			p.New++
		}
	}
	for i := range p.Threads.Threads {
		t := &p.Threads.Threads[i]
		if n := t.Came.Since(seen); n > 0 {
			p.Fresh[t.LastBeat] = n
		}
	}
}

// propose fills in what the list has that a filter may be set to.
func (p *frontPage) propose() {
	for i := range p.Events.Events {
		e := &p.Events.Events[i]
		p.Outlets, p.Langs = append(p.Outlets, e.Outlets[:min(len(e.Outlets), proposedOutlets)]...), append(p.Langs, e.Lang)
	}
	for _, list := range []*[]string{&p.Outlets, &p.Langs} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
}

// filters fills in the filters that stand behind the others in the form, and lists those that hold.
func (p *frontPage) filters(f *frontQuery) {
	for _, x := range []struct{ name, label, hint, list string }{
		{"source", "Source", "name of an outlet", "outlets"},
		{"family", "Publisher", "with all its outlets", "outlets"},
		{"lang", "Language", "such as en or fr", "languages"},
		{"name", "Name", "of a person, a place, a body", ""},
		{"from", "From", "2026-03-14, or 36h", ""},
		{"until", "Until", "2026-03-14, or 12h", ""},
	} {
		value := typeset.Clean(f.form.Get(x.name))
		p.Fields = append(p.Fields, field{x.name, x.label, x.hint, x.list, value})
		if value != "" {
			p.Open = true
			p.Filters = append(p.Filters, filterLink{x.label + ": " + value, f.at(x.name, "")})
		}
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
	if !known && since != "" {
		p.Windows = append(p.Windows, option{since, "Since " + typeset.Clean(since), true})
	} else if !known { // only its end was given
		p.Windows[len(p.Windows)-1].Chosen = true
	}
	p.Sorts = []option{{"importance", "Most important", false}, {"newest", "Newest", false}, {"growth", "Growing", false}, {"sources", "Most sources", false}, {"diversity", "Most diverse", false}, {"size", "Largest", false}}
	for i := range p.Sorts {
		p.Sorts[i].Chosen = p.Sorts[i].Value == sort
	}
	p.Sources = []option{{"", "1 source or more", sources == ""}, {"2", "2 sources or more", false}, {"3", "3 sources or more", false}, {"5", "5 sources or more", false}}
	for i := range p.Sources {
		p.Sources[i].Chosen = p.Sources[i].Value == sources
	}
	if sources != "" && !slices.ContainsFunc(p.Sources, func(o option) bool { return o.Chosen }) {
		p.Sources = append(p.Sources, option{sources, typeset.Clean(sources) + " sources or more", true})
	}
}
