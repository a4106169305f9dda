package cluster

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster/event"
	"github.com/samestory/samestory/cluster/series"
	"github.com/samestory/samestory/cluster/text"
)

// recurring is a series with its resident editions.
type recurring struct {
	given    *Series         // as last given out; nil while it was not
	editions map[string]bool // resident stories
}

const (
	// columnDays is on how many days a label has to appear before it is a column.
	columnDays = 3
	// leadWords stand in for the headline of an edition that has none.
	leadWords = 10
)

func (e *Engine) recurring(id string) *recurring {
	s := e.series[id]
	if s == nil {
		s = &recurring{editions: make(map[string]bool)}
		e.series[id] = s
	}
	return s
}

// RestoreSeries takes up the records of series, those of the restored stories at least.
func (e *Engine) RestoreSeries(list []Series) {
	for i := range list {
		e.recurring(list[i].ID).given = &list[i]
	}
}

// template is the series of texts that a story is an edition of, empty for an edition of a column.
func (r *resident) template() string {
	if series.IsColumn(r.place.Series) {
		return ""
	}
	return r.place.Series
}

// apart is the series whose editions are never linked with each other. Two live pages under one label may be of one
// event (of 5,469 headlines on the Olympic Games 204 are; kept apart, BCubed F1 fell from .728 to .717): only the editions
// of a template, of a column that counts or dates them, and of round-ups and listings are not.
func (r *resident) apart() string {
	if series.IsColumn(r.place.Series) && !r.features.label.Serial() && r.features.kind == text.Live {
		return ""
	}
	return r.place.Series
}

// severalWords is how long an item has to be to hold several events. A headline alone tells of one, whatever its type.
const severalWords = 60

// holdsSeveral reports whether a story must not bring two events together.
func (r *resident) holdsSeveral() bool {
	return several(r.features.kind) && r.features.event.Words() >= severalWords
}

// labelled enters a story under the label of its headline.
func (e *Engine) labelled(r *resident) {
	if r.features.label.None() {
		return
	}
	key := r.features.label.Key
	if e.labels[key] == nil {
		e.labels[key] = make(map[string]bool)
	}
	e.labels[key][r.id] = true
}

func (e *Engine) forgetLabel(r *resident) {
	key := r.features.label.Key
	if delete(e.labels[key], r.id); len(e.labels[key]) == 0 {
		delete(e.labels, key)
	}
}

// forgetEdition lets go of a story without a change to its series.
func (e *Engine) forgetEdition(r *resident) {
	e.forgetLabel(r)
	if s := e.series[r.place.Series]; s != nil {
		if delete(s.editions, r.id); len(s.editions) == 0 {
			delete(e.series, r.place.Series)
		}
	}
}

// enlist makes a story an edition of a series, of none where the id is empty.
func (t *tick) enlist(r *resident, id string) {
	t.change(r.id)
	if was := r.place.Series; was != "" {
		delete(t.recurring(was).editions, r.id)
		t.recurs[was] = true
	}
	if r.place.Series = id; id != "" {
		t.recurring(id).editions[r.id] = true
		t.recurs[id] = true
	}
}

// columns makes the stories under a label that recurs editions of its column. Stories that are editions of a template
// stay that. What has become an edition enters the event stage anew, where editions may be kept apart.
func (t *tick) columns() {
	keys := make(map[uint64]bool)
	for _, id := range slices.Concat(slices.Sorted(maps.Keys(t.added)), slices.Sorted(maps.Keys(t.reread))) {
		r := t.stories[id]
		if was := r.place.Series; series.IsColumn(was) && was != series.ColumnID(r.features.label.Key) {
			t.enlist(r, "") // of an earlier version
		}
		if !r.features.label.None() {
			keys[r.features.label.Key] = true
		}
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		id := series.ColumnID(key)
		if s := t.series[id]; (s == nil || s.given == nil || t.stories[s.given.Founder] != nil) && !t.recurringLabel(key) {
			if s != nil {
				t.dissolve(s)
			}
			continue
		}
		for _, story := range slices.Sorted(maps.Keys(t.labels[key])) {
			r := t.stories[story]
			if r.place.Series != "" {
				continue
			}
			t.enlist(r, id)
			if r.active && r.apart() != "" {
				t.clusterer.Add([]event.Item{r.eventItem()})
			}
		}
	}
}

// dissolve takes the editions out of what turned out to be no column.
func (t *tick) dissolve(s *recurring) {
	for _, story := range slices.Sorted(maps.Keys(s.editions)) {
		r := t.stories[story]
		again := r.active && r.apart() != ""
		t.enlist(r, "")
		if again {
			t.clusterer.Add([]event.Item{r.eventItem()})
		}
	}
}

// recurringLabel reports whether a label appears on enough days to be a column, one that counts or dates its editions
// with as many values, and with another one every other day at least: "Tokyo 2020: ..." names a subject, "Day 21: ..."
// an edition.
func (e *Engine) recurringLabel(key uint64) bool {
	days, values := make(map[int64]bool), make(map[uint64]bool)
	serial := false
	for id := range e.labels[key] {
		r := e.stories[id]
		if r.precision == Arrival {
			continue
		}
		days[r.published.Unix()/int64(24*time.Hour/time.Second)] = true
		values[r.features.label.Value] = true
		serial = serial || r.features.label.Serial()
	}
	return len(days) >= columnDays && (!serial || len(values) >= columnDays && 2*len(values) >= len(days))
}

// seriesRecords makes the record of every series that changed anew, and says where the editions of an ended one went.
func (t *tick) seriesRecords(lib Library) error {
	for _, id := range slices.Sorted(maps.Keys(t.recurs)) {
		s := t.series[id]
		if len(s.editions) == 0 {
			t.endSeries(id, s)
			continue
		}
		now, err := t.seriesRecord(id, s, lib)
		if err != nil {
			return err
		}
		t.journalSeries(id, s)
		if s.given != nil && *s.given == *now {
			continue
		}
		s.given = now
		t.delta.Series = append(t.delta.Series, *now)
	}
	return nil
}

func (t *tick) seriesRecord(id string, s *recurring, lib Library) (*Series, error) {
	editions := slices.Collect(maps.Keys(s.editions))
	t.sortStories(editions)
	now := &Series{ID: id, Founder: editions[0]}
	if s.given != nil && t.stories[s.given.Founder] == nil {
		return s.given, nil // what founded it is no longer resident
	}
	var titles []string
	for _, story := range editions[:min(len(editions), series.MostTitles)] {
		title, err := t.title(story, lib)
		if err != nil {
			return nil, fmt.Errorf("headline of an edition of %s: %w", id, err)
		}
		titles = append(titles, title)
	}
	now.Pattern = series.Pattern(titles)
	return now, nil
}

// title is the headline of a story, or its first words.
func (t *tick) title(id string, lib Library) (string, error) {
	title, body := "", ""
	if s := cmp.Or(t.added[id], t.reread[id]); s != nil {
		title, body = s.Title, s.Text
	} else {
		var err error
		if title, body, err = lib.Text(id); err != nil {
			return "", err
		}
	}
	if strings.TrimSpace(title) != "" {
		return title, nil
	}
	return series.FirstWords(body, leadWords), nil
}

// endSeries retires a series that has no resident edition left: where all of them are editions of another now, so are
// those that are not resident; otherwise the store knows whether there are any.
func (t *tick) endSeries(id string, s *recurring) {
	delete(t.series, id)
	to := ""
	for story, was := range t.before {
		if was.Series != id {
			continue
		}
		r := t.stories[story]
		if r == nil || r.place.Series == "" || to != "" && to != r.place.Series {
			return
		}
		to = r.place.Series
	}
	if to == "" || s.given == nil {
		return
	}
	t.delta.Ended = append(t.delta.Ended, Redirect{From: id, To: to, Reason: "merged"})
	t.journal(Change{Level: LevelSeries, Kind: Merged, Object: id, Other: to, Reason: "its editions are those of " + to})
}

func (t *tick) journalSeries(id string, s *recurring) {
	var fresh []string
	for story := range s.editions {
		if was, changed := t.before[story]; t.added[story] != nil && !changed || changed && was.Series != id {
			fresh = append(fresh, story)
		}
	}
	if len(fresh) == 0 {
		return
	}
	t.sortStories(fresh)
	c := Change{Level: LevelSeries, Kind: Grew, Object: id, In: fresh, Reason: "further editions of the series"}
	if s.given == nil {
		c.Kind, c.Reason = Created, "editions of one template"
		if series.IsColumn(id) {
			c.Reason = "editions under one label"
		}
	}
	t.journal(c)
}
