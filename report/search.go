package report

// SearchView is the answer to "where does this come up": the events and the threads that have some words.
type SearchView struct {
	Meta
	Query        Filter       `json:"query"`
	TotalEvents  int          `json:"total_events"` // that match, of which Events is the first Query.Limit
	Events       []EventLine  `json:"events"`
	TotalThreads int          `json:"total_threads"`
	Threads      []ThreadLine `json:"threads"` // of two or more events
}

// Search puts the lists of one query together.
func Search(q Query, events *EventsView, threads *ThreadsView) SearchView {
	return SearchView{
		Meta: newMeta("search", q.Now), Query: q.filter(), TotalEvents: events.Total, Events: events.Events,
		TotalThreads: threads.Total, Threads: threads.Threads,
	}
}

func (v SearchView) parts() (EventsView, ThreadsView) {
	return EventsView{Meta: v.Meta, Query: v.Query, Total: v.TotalEvents, Events: v.Events},
		ThreadsView{Meta: v.Meta, Query: v.Query, Total: v.TotalThreads, Threads: v.Threads}
}

func (v SearchView) layout() page {
	events, threads := v.parts()
	if len(v.Threads) == 0 {
		return events.layout()
	}
	return append(events.layout(), threads.layout()...)
}

// records are the events, and the threads by the columns that both have.
func (v SearchView) records() records {
	r := records{cols: []string{"kind", "id", "headline", "lang", "first", "last", "stories", "copies", "independent_sources", "outlets", "names", "importance"}}
	for _, e := range v.Events {
		r.rows = append(r.rows, []any{"event", e.ID, e.Headline, e.Lang, e.First, e.Last, e.Stories, e.Copies, e.Sources, e.Outlets, e.Names, e.Importance})
	}
	for _, t := range v.Threads {
		r.rows = append(r.rows, []any{"thread", t.ID, t.Headline, t.Lang, t.First, t.Last, t.Stories, t.Copies, t.Sources, t.Outlets, t.Names, t.Importance})
	}
	return r
}

func (v SearchView) lines() []any { return append(asLines(v.Events), asLines(v.Threads)...) }
