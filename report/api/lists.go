package api

import (
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/catalog"
	"github.com/samestory/samestory/report/service"
)

// listInput asks for a list of events or threads.
type listInput struct {
	Conditional
	Window
	Selection
	Named
	Sort   string `query:"sort" enum:"importance,newest,growth,size,diversity,sources" default:"importance" doc:"What comes first."`
	Cursor string `query:"cursor" maxLength:"2048" doc:"The next of the page before, to be asked for with the same parameters; limit may be another."`
}

func (in *listInput) query(q *question) (out catalog.Query, err error) {
	if err = in.Window.into(&out.Query, q.now); err != nil {
		return out, err
	}
	in.Selection.into(&out.Query)
	in.Named.into(&out.Query)
	out.Sort, err = sortOf(in.Sort)
	out.Cursor = in.Cursor
	return out, err
}

// searchInput asks for events and threads at once.
type searchInput struct {
	Conditional
	Window
	Text       string `query:"q" required:"true" minLength:"1" maxLength:"200" doc:"Each word begins a word of a headline, a name, an outlet, or of how the text begins that stands for an event. Case and accents do not matter." example:"fire"`
	Source     string `query:"source" maxLength:"200" doc:"As of events."`
	Lang       string `query:"lang" maxLength:"35" doc:"As of events."`
	MinSources int    `query:"min_sources" minimum:"1" maximum:"1000" doc:"As of events."`
	Limit      int    `query:"limit" minimum:"1" maximum:"1000" default:"20" doc:"At most so many events, and so many threads."`
	Named
	Sort string `query:"sort" enum:"importance,newest,growth,size,diversity,sources" default:"importance" doc:"What comes first."`
}

// groupsInput asks for duplicate groups.
type groupsInput struct {
	Conditional
	Window
	Selection
}

// seriesInput asks for series.
type seriesInput struct {
	Conditional
	Window
	Selection
	Sort string `query:"sort" enum:"size,newest,sources" default:"size" doc:"What comes first; size counts editions."`
}

// runsInput asks for the run log.
type runsInput struct {
	Conditional
	Window
	Job   string `query:"q" maxLength:"200" doc:"Each word begins a word of the name of the job." example:"tick"`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"50" doc:"At most so many."`
}

// sourcesInput asks how sources are.
type sourcesInput struct {
	Conditional
	Health string `query:"health" enum:"ok,quiet,failing,gone,never" doc:"Only those."`
	Folder string `query:"folder" maxLength:"500" doc:"Of the list of feeds; those within it count."`
	Text   string `query:"q" maxLength:"200" doc:"In name, title or address."`
}

// lists adds the operations that answer with lists.
func (a *API) lists() {
	get(a, linked(
		op("list-events", "/api/v1/events", tagEvents, "What happened: events, copies folded"),
		leads("event", "get-event", "id", "/events/0/id"), leads("thread", "get-thread", "id", "/events/0/thread"),
		leads("representative", "get-story", "id", "/events/0/story"), leads("similar", "list-similar", "event", "/events/0/id"),
		leads("changes", "list-changes", "object", "/events/0/id"), leads("why", "explain-event", "story", "/events/0/story"),
		leads("why-in-thread", "explain-thread", "event", "/events/0/id", "thread", "/events/0/thread"), leads("next", "list-events", "cursor", "/next"),
	), nil,
		func(q *question, in *listInput) (report.EventsView, error) {
			query, err := in.query(q)
			if err != nil {
				return report.EventsView{}, err
			}
			v, _, err := service.List(a.o.Lists, q.snap, &query, nil)
			return v, err
		})
	get(a, linked(
		op("list-threads", "/api/v1/threads", tagEvents, "What runs on: threads of two or more events"),
		leads("thread", "get-thread", "id", "/threads/0/id"), leads("last-event", "get-event", "id", "/threads/0/last_event"),
		leads("next", "list-threads", "cursor", "/next"),
	), nil,
		func(q *question, in *listInput) (report.ThreadsView, error) {
			query, err := in.query(q)
			if err != nil {
				return report.ThreadsView{}, err
			}
			_, v, err := service.List(a.o.Lists, q.snap, nil, &query)
			return v, err
		})
	get(a, linked(
		op("search", "/api/v1/search", tagEvents, "Events and threads that have some words, both of one state of the store"),
		leads("event", "get-event", "id", "/events/0/id"), leads("thread", "get-thread", "id", "/threads/0/id"),
	), nil, a.search)
	get(a, linked(
		op("list-duplicates", "/api/v1/duplicates", tagStories, "Who copied whom: duplicate groups, the largest first"),
		leads("story", "get-story", "id", "/groups/0/representative/id"), leads("event", "get-event", "id", "/groups/0/event"),
		leads("why", "explain-event", "story", "/groups/0/representative/id"),
	),
		func(in *groupsInput) bool { return in.moves() },
		func(q *question, in *groupsInput) (report.DuplicatesView, error) {
			var query report.Query
			if err := in.Window.into(&query, q.now); err != nil {
				return report.DuplicatesView{}, err
			}
			in.Selection.into(&query)
			return report.Duplicates(q.snap, query)
		})
	get(a, linked(
		op("list-series", "/api/v1/series", tagStories, "What comes again and again: series"),
		leads("series", "get-series", "id", "/series/0/id"),
	),
		func(in *seriesInput) bool { return in.moves() },
		func(q *question, in *seriesInput) (v report.SeriesListView, err error) {
			var query report.Query
			if err = in.Window.into(&query, q.now); err != nil {
				return v, err
			}
			in.Selection.into(&query)
			if query.Sort, err = sortOf(in.Sort); err != nil {
				return v, err
			}
			return report.Series(q.snap, query)
		})
	get(a, op("list-runs", "/api/v1/runs", tagDaemon, "What the jobs did, newest first, with what they put aside"), nil,
		func(q *question, in *runsInput) (report.RunsView, error) {
			query := report.Query{Text: in.Job, Limit: in.Limit}
			if err := in.Window.into(&query, q.now); err != nil {
				return report.RunsView{}, err
			}
			return report.Runs(q.snap, query)
		})
	get(a, op("list-sources", "/api/v1/sources", tagDaemon, "How the sources of the daemon are"), nil,
		func(q *question, in *sourcesInput) (report.SourcesView, error) {
			return report.ListSources(q.snap, report.SourceQuery{Health: in.Health, Folder: in.Folder, Text: in.Text, Now: q.now})
		})
}

func (a *API) search(q *question, in *searchInput) (report.SearchView, error) {
	query := report.Query{MinSources: in.MinSources, Limit: in.Limit, Text: in.Text, Source: in.Source, Lang: in.Lang}
	if err := in.Window.into(&query, q.now); err != nil {
		return report.SearchView{}, err
	}
	in.Named.into(&query)
	var err error
	if query.Sort, err = sortOf(in.Sort); err != nil {
		return report.SearchView{}, err
	}
	asked := catalog.Query{Query: query}
	events, threads, err := service.List(a.o.Lists, q.snap, &asked, &asked)
	if err != nil {
		return report.SearchView{}, err
	}
	return report.Search(query, &events, &threads), nil
}
