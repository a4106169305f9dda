package api

import (
	"net/url"

	"github.com/samestory/samestory/report"
)

// idInput names one thing.
type idInput struct {
	Conditional
	ID string `path:"id" minLength:"1" maxLength:"2000" doc:"Percent-encoded."`
}

// pastInput names one thing as it is or was.
type pastInput struct {
	Conditional
	ID string `path:"id" minLength:"1" maxLength:"2000" doc:"Percent-encoded."`
	Then
}

// storyInput names a story by a parameter, which holds any id, also one that a path cannot.
type storyInput struct {
	Conditional
	ID string `query:"id" required:"true" minLength:"1" maxLength:"2000" doc:"Of the story."`
}

// items adds the operations that answer with one thing.
func (a *API) items() {
	get(a, redirects(op("get-event", "/api/v1/events/{id}", tagEvents, "One event: its stories by outlet in order of time, copies under their origin")), nil,
		func(q *question, in *pastInput) (v report.EventView, err error) {
			r, now, err := in.reader(q)
			if err != nil {
				return v, err
			}
			if v, err = report.EventByID(r, in.ID, now); err == nil && v.RedirectedFrom != "" {
				return v, moved(in.on("/api/v1/events/" + url.PathEscape(v.Event.ID)))
			}
			return v, err
		})
	get(a, redirects(op("get-thread", "/api/v1/threads/{id}", tagEvents, "One thread: its events as beats in order of time, with what is new in each")), nil,
		func(q *question, in *pastInput) (v report.ThreadView, err error) {
			r, now, err := in.reader(q)
			if err != nil {
				return v, err
			}
			if v, err = report.ThreadByID(r, in.ID, now); err == nil && v.RedirectedFrom != "" {
				return v, moved(in.on("/api/v1/threads/" + url.PathEscape(v.Thread.ID)))
			}
			return v, err
		})
	get(a, found(op("get-story", "/api/v1/stories/{id}", tagStories, "One story: its versions, its copies, its event and its thread")), nil,
		func(q *question, in *idInput) (report.StoryView, error) {
			return report.StoryByID(q.snap, in.ID, q.now)
		})
	get(a, found(op("find-story", "/api/v1/story", tagStories, "One story by a parameter, for ids that no path can hold")), nil,
		func(q *question, in *storyInput) (report.StoryView, error) {
			return report.StoryByID(q.snap, in.ID, q.now)
		})
	get(a, redirects(op("get-duplicates", "/api/v1/duplicates/{id}", tagStories, "One duplicate group: its stories under their origin, with who was first")), nil,
		func(q *question, in *pastInput) (v report.GroupView, err error) {
			r, now, err := in.reader(q)
			if err != nil {
				return v, err
			}
			if v, err = report.GroupByID(r, in.ID, now); err == nil && v.RedirectedFrom != "" {
				return v, moved(in.on("/api/v1/duplicates/" + url.PathEscape(v.Group.ID)))
			}
			return v, err
		})
	get(a, redirects(op("get-series", "/api/v1/series/{id}", tagStories, "One series: its editions in order of time")), func(*idInput) bool { return false },
		func(q *question, in *idInput) (v report.SeriesView, err error) {
			if v, err = report.SeriesByID(q.snap, in.ID, q.now); err == nil && v.RedirectedFrom != "" {
				return v, moved("/api/v1/series/" + url.PathEscape(v.Series.ID))
			}
			return v, err
		})
}

// on keeps the time that was asked for on the way to another address.
func (t *Then) on(path string) string {
	if t.AsOf == "" {
		return path
	}
	return path + "?" + url.Values{"as_of": {string(t.AsOf)}}.Encode()
}
