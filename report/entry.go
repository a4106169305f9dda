package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

// tally is what lists know of an event or a thread beside what they show of it.
type tally struct {
	reports []int64 // when the texts of its own came, seconds in order
	weight  float64 // of the importance

	first, last int64 // as the index of the store has them, in seconds
	families    []string
	mark        uint64
}

// Mark is MarkOfEvent or MarkOfThread of the record that the entry was made from.
func (t *tally) Mark() uint64 { return t.mark }

// Weight is the part of the importance that does not depend on the time, see ImportanceOf.
func (t *tally) Weight() float64 { return t.weight }

// Span is when the first and the last story came out.
func (t *tally) Span() (first, last time.Time) {
	return time.Unix(t.first, 0), time.Unix(t.last, 0)
}

// figures are those that depend on the time; last is that of the last story.
func (t *tally) figures(last, now time.Time) (important, velocity, trend, settledness float64) {
	return importance(t.weight, now.Sub(last)), VelocityOf(t.reports, now), TrendOf(t.reports, now), SettlednessOf(t.reports, now)
}

// EventEntry is what lists know of an event whatever the time is that is asked for: the one source of the figures and of
// the choice of a query, for lists that are read from a store and for those of a catalog. It is not changed once made, and
// its names are not filled in.
type EventEntry struct {
	tally
	line   EventLine // without what depends on the time
	voices []voice
}

// voice is a publisher family with the number of its own texts.
type voice struct {
	family  string
	reports int
}

// ReadEvent reads an event with its stories, and what is searched by words: names, headlines and outlets of all stories,
// and how the text begins whose headline stands for it.
func ReadEvent(r Reader, id string) (*EventEntry, []string, error) {
	e, err := r.Event(id)
	if err != nil {
		return nil, nil, fmt.Errorf("read event %s: %w", id, err)
	}
	m, err := loadEvent(r, e, time.Time{})
	if err != nil {
		return nil, nil, err
	}
	texts, err := m.texts(r)
	return m.entry, texts, err
}

// ID of the event.
func (e *EventEntry) ID() string { return e.line.ID }

// Thread is the id of the thread that it is in.
func (e *EventEntry) Thread() string { return e.line.Thread }

// Line is the event as a list shows it at a time, without names.
func (e *EventEntry) Line(now time.Time) EventLine {
	l := e.line
	l.Importance, l.Velocity, l.Trend, l.Settledness = e.figures(l.Last, now)
	return l
}

// makeEntry counts an event whose line has all that is read from its stories.
func (m *members) makeEntry() {
	e := &EventEntry{line: m.line, tally: tally{first: m.event.First.Unix(), last: m.event.Last.Unix(), mark: MarkOfEvent(&m.event)}}
	for i := range m.stories {
		s := &m.stories[i]
		family := s.Family()
		if !slices.Contains(e.families, family) {
			e.families = append(e.families, family)
		}
		if m.origin[i] == i {
			e.reports = append(e.reports, s.Published.Unix())
			e.voices = addVoice(e.voices, voice{family, 1})
		}
		e.line.Came.add(s)
	}
	e.line.Came.sort()
	slices.Sort(e.reports)
	e.line.Sources, e.line.Diversity = len(e.voices), diversity(e.voices)
	e.weight = weightOf(e.line.Sources, e.line.Copies)
	m.entry = e
}

func addVoice(list []voice, v voice) []voice {
	if i := slices.IndexFunc(list, func(x voice) bool { return x.family == v.family }); i >= 0 {
		list[i].reports += v.reports
		return list
	}
	return append(list, v)
}

func diversity(list []voice) float64 {
	counts := make([]int, len(list))
	for i, v := range list {
		counts[i] = v.reports
	}
	return DiversityOf(counts)
}

// ThreadEntry is to a thread what EventEntry is to an event.
type ThreadEntry struct {
	tally
	line      ThreadLine
	languages []string
}

// NewThreadEntry counts a thread with the entries of its events, in the order of its links. title is what an editor called
// it, empty where none did.
func NewThreadEntry(t *cluster.Thread, title string, events []*EventEntry) *ThreadEntry {
	e := &ThreadEntry{tally: tally{first: t.First.Unix(), last: t.Last.Unix(), mark: MarkOfThread(t)}}
	l := &e.line
	l.ID, l.Last, l.Beats = t.ID, t.Last.UTC(), len(events)
	l.LastKnown = cluster.Exact.String()
	l.Outlets, l.Names = []string{}, []string{}
	var voices []voice
	for i, m := range events {
		l.Stories += m.line.Stories
		l.Copies += m.line.Copies
		for _, v := range m.voices {
			voices = addVoice(voices, v)
		}
		l.Outlets = addNew(l.Outlets, m.line.Outlets...)
		e.families = addNew(e.families, m.families...)
		e.languages = addNew(e.languages, m.line.Lang)
		e.reports = append(e.reports, m.reports...)
		if i == 0 {
			l.First, l.FirstKnown = m.line.First, m.line.FirstKnown
			l.Headline, l.Lang, l.Names = m.line.Headline, m.line.Lang, m.line.Names
		}
		l.Latest, l.LastBeat, l.Came = m.line.Headline, m.line.ID, m.line.Came
		if m.line.Last.Equal(t.Last) {
			l.LastKnown = m.line.LastKnown
		}
	}
	slices.Sort(e.reports)
	l.Sources, l.Diversity = len(voices), diversity(voices)
	e.weight = weightOf(l.Sources, l.Copies)
	if title != "" {
		l.Headline, l.Renamed = title, true
	}
	return e
}

func addNew(list []string, more ...string) []string {
	for _, s := range more {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// ID of the thread.
func (e *ThreadEntry) ID() string { return e.line.ID }

// Line is the thread as a list shows it at a time, with the names of the record of its founding event.
func (e *ThreadEntry) Line(now time.Time) ThreadLine {
	l := e.line
	l.Importance, l.Velocity, l.Trend, l.Settledness = e.figures(l.Last, now)
	return l
}

// TakesEvent reports whether an event is chosen by all of a query but its words and its name.
func (q Query) TakesEvent(e *EventEntry) bool {
	return q.takes(&e.tally, e.line.Sources, e.line.Outlets) && (q.Lang == "" || strings.EqualFold(e.line.Lang, q.Lang))
}

// TakesThread reports whether a thread is chosen by all of a query but its words and its name.
func (q Query) TakesThread(e *ThreadEntry) bool {
	return q.takes(&e.tally, e.line.Sources, e.line.Outlets) &&
		(q.Lang == "" || slices.ContainsFunc(e.languages, func(l string) bool { return strings.EqualFold(l, q.Lang) }))
}

func (q Query) takes(t *tally, sources int, outlets []string) bool {
	return q.during(t.first, t.last) && sources >= q.MinSources && q.from(outlets, t.families)
}

func (q Query) during(first, last int64) bool {
	return (q.Since.IsZero() || last >= q.Since.Unix()) && (q.Until.IsZero() || time.Unix(first, 0).Before(q.Until))
}

func (q Query) from(outlets, families []string) bool {
	if q.Source != "" && !slices.ContainsFunc(outlets, func(o string) bool { return strings.EqualFold(o, q.Source) }) {
		return false
	}
	return q.Family == "" || slices.Contains(families, store.FamilyOf(q.Family))
}

// fromOutlets is from of what is known by its outlets alone.
func (q Query) fromOutlets(outlets []string) bool {
	var families []string
	if q.Family != "" {
		for _, o := range outlets {
			families = append(families, store.FamilyOf(o))
		}
	}
	return q.from(outlets, families)
}

// Needles are the words and the name that a query asks for.
func (q Query) Needles() []Needle {
	return slices.Concat(NeedlesOf(q.Text, false), NeedlesOf(q.Name, true))
}

// RankEvent is the place of an event in the order of the query.
func (q Query) RankEvent(e *EventEntry) Rank {
	l := &e.line
	return q.place(l.ID, e.last, q.score(l.Stories, l.Sources, l.Diversity, e.weight, l.Last, e.reports))
}

// RankThread is the place of a thread in the order of the query.
func (q Query) RankThread(e *ThreadEntry) Rank {
	l := &e.line
	return q.place(l.ID, e.last, q.score(l.Stories, l.Sources, l.Diversity, e.weight, l.Last, e.reports))
}

func (q Query) place(id string, last int64, score float64) Rank {
	return Rank{Score: score, Last: time.Unix(last, 0).UTC(), ID: id} // the index of the store knows seconds
}

func (q Query) score(stories, sources int, diversity, weight float64, last time.Time, reports []int64) float64 {
	switch q.sort() {
	case Size:
		return float64(stories)
	case Sources:
		return float64(sources)
	case Diversity:
		return diversity
	case Growth:
		return TrendOf(reports, q.Now)
	case Importance:
		return importance(weight, q.Now.Sub(last))
	}
	return 0
}

// MostImportant bounds the importance at a time of what has a weight and a last story within a second of Unix time.
func MostImportant(weight float64, last int64, now time.Time) float64 {
	const half = int64(freshnessAge / time.Second)
	return weight*float64(half)/float64(half+max(now.Unix()-last-1, 0)) + 1e-6
}

// bestScore bounds the score of anything with so many stories whose last came at a second: all of its stories may be
// independent, and have come in the last day.
func (q Query) bestScore(stories int, last time.Time) float64 {
	last = last.Add(time.Second)
	switch q.sort() {
	case Size, Sources, Diversity:
		return float64(stories)
	case Growth:
		if last.Before(q.Now.Add(-trendWindow)) {
			return trend(0, 0)
		}
		return trend(stories, 0)
	case Importance:
		return ImportanceOf(stories, 0, q.Now.Sub(last))
	}
	return 0
}

// Share lets a holder of many entries keep one copy of the strings that recur in them: one gives the copy of a string. It
// has to be called before the entry is shared.
func (e *EventEntry) Share(one func(string) string) {
	e.line.Source, e.line.Lang = one(e.line.Source), one(e.line.Lang)
	for _, list := range [][]string{e.line.Outlets, e.line.Names, e.families} {
		for i := range list {
			list[i] = one(list[i])
		}
	}
	for i := range e.voices {
		e.voices[i].family = one(e.voices[i].family)
	}
}
