package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/series"
	"github.com/samestory/samestory/store"
)

// SeriesLine is a series in a list.
type SeriesLine struct {
	ID       string    `json:"id"`
	Pattern  string    `json:"pattern"` // the headline with what changes marked, as "Tolmere rates: {number}"
	Kind     string    `json:"kind"`    // template: one text with other values; column: one label over other texts
	Lang     string    `json:"lang"`    // of the founding edition
	Editions int       `json:"editions"`
	Copies   int       `json:"copies"`  // of editions, which are not counted among them
	Outlets  []string  `json:"outlets"` // every outlet that has it, copies included, the first first
	Rhythm   string    `json:"rhythm"`  // daily, on weekdays, weekly, ..., irregular; empty for fewer than three editions
	First    time.Time `json:"first"`
	Last     time.Time `json:"last"`
	// LastKnown is the precision of Last: exact, day or arrival.
	LastKnown string `json:"last_precision"`
	Latest    string `json:"latest"` // headline of the last edition
}

// EditionLine is one story of a series.
type EditionLine struct {
	StoryLine
	Values []string `json:"values"` // what fills the slots of the pattern, in order; empty where the headline does not fit
	Event  string   `json:"event"`
	Copies int      `json:"copies"`
}

// SeriesListView is the answer to "what comes again and again".
type SeriesListView struct {
	Meta
	Query Filter `json:"query"`
	Page
	Total  int          `json:"total"`
	Series []SeriesLine `json:"series"`
}

// SeriesView is everything about one series.
type SeriesView struct {
	Meta
	RedirectedFrom string        `json:"redirected_from,omitempty"`
	Series         SeriesLine    `json:"series"`
	Editions       []EditionLine `json:"editions"` // in time order
}

// seriesRun is a series with its editions.
type seriesRun struct {
	line     SeriesLine
	editions []EditionLine
}

func loadSeries(r Reader, s cluster.Series) (*seriesRun, error) {
	out := &seriesRun{line: SeriesLine{ID: s.ID, Pattern: s.Pattern, Kind: "template", Outlets: []string{}}}
	if series.IsColumn(s.ID) {
		out.line.Kind = "column"
	}
	l := &out.line
	of := make(map[string]int) // edition of a duplicate group
	var times []time.Time
	var list []store.StoryRecord
	for e, err := range r.Editions(s.ID) {
		if err != nil {
			return nil, fmt.Errorf("editions of series %s: %w", s.ID, err)
		}
		list = append(list, e)
	}
	for i := range list {
		e := &list[i]
		if o := e.Outlet(); !slices.Contains(l.Outlets, o) {
			l.Outlets = append(l.Outlets, o)
		}
		if at := e.Published.UTC(); i == 0 || !at.Before(l.Last) {
			l.Last, l.LastKnown = at, e.Precision.String()
		}
		if i == 0 {
			l.First = e.Published.UTC()
		}
		if e.ID == s.Founder {
			l.Lang = e.Lang
		}
		if e.Placement.Copy.Relation != cluster.Origin {
			continue
		}
		of[e.Placement.Group] = len(out.editions)
		out.editions = append(out.editions, EditionLine{
			StoryLine: storyLine(e), Values: orEmpty(series.Values(s.Pattern, e.Title)), Event: e.Placement.Event,
		})
		l.Latest = e.Title
		if e.Precision != cluster.Arrival {
			times = append(times, e.Published)
		}
	}
	for i := range list {
		if list[i].Placement.Copy.Relation == cluster.Origin {
			continue
		}
		l.Copies++
		if k, ok := of[list[i].Placement.Group]; ok {
			out.editions[k].Copies++
		}
	}
	l.Editions, l.Rhythm = len(out.editions), series.Rhythm(times)
	return out, nil
}

func orEmpty(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

func (s *seriesRun) matches(q Query, w words) bool {
	l := &s.line
	switch {
	case !q.Since.IsZero() && l.Last.Before(q.Since),
		!q.Until.IsZero() && !l.First.Before(q.Until),
		len(l.Outlets) < q.MinSources,
		q.Lang != "" && !strings.EqualFold(l.Lang, q.Lang),
		!q.fromOutlets(l.Outlets):
		return false
	}
	texts := []string{l.Pattern}
	for _, e := range s.editions {
		texts = append(texts, e.Title)
	}
	return w.in(texts...)
}

// Series lists the series: by default those with most editions first. MinSources counts the outlets that have it. It
// reads every edition: what recurs is few of the stories of a store.
func Series(r Reader, q Query) (SeriesListView, error) {
	switch q.Sort {
	case Newest, Sources:
	default: // of the other figures a series has none
		q.Sort = Size
	}
	t, q, err := turn[SeriesLine](r, "series", q, cluster.LevelSeries)
	if err != nil {
		return SeriesListView{}, err
	}
	v := SeriesListView{Meta: newMeta("series", q.Now), Query: q.filter()}
	w := words(q.Needles())
	for s, err := range r.AllSeries() {
		if err != nil {
			return v, fmt.Errorf("read series: %w", err)
		}
		one, err := loadSeries(r, s)
		if err != nil {
			return v, err
		}
		if one.line.Editions == 0 || !one.matches(q, w) {
			continue // a column whose editions are those of a template is no series of its own
		}
		l := &one.line
		t.meet(q.place(l.ID, l.Last.Unix(), q.score(l.Editions, len(l.Outlets), 0, 0, l.Last, nil)), *l)
	}
	v.Series, v.Total = t.page(&v.Page), t.total
	return v, nil
}

// SeriesByID shows one series with its editions. An id that has ended shows what it became.
func SeriesByID(r Reader, id string, now time.Time) (SeriesView, error) {
	v := SeriesView{Meta: newMeta("editions", now), Editions: []EditionLine{}}
	s, err := r.Series(id)
	if err != nil {
		return v, err
	}
	one, err := loadSeries(r, s)
	if err != nil {
		return v, err
	}
	if s.ID != id {
		v.RedirectedFrom = id
	}
	v.Series, v.Editions = one.line, append(v.Editions, one.editions...)
	return v, nil
}

// editionOf is the series that a story is an edition of, nil for most stories.
func editionOf(r Reader, id string) (*SeriesLine, error) {
	if id == "" {
		return nil, nil
	}
	s, err := r.Series(id)
	if notFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	one, err := loadSeries(r, s)
	if err != nil {
		return nil, err
	}
	return &one.line, nil
}
