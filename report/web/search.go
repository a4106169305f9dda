package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/internal/typeset"
)

// WithAddresses has the search find stories by the address they were published at: ids are those that a story may have which
// is known by its address.
func WithAddresses(ids func(address string) []string) Option {
	return func(h *handler) { h.ids = ids }
}

// isAddress tells a web address from words.
func isAddress(q string) bool {
	return (strings.HasPrefix(q, "http://") || strings.HasPrefix(q, "https://")) && !strings.ContainsAny(q, " \t\n")
}

// lookUp finds what an id, the address of a page of this site or that of a story is of. Words are of nothing.
func (h *handler) lookUp(s Snapshot, q string, now time.Time) ([]*thing, error) {
	if q == "" || strings.ContainsAny(q, " \t\n") {
		return nil, nil
	}
	ids := []string{q}
	if isAddress(q) {
		ids = append(ids, ownID(q)...)
		if h.ids != nil {
			ids = append(ids, h.ids(q)...)
		}
	}
	for _, id := range ids {
		t, err := thingByID(s, id, now)
		if code, _ := status(err); err != nil && code == http.StatusNotFound {
			t, err = recurringByID(s, id, now)
		}
		if err == nil {
			return []*thing{t}, nil
		}
		if code, _ := status(err); code != http.StatusNotFound {
			return nil, err
		}
	}
	return nil, nil
}

// recurringByID finds what is made of stories and is no happening: a text that has copies, or a series.
func recurringByID(s Snapshot, id string, now time.Time) (*thing, error) {
	if g, err := report.GroupByID(s, id, now); err == nil {
		r := &g.Group.Representative
		return &thing{What: "duplicate group", ID: g.Group.ID, Headline: r.Title, Lang: r.Lang, Path: groupPath(g.Group.ID), Source: r.Source}, nil
	} else if code, _ := status(err); code != http.StatusNotFound {
		return nil, err
	}
	v, err := report.SeriesByID(s, id, now)
	if err != nil {
		return nil, err
	}
	return &thing{What: "series", ID: v.Series.ID, Headline: v.Series.Pattern, Lang: v.Series.Lang, Path: seriesPath(v.Series.ID)}, nil
}

// ownID is the id in the address of a page of one thing.
func ownID(address string) []string {
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	for _, page := range []string{"/event/", "/thread/", "/story/", "/duplicates/", "/series/"} {
		if id, ok := strings.CutPrefix(u.Path, page); ok && id != "" {
			return []string{id}
		}
	}
	if id := u.Query().Get("id"); u.Path == "/story" && id != "" {
		return []string{id}
	}
	return nil
}

// waysOut are lists near one that is empty, each without one of its conditions. Where that costs little, only those that
// have something, with how many events that is.
func (h *handler) waysOut(s Snapshot, f *frontQuery, filters []filterLink) ([]filterLink, error) {
	var ways []filterLink
	if !f.query.Since.IsZero() || !f.query.Until.IsZero() {
		ways = append(ways, filterLink{"All times", f.at("since", "all", "from", "", "until", "")})
	}
	if f.query.MinSources > 1 {
		ways = append(ways, filterLink{"Any number of sources", f.at("min_sources", "")})
	}
	for _, x := range filters {
		if !strings.HasPrefix(x.Label, "Until: ") && !strings.HasPrefix(x.Label, "From: ") {
			ways = append(ways, filterLink{"Without " + x.Label, x.Without})
		}
	}
	if f.query.Text != "" {
		ways = append(ways, filterLink{"Without the words", f.at("q", "")})
	}
	if h.lists == nil {
		return ways, nil
	}
	kept := ways[:0]
	for _, w := range ways {
		n, err := h.count(s, w.Without, f.query.Now)
		if err != nil {
			return nil, err
		}
		if n > 0 {
			w.Label += " (" + typeset.Plural(n, "event", "events") + ")"
			kept = append(kept, w)
		}
	}
	return kept, nil
}

// count is how many events the list has that is at an address.
func (h *handler) count(s Snapshot, address string, now time.Time) (int, error) {
	u, err := url.Parse(address)
	if err != nil {
		return 0, err
	}
	v := u.Query()
	if from := v.Get("from"); from != "" {
		v.Set("since", from)
	}
	q, err := query(v, now)
	if err != nil {
		return 0, err
	}
	q.Limit, q.Unnamed = 1, true
	list, _, err := h.list(s, &q, nil)
	return list.Total, err
}

// frontLists are the events and threads of the front page, of one state.
func (h *handler) frontLists(s Snapshot, q report.Query, threads int) (report.EventsView, report.ThreadsView, error) {
	if q.Cursor != "" {
		events, _, err := h.list(s, &q, nil)
		return events, report.ThreadsView{}, err
	}
	running := q
	running.Limit = threads
	return h.list(s, &q, &running)
}
