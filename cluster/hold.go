package cluster

import (
	"cmp"
	"maps"
	"slices"

	"github.com/samestory/samestory/cluster/thread"
)

// hold leaves threads as they are but for the events that an order of an editor has changed, and for what hangs on these: the
// thread that one of them founds. A saga is what all its events make of it, so that one that comes or goes would have others
// come and go that nobody has given orders about; the next settlement looks at them.
//
// A changed event goes to where most of those are that it was found together with; without any it has the thread that was
// found. What hangs on one does too, but into no thread that the order is not about: from there it would not come back when
// the order is undone.
func (t *tick) hold(part []thread.Event, found []thread.Thread, undone bool) []thread.Thread {
	h := &holding{
		tick: t, found: found, undone: undone, changed: make(map[string]bool), moving: make(map[string]bool),
		about: make(map[string]bool), at: make(map[string]int),
	}
	for i := range found {
		for _, l := range found[i].Links {
			h.at[l.Event] = i
		}
	}
	h.gather(part)
	out := h.staying(part)
	index := make(map[string]int, len(out))
	for i := range out {
		index[out[i].ID] = i
	}
	for i := range found {
		home := h.home(&found[i])
		moving := thread.Thread{ID: found[i].ID, Mentions: found[i].Mentions}
		for _, l := range found[i].Links {
			if h.moving[l.Event] {
				moving.Links = append(moving.Links, l)
			}
		}
		switch {
		case len(moving.Links) == 0:
		case home == "":
			moving.Links[0] = thread.Relation{Event: moving.Links[0].Event, Kind: thread.Founding, Score: 1}
			out = append(out, moving)
		default:
			to := &out[index[home]]
			to.Links = append(to.Links, moving.Links...)
		}
	}
	for i := range out {
		slices.SortStableFunc(out[i].Links[1:], func(a, b thread.Relation) int { return t.byFirst(a.Event, b.Event) })
	}
	slices.SortFunc(out, func(a, b thread.Thread) int { return t.byFirst(a.Links[0].Event, b.Links[0].Event) })
	return out
}

func (t *tick) byFirst(a, b string) int {
	return cmp.Or(t.Engine.events[a].First.Compare(t.Engine.events[b].First), cmp.Compare(a, b))
}

// holding is the state of hold.
type holding struct {
	*tick
	found   []thread.Thread
	undone  bool            // an order was taken back: what it took apart may have to come together
	changed map[string]bool // events
	moving  map[string]bool // those, and what hangs on them
	about   map[string]bool // threads that changed events are in or have left
	at      map[string]int  // found thread of an event
}

// gather finds what moves.
func (h *holding) gather(part []thread.Event) {
	for id := range h.left {
		h.about[id] = true
	}
	var todo []string
	for i := range part {
		if ev := h.Engine.events[part[i].ID]; ev.Thread == "" || h.relink[ev.ID] {
			h.changed[ev.ID], h.about[ev.Thread] = true, ev.Thread != ""
			todo = append(todo, ev.ID)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(h.left)) {
		if was := h.Engine.threads[id]; was != nil && h.Engine.events[was.Links[0].Event] == nil {
			todo = append(todo, linkedIn(was)...)
		}
	}
	for len(todo) > 0 {
		id := todo[0]
		todo = todo[1:]
		ev := h.Engine.events[id]
		if ev == nil || h.moving[id] {
			continue
		}
		h.moving[id] = true
		if was := h.Engine.threads[ev.Thread]; was != nil && was.Links[0].Event == id {
			h.about[ev.Thread] = true
			todo = append(todo, linkedIn(was)...)
		}
		f := &h.found[h.at[id]]
		if f.Links[0].Event != id {
			continue
		}
		for _, l := range f.Links[1:] {
			in := h.Engine.events[l.Event].Thread
			if h.about[in] || h.undone && h.Engine.threads[in] == nil {
				todo = append(todo, l.Event)
			}
		}
	}
}

func linkedIn(t *Thread) (ids []string) {
	for _, l := range t.Links {
		ids = append(ids, l.Event)
	}
	return ids
}

// staying are the threads of before without what moves. What was found of mentions is kept with the thread of the same
// founding event.
func (h *holding) staying(part []thread.Event) []thread.Thread {
	events := make(map[string][]string)
	for i := range part {
		if ev := h.Engine.events[part[i].ID]; !h.moving[ev.ID] {
			events[ev.Thread] = append(events[ev.Thread], ev.ID)
		}
	}
	out := make([]thread.Thread, 0, len(events))
	for _, id := range slices.Sorted(maps.Keys(events)) {
		now := thread.Thread{ID: id}
		if was := h.Engine.threads[id]; was != nil {
			for _, l := range was.Links {
				if slices.Contains(events[id], l.Event) {
					now.Links = append(now.Links, thread.Relation{Event: l.Event, Kind: l.Kind, Score: l.Score, Names: l.Names, Terms: l.Terms})
				}
			}
		} else {
			now.Links = []thread.Relation{{Event: events[id][0], Kind: thread.Founding, Score: 1}}
		}
		if f := &h.found[h.at[now.Links[0].Event]]; f.Links[0].Event == now.Links[0].Event {
			now.Mentions = f.Mentions
		}
		out = append(out, now)
	}
	return out
}

// home is the thread of before in which most of a found one are that stay; empty where none do, or what moves is not to go
// there.
func (h *holding) home(f *thread.Thread) string {
	count := make(map[string]int)
	best, changed := "", false
	for _, l := range f.Links {
		changed = changed || h.changed[l.Event]
		if h.moving[l.Event] {
			continue
		}
		id := h.Engine.events[l.Event].Thread
		if count[id]++; best == "" || count[id] > count[best] {
			best = id
		}
	}
	if !changed && !h.about[best] {
		return ""
	}
	return best
}
