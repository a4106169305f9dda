package feed

import (
	"errors"
	"slices"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/store"
)

// wants says which entries a feed shows.
type wants struct {
	limit   int
	sources int    // least number of independent sources, among those of the feed
	lang    string // primary subtag
}

func (w *wants) take(x *entry) bool {
	return x.sources >= w.sources && (w.lang == "" || x.lang == w.lang)
}

// gathering makes each beat once.
type gathering struct {
	*maker
	wants
	seen map[beatKey]bool
	list []*entry
}

type beatKey struct {
	thread string
	beat   int
}

func (m *maker) gather(w wants) *gathering {
	return &gathering{maker: m, wants: w, seen: make(map[beatKey]bool)}
}

// add takes the beat of an event.
func (g *gathering) add(event string) error {
	e, err := g.event(event)
	if err != nil {
		return err
	}
	c, err := g.course(e.Thread)
	if err != nil {
		return err
	}
	i, ok := c.beatOf(e.ID)
	if !ok || g.seen[beatKey{c.thread.ID, i}] {
		return nil
	}
	g.seen[beatKey{c.thread.ID, i}] = true
	x, err := g.beat(c, i)
	if err == nil && x != nil && g.take(x) {
		g.list = append(g.list, x)
	}
	return err
}

// sorted gives the newest entries.
func (g *gathering) sorted() []*entry {
	slices.SortFunc(g.list, newestFirst)
	return g.list[:min(len(g.list), g.limit)]
}

// folder lists the newest entries of a folder. It follows what its feeds brought back in time until so many entries began
// later than what is looked at.
func (m *maker) folder(f *folder, w wants) ([]*entry, error) {
	arrivals, err := f.arrivals()
	if err != nil {
		return nil, err
	}
	g := m.gather(w)
	for n, a := range arrivals {
		if n%64 == 0 {
			settled := 0
			for _, x := range g.list {
				if x.begun.After(a.At) {
					settled++
				}
			}
			if settled >= g.limit {
				break
			}
		}
		s, err := f.Arrived(a)
		if err != nil {
			return nil, err
		}
		if s.Placement.Event == "" { // it waits for the event stage
			continue
		}
		if err := g.add(s.Placement.Event); err != nil {
			return nil, err
		}
	}
	return g.sorted(), nil
}

// everything lists the newest entries of the store.
func (m *maker) everything(w wants) ([]*entry, error) {
	events, err := candidates(m.Reader, w.limit)
	if err != nil {
		return nil, err
	}
	g := m.gather(w)
	for _, id := range events {
		if err := g.add(id); err != nil {
			return nil, err
		}
	}
	return g.sorted(), nil
}

// events makes entries of the events of a list.
func (m *maker) events(list []report.EventLine) ([]*entry, error) {
	entries := make([]*entry, 0, len(list))
	// The list may be of another state of the store than what is read: an event of it may be part of another here, or not
	// be there yet.
	met := make(map[string]bool)
	for i := range list {
		x, err := m.make([]string{list[i].ID})
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if x != nil && !met[x.id] {
			met[x.id] = true
			x.names = list[i].Names
			entries = append(entries, x)
		}
	}
	slices.SortFunc(entries, newestFirst)
	return entries, nil
}
