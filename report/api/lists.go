package api

import (
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/service"
)

// listInput asks for a list of events or threads.
type listInput struct {
	Conditional
	Window
	Selection
	Named
	Sort string `query:"sort" enum:"importance,newest,growth,size,diversity,sources" default:"importance" doc:"What comes first."`
	Place
}

func (in *listInput) query(q *question) (out report.Query, err error) {
	if err = in.Window.into(&out, q.now); err != nil {
		return out, err
	}
	in.Selection.into(&out)
	in.Named.into(&out)
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
	Outline
	Place
}

// storiesInput asks for stories.
type storiesInput struct {
	Conditional
	Since  moment `query:"since" doc:"Published at this time or later: an age that counts back from now, today, yesterday, a date, RFC 3339, or all."`
	Until  moment `query:"until" doc:"Published before this time."`
	Source string `query:"source" maxLength:"200" doc:"Of this source. Case does not matter."`
	Family string `query:"family" maxLength:"200" doc:"Of an outlet of this publisher family, which is named by itself or by one of its outlets."`
	Lang   string `query:"lang" maxLength:"35" doc:"Primary language subtag, as en." example:"en"`
	Name   string `query:"name" maxLength:"200" doc:"Has every word of it in the headline; whole words."`
	Text   string `query:"q" maxLength:"200" doc:"Each word begins a word of the headline or the outlet. Case and accents do not matter. The search for events looks at names and leads, too."`
	Event  string `query:"event" maxLength:"2000" doc:"In this event."`
	Thread string `query:"thread" maxLength:"2000" doc:"In an event of this thread."`
	Group  string `query:"group" maxLength:"2000" doc:"In this duplicate group."`
	Feed   string `query:"feed" maxLength:"2000" doc:"Stood in this feed, by the name that list-sources has of it."`
	Sort   string `query:"sort" enum:"newest,oldest" default:"newest" doc:"What comes first."`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"50" doc:"At most so many. A page may have fewer, even none, and a next one, where few stories are chosen of many."`
	Place
}

func (in *storiesInput) query(q *question) (out report.StoriesQuery, err error) {
	w := Window{in.Since, in.Until}
	if err = w.into(&out.Query, q.now); err != nil {
		return out, err
	}
	s := Selection{Source: in.Source, Lang: in.Lang, Text: in.Text, Limit: in.Limit}
	s.into(&out.Query)
	n := Named{in.Family, in.Name}
	n.into(&out.Query)
	out.Cursor, out.Event, out.Thread, out.Group, out.Feed = in.Cursor, in.Event, in.Thread, in.Group, in.Feed
	out.Effort = report.StoryEffort
	if out.Oldest, err = report.ParseStorySort(in.Sort); err != nil {
		return out, problem(invalid, err.Error(), "query.sort")
	}
	return out, nil
}

// seriesInput asks for series.
type seriesInput struct {
	Conditional
	Window
	Selection
	Outline
	Sort string `query:"sort" enum:"size,newest,sources" default:"size" doc:"What comes first; size counts editions."`
	Place
}

// runsInput asks for the run log.
type runsInput struct {
	Conditional
	Window
	Job   string `query:"q" maxLength:"200" doc:"Each word begins a word of the name of the job." example:"tick"`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" default:"50" doc:"At most so many."`
	Place
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
		leads("why", "explain-event", "story", "/groups/0/representative/id"), leads("group", "get-duplicates", "id", "/groups/0/id"),
		leads("next", "list-duplicates", "cursor", "/next"),
	),
		func(in *groupsInput) bool { return in.moves() },
		func(q *question, in *groupsInput) (report.DuplicatesView, error) {
			var query report.Query
			if err := in.Window.into(&query, q.now); err != nil {
				return report.DuplicatesView{}, err
			}
			in.Selection.into(&query)
			in.Outline.into(&query)
			query.Cursor = in.Cursor
			return report.Duplicates(q.snap, query)
		})
	get(a, linked(
		found(op("list-stories", "/api/v1/stories", tagStories, "What came in: stories by time")),
		leads("story", "get-story", "id", "/stories/0/id"), leads("event", "get-event", "id", "/stories/0/event"),
		leads("group", "get-duplicates", "id", "/stories/0/group"), leads("next", "list-stories", "cursor", "/next"),
	),
		func(in *storiesInput) bool { return in.Since.moves() || in.Until.moves() },
		func(q *question, in *storiesInput) (v report.StoriesView, err error) {
			query, err := in.query(q)
			if err != nil {
				return v, err
			}
			return report.Stories(q.snap, query)
		})
	get(a, linked(
		op("list-series", "/api/v1/series", tagStories, "What comes again and again: series"),
		leads("series", "get-series", "id", "/series/0/id"), leads("next", "list-series", "cursor", "/next"),
	),
		func(in *seriesInput) bool { return in.moves() },
		func(q *question, in *seriesInput) (v report.SeriesListView, err error) {
			var query report.Query
			if err = in.Window.into(&query, q.now); err != nil {
				return v, err
			}
			in.Selection.into(&query)
			in.Outline.into(&query)
			query.Cursor = in.Cursor
			if query.Sort, err = sortOf(in.Sort); err != nil {
				return v, err
			}
			return report.Series(q.snap, query)
		})
	get(a, linked(op("list-runs", "/api/v1/runs", tagDaemon, "What the jobs did, newest first, with what they put aside"),
		leads("next", "list-runs", "cursor", "/next")), nil,
		func(q *question, in *runsInput) (report.RunsView, error) {
			query := report.Query{Text: in.Job, Limit: in.Limit, Cursor: in.Cursor}
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
	events, threads, err := service.List(a.o.Lists, q.snap, &query, &query)
	if err != nil {
		return report.SearchView{}, err
	}
	return report.Search(query, &events, &threads), nil
}
