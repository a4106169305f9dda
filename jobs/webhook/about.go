package webhook

import (
	"errors"
	"maps"
	"net/url"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

// lookup answers for the events and threads of one snapshot, each read once.
type lookup struct {
	view    View
	events  map[string]*About
	threads map[string]*About
}

func newLookup(v View) *lookup {
	return &lookup{view: v, events: make(map[string]*About), threads: make(map[string]*About)}
}

// about is what there is to say of the object of an entry, nil where its level has no page or it is gone without a
// successor.
func (l *lookup) about(e *Entry) (*About, error) {
	switch e.Level {
	case cluster.LevelEvent:
		return l.event(e.Object)
	case cluster.LevelThread:
		return l.thread(e.Object)
	}
	return nil, nil
}

func (l *lookup) event(id string) (*About, error) {
	if a, ok := l.events[id]; ok {
		return a, nil
	}
	ev, err := l.view.Event(id)
	if errors.Is(err, store.ErrNotFound) {
		l.events[id] = nil
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	headline, own, err := l.originals(&ev)
	if err != nil {
		return nil, err
	}
	a := &About{ID: ev.ID, Headline: headline, Stories: len(ev.Members), Sources: len(own), Path: "/event/" + url.PathEscape(ev.ID)}
	l.events[id] = a
	return a, nil
}

// originals reads the stories of an event: its headline, and the publisher families that have a text of their own. Of each duplicate
// group its origin counts, or the first story that the event has of it.
func (l *lookup) originals(ev *cluster.Event) (headline string, own map[string]bool, err error) {
	type original struct {
		outlet string
		origin bool
	}
	groups := make(map[string]original, len(ev.Members))
	for _, id := range ev.Members {
		s, err := l.view.Story(id)
		if err != nil {
			return "", nil, err
		}
		if id == ev.Representative {
			headline = s.Title
		}
		p := &s.Placement
		was, seen := groups[p.Group]
		if origin := p.Copy.Relation == cluster.Origin; !seen || origin && !was.origin {
			groups[p.Group] = original{s.Family(), origin}
		}
	}
	own = make(map[string]bool, len(groups))
	for _, o := range groups {
		own[o.outlet] = true
	}
	return headline, own, nil
}

// thread has the headline of the founding event, and the counts of all events together.
func (l *lookup) thread(id string) (*About, error) {
	if a, ok := l.threads[id]; ok {
		return a, nil
	}
	t, err := l.view.Thread(id)
	if errors.Is(err, store.ErrNotFound) {
		l.threads[id] = nil
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	a := &About{ID: t.ID, Events: len(t.Links), Path: "/thread/" + url.PathEscape(t.ID)}
	outlets := make(map[string]bool)
	for i, link := range t.Links {
		ev, err := l.view.Event(link.Event)
		if err != nil {
			return nil, err
		}
		headline, own, err := l.originals(&ev)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			a.Headline = headline
		}
		a.Stories += len(ev.Members)
		maps.Copy(outlets, own)
	}
	a.Sources = len(outlets)
	l.threads[id] = a
	return a, nil
}
