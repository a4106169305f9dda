package report

import (
	"fmt"
	"time"

	"github.com/samestory/samestory/cluster"
)

// course is a thread with its events.
type course struct {
	thread cluster.Thread
	events []*members
	entry  *ThreadEntry
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
	title, err := r.Title(t.ID)
	if err != nil {
		return nil, fmt.Errorf("thread %s: title: %w", t.ID, err)
	}
	entries := make([]*EventEntry, len(c.events))
	for i, m := range c.events {
		entries[i] = m.entry
	}
	c.entry = NewThreadEntry(&t, title, entries)
	c.line = c.entry.Line(now)
	return c, nil
}

func (c *course) matches(r Reader, q Query, w words) (bool, error) {
	if !q.TakesThread(c.entry) {
		return false, nil
	}
	if len(w) == 0 {
		return true, nil
	}
	var texts []string
	for _, m := range c.events {
		more, err := m.texts(r)
		if err != nil {
			return false, err
		}
		texts = append(texts, more...)
	}
	return w.in(texts...), nil
}

// Threads lists the threads of two or more events. Of the orders, the index knows only that by time.
func Threads(r Reader, q Query) (ThreadsView, error) {
	t, q, err := turn[ThreadLine](r, "threads", q, cluster.LevelThread, cluster.LevelEvent)
	if err != nil {
		return ThreadsView{}, err
	}
	v := NewThreadsView(q)
	w := words(q.Needles())
	byIndex := q.sort() == Newest && q.Plain()
	first := NewTop[string](t.kept.n)
	for head, err := range r.ThreadHeads(q.Since, q.Until) {
		if err != nil {
			return v, fmt.Errorf("read threads: %w", err)
		}
		if byIndex {
			if at := (Rank{Last: head.Last, ID: head.ID}); t.count(at) {
				first.Add(at, head.ID)
			}
			continue
		}
		c, err := readThread(r, head.ID, q.Now)
		if err != nil {
			return v, err
		}
		ok, err := c.matches(r, q, w)
		if err != nil {
			return v, err
		}
		if ok {
			t.meet(q.RankThread(c.entry), c.line)
		}
	}
	for _, id := range first.Sorted() {
		c, err := readThread(r, id, q.Now)
		if err != nil {
			return v, err
		}
		t.kept.Add(q.RankThread(c.entry), c.line)
	}
	v.Threads, v.Total = t.page(&v.Page), t.total
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

// ThreadByID shows one thread, also one of a single event. An id that has ended shows what it became.
func ThreadByID(r Reader, id string, now time.Time) (ThreadView, error) {
	v := ThreadView{Meta: newMeta("thread", now)}
	t, err := r.Thread(id)
	if err != nil {
		return v, err
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

// NewThreadsView is the answer to a query before anything was found, for who finds it elsewhere than in a store.
func NewThreadsView(q Query) ThreadsView {
	return ThreadsView{Meta: newMeta("threads", q.Now), Query: q.filter(), Threads: []ThreadLine{}}
}
