package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster"
)

// course is a thread with its events.
type course struct {
	thread cluster.Thread
	events []*members
	line   ThreadLine
}

func loadThread(r Reader, t cluster.Thread, now time.Time) (*course, error) {
	c := &course{thread: t}
	for _, link := range t.Links {
		e, err := r.Event(link.Event)
		if err != nil {
			return nil, fmt.Errorf("thread %s: event %s: %w", t.ID, link.Event, err)
		}
		m, err := loadEvent(r, e, now)
		if err != nil {
			return nil, err
		}
		c.events = append(c.events, m)
	}
	l := &c.line
	l.ID, l.Last, l.Beats = t.ID, t.Last.UTC(), len(c.events)
	l.LastKnown = cluster.Exact.String()
	l.Outlets, l.Names = []string{}, []string{}
	own := map[string]bool{}
	for i, m := range c.events {
		l.Stories += m.line.Stories
		l.Copies += m.line.Copies
		for _, o := range m.own {
			own[o] = true
		}
		for _, o := range m.line.Outlets {
			if !slices.Contains(l.Outlets, o) {
				l.Outlets = append(l.Outlets, o)
			}
		}
		if i == 0 {
			l.First, l.FirstKnown = m.line.First, m.line.FirstKnown
			l.Headline, l.Lang, l.Names = m.line.Headline, m.line.Lang, m.line.Names
		}
		l.Latest, l.LastBeat = m.line.Headline, m.line.ID
		if m.event.Last.Equal(t.Last) {
			l.LastKnown = m.line.LastKnown
		}
	}
	l.Sources = len(own)
	l.Importance = ImportanceOf(l.Sources, l.Copies, now.Sub(t.Last))
	title, err := r.Title(t.ID)
	if err != nil {
		return nil, fmt.Errorf("thread %s: title: %w", t.ID, err)
	}
	if title != "" {
		l.Headline, l.Renamed = title, true
	}
	return c, nil
}

func (c *course) matches(q Query, w words) bool {
	if c.line.Sources < q.MinSources {
		return false
	}
	if q.Lang != "" && !slices.ContainsFunc(c.events, func(m *members) bool { return strings.EqualFold(m.event.Lang, q.Lang) }) {
		return false
	}
	if q.Source != "" && !slices.ContainsFunc(c.line.Outlets, func(o string) bool { return strings.EqualFold(o, q.Source) }) {
		return false
	}
	if len(w) == 0 {
		return true
	}
	var texts []string
	for _, m := range c.events {
		texts = append(texts, m.texts()...)
	}
	return w.in(texts...)
}

// Threads lists the threads of two or more events. Of the orders, the index knows only that by time.
func Threads(r Reader, q Query) (ThreadsView, error) {
	v := ThreadsView{Meta: newMeta("threads", q.Now), Query: q.filter()}
	kept := top[ThreadLine]{n: q.limit()}
	w := newWords(q.Text)
	byIndex := q.sort() == Newest && q.Source == "" && q.Lang == "" && len(w) == 0 && q.MinSources <= 1
	first := top[string]{n: kept.n}
	for head, err := range r.ThreadHeads(q.Since, q.Until) {
		if err != nil {
			return v, fmt.Errorf("read threads: %w", err)
		}
		if byIndex {
			v.Total++
			first.add(rank{last: head.Last, id: head.ID}, head.ID)
			continue
		}
		c, err := readThread(r, head.ID, q.Now)
		if err != nil {
			return v, err
		}
		if c.matches(q, w) {
			v.Total++
			kept.add(q.threadRank(&c.line), c.line)
		}
	}
	for _, id := range first.sorted() {
		c, err := readThread(r, id, q.Now)
		if err != nil {
			return v, err
		}
		kept.add(q.threadRank(&c.line), c.line)
	}
	v.Threads = kept.sorted()
	n := newNamer(r)
	for i := range v.Threads {
		if q.Unnamed {
			v.Threads[i].Names = []string{}
			continue
		}
		if err := n.fillThread(&v.Threads[i]); err != nil {
			return v, err
		}
	}
	return v, nil
}

func readThread(r Reader, id string, now time.Time) (*course, error) {
	t, err := r.Thread(id)
	if err != nil {
		return nil, fmt.Errorf("read thread %s: %w", id, err)
	}
	return loadThread(r, t, now)
}

func (q Query) threadRank(l *ThreadLine) rank {
	return q.rank(l.ID, l.Last, l.Stories, l.Sources, l.Importance)
}

// ThreadByID shows one thread, also one of a single event. An id that has ended shows what it became.
func ThreadByID(r Reader, id string, now time.Time) (ThreadView, error) {
	v := ThreadView{Meta: newMeta("thread", now)}
	t, err := r.Thread(id)
	if err != nil {
		return v, fmt.Errorf("thread %s: %w", id, err)
	}
	c, err := loadThread(r, t, now)
	if err != nil {
		return v, err
	}
	if t.ID != id {
		v.RedirectedFrom = id
	}
	v.Thread = c.line
	v.Beats = []Beat{}
	for i, link := range t.Links {
		v.Beats = append(v.Beats, Beat{
			Kind: link.Kind, Score: round(link.Score), Names: list(link.Names), Terms: list(link.Terms),
			Event: c.events[i].line, New: News{Names: []string{}, Figures: []Said{}, Terms: []string{}, Quotes: []QuoteLine{}},
		})
	}
	v.Figures = []Account{}
	n := newNamer(r)
	for i := range v.Beats {
		if err := n.fill(&v.Beats[i].Event); err != nil {
			return v, err
		}
	}
	v.Thread.Names = v.Beats[0].Event.Names
	if err := v.digest(r, c, n); err != nil {
		return v, err
	}
	v.MentionedIn, err = mentionedIn(r, t.ID)
	return v, err
}
