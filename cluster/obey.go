package cluster

import (
	"maps"
	"slices"

	"github.com/samestory/samestory/cluster/constraint"
	"github.com/samestory/samestory/cluster/happening"
	"github.com/samestory/samestory/cluster/thread"
)

// LinkPinned is the kind of a link that holds because an editor said so.
const LinkPinned = "pinned"

// obey brings the events together in threads that editors hold together, and apart what they hold apart, whatever links
// them. Events that are together go into the thread of the oldest founding event among theirs, guests aside; those that are
// apart leave the thread that they do not found, into one of their own.
func (t *tick) obey(found []thread.Thread) []thread.Thread {
	if t.orders.Empty() {
		return found
	}
	o := &obedience{tick: t, found: slices.Clone(found), at: make(map[string]int), class: t.threadClasses()}
	for i := range o.found {
		for _, l := range o.found[i].Links {
			o.at[l.Event] = i
		}
	}
	o.together()
	o.apart()
	return slices.DeleteFunc(o.found, func(f thread.Thread) bool { return len(f.Links) == 0 })
}

// threadClasses lists the events that constraints hold together in threads, by event.
func (t *tick) threadClasses() map[string][]string {
	f := t.orders.Forest()
	stories := make(map[string][]string)
	for _, id := range f.Stories() {
		if r := t.stories[id]; r != nil && r.place.Event != "" {
			stories[r.place.Event] = append(stories[r.place.Event], id)
		}
	}
	for _, list := range stories {
		f.JoinThread(list)
	}
	classes := make(map[string][]string)
	for _, id := range slices.Sorted(maps.Keys(stories)) {
		name := f.ThreadClass(stories[id][0])
		classes[name] = append(classes[name], id)
	}
	out := make(map[string][]string)
	for _, events := range classes {
		for _, id := range events {
			out[id] = events
		}
	}
	return out
}

// bound enters what constraints name together with some events, and tells whether that was more.
func (t *tick) bound(in map[string]bool, enter func(event string)) bool {
	was := len(in)
	for _, c := range t.orders.All() {
		events := t.eventsOf(slices.Concat(c.A, c.B))
		if slices.ContainsFunc(events, func(id string) bool { return in[id] }) {
			for _, id := range events {
				enter(id)
			}
		}
	}
	return len(in) > was
}

// obedience moves events between threads.
type obedience struct {
	*tick
	found []thread.Thread
	at    map[string]int      // thread of an event
	class map[string][]string // what is together with an event, itself included
}

// together brings every class into one thread.
func (o *obedience) together() {
	guests := o.guests()
	for _, id := range slices.Sorted(maps.Keys(o.class)) {
		events := o.here(o.class[id])
		if len(events) < 2 || events[0] != id {
			continue
		}
		hosts := slices.DeleteFunc(slices.Clone(events), func(e string) bool { return guests[e] })
		if len(hosts) == 0 { // each is pinned to another's thread
			hosts = events
		}
		to := o.at[hosts[0]]
		for _, e := range hosts {
			to = min(to, o.at[e])
		}
		for _, e := range events {
			if o.at[e] != to {
				r := o.take(e)
				o.put(to, thread.Relation{Event: r.Event, Kind: LinkPinned, Score: 1})
			}
		}
	}
}

// guests are the events that have a thread to go to.
func (o *obedience) guests() map[string]bool {
	out := make(map[string]bool)
	for _, c := range o.orders.All() {
		if c.Guests {
			for _, e := range o.eventsOf(c.A) {
				out[e] = true
			}
		}
	}
	return out
}

// here lists those of some events that are being linked.
func (o *obedience) here(events []string) []string {
	var out []string
	for _, e := range events {
		if _, ok := o.at[e]; ok {
			out = append(out, e)
		}
	}
	return out
}

// apart divides the threads that hold what must not be in one.
func (o *obedience) apart() {
	for again := true; again; {
		again = false
		for _, c := range o.orders.All() {
			if !c.Apart || c.Level != constraint.Thread {
				continue
			}
			a, b := o.here(o.eventsOf(c.A)), o.here(o.eventsOf(c.B))
			for _, i := range o.shared(a, b) {
				again = o.divide(i, a, b) || again
			}
		}
	}
}

// shared lists the threads that hold events of both sides.
func (o *obedience) shared(a, b []string) []int {
	left := make(map[int]bool)
	for _, e := range a {
		left[o.at[e]] = true
	}
	var out []int
	for _, e := range b {
		if left[o.at[e]] {
			out = append(out, o.at[e])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// divide takes one of two sides out of a thread, with what is together with it: the one that does not found it, else the
// later one. Sides that are together by way of other stories cannot be divided.
func (o *obedience) divide(i int, a, b []string) bool {
	left, right := o.within(i, a), o.within(i, b)
	for e := range right {
		if left[e] {
			return false
		}
	}
	founding := o.found[i].Links[0].Event
	if right[founding] || !left[founding] && o.first(right).First.Before(o.first(left).First) {
		right = left
	}
	to := len(o.found)
	o.found = append(o.found, thread.Thread{})
	for _, l := range slices.Clone(o.found[i].Links) {
		if right[l.Event] {
			o.put(to, o.take(l.Event))
		}
	}
	return true
}

// within lists the events of a thread that are together with some of them.
func (o *obedience) within(i int, events []string) map[string]bool {
	out := make(map[string]bool)
	for _, e := range events {
		if o.at[e] != i {
			continue
		}
		out[e] = true
		for _, w := range o.here(o.class[e]) {
			if o.at[w] == i {
				out[w] = true
			}
		}
	}
	return out
}

// first is the oldest of some events.
func (o *obedience) first(events map[string]bool) *Event {
	var first *Event
	for _, id := range slices.Sorted(maps.Keys(events)) {
		if e := o.Engine.events[id]; first == nil || e.First.Before(first.First) {
			first = e
		}
	}
	return first
}

// take takes an event out of its thread. What follows a founding event that went is founded by its next.
func (o *obedience) take(event string) thread.Relation {
	f := &o.found[o.at[event]]
	k := slices.IndexFunc(f.Links, func(l thread.Relation) bool { return l.Event == event })
	r := f.Links[k]
	f.Links = slices.Delete(slices.Clone(f.Links), k, k+1)
	if k == 0 && len(f.Links) > 0 {
		o.refound(f)
	}
	return r
}

// put adds an event to a thread, or founds one with it.
func (o *obedience) put(to int, r thread.Relation) {
	f := &o.found[to]
	o.at[r.Event] = to
	if len(f.Links) == 0 {
		f.Links = []thread.Relation{r}
		o.refound(f)
		return
	}
	f.Links = append(slices.Clip(f.Links), r)
	slices.SortStableFunc(f.Links[1:], func(a, b thread.Relation) int {
		return o.Engine.events[a.Event].First.Compare(o.Engine.events[b.Event].First)
	})
}

// refound names a thread by the first of its events.
func (o *obedience) refound(f *thread.Thread) {
	f.Links[0] = thread.Relation{Event: f.Links[0].Event, Kind: thread.Founding, Score: 1}
	f.ID = thread.ID(o.linkable[f.Links[0].Event].Founder)
}

// divided tells whether constraints hold some of the events apart.
func (t *tick) divided(events []string) bool {
	if t.orders.Empty() {
		return false
	}
	f := t.orders.Forest()
	var stories [][]string
	for _, id := range events {
		var named []string
		for _, s := range t.Engine.events[id].Members {
			if f.Knows(s) {
				named = append(named, s)
			}
		}
		stories = append(stories, named)
	}
	for i := range stories {
		for k := range i {
			if !f.MayJoin(stories[i], stories[k]) {
				return true
			}
		}
	}
	return false
}

// inOneThread returns the happenings whose events are in one thread.
func inOneThread(told []happening.Happening, found []thread.Thread) []happening.Happening {
	at := make(map[string]int)
	for i := range found {
		for _, l := range found[i].Links {
			at[l.Event] = i
		}
	}
	var out []happening.Happening
	for _, h := range told {
		if !slices.ContainsFunc(h.Events, func(id string) bool { return at[id] != at[h.Events[0]] }) {
			out = append(out, h)
		}
	}
	return out
}
