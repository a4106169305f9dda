package cluster

import (
	"slices"
	"time"

	"github.com/samestory/samestory/cluster/happening"
	"github.com/samestory/samestory/cluster/thread"
)

// uniteThreads brings the events of every happening into one thread: that of its oldest event, or an older one that one
// of its events founded. A thread whose founding event goes over goes over whole: it is the same thread in another
// language. From any other thread only the event itself goes, so that every member of a thread is still there for a
// reason of its own.
//
// found is in order of founding events, as thread.Link returns it. Threads only ever go into earlier ones of it, so that
// there is an end.
func uniteThreads(found []thread.Thread, told []happening.Happening, first func(event string) time.Time) []thread.Thread {
	u := uniter{found: found, into: make([]int, len(found)), at: make(map[string]int), meet: make(map[string]int)}
	for i := range found {
		u.into[i] = i
		for _, l := range found[i].Links {
			u.at[l.Event] = i
		}
	}
	for i := range told {
		u.choose(&told[i])
	}
	links := bestLinks(told)
	out := make([][]thread.Relation, len(found))
	for i := range found {
		if u.into[i] == i {
			out[i] = append(out[i], found[i].Links[0])
		}
	}
	for i := range found {
		for k, l := range found[i].Links {
			founding := k == 0
			if founding && u.into[i] == i {
				continue
			}
			to := u.home(i)
			if meet, ok := u.meet[l.Event]; ok {
				meet = u.home(meet)
				// A link between stories of one language says more; one of names alone, whose score is 0, says less.
				if founding || meet != to || l.Score == 0 {
					c := links[l.Event]
					l = thread.Relation{Event: l.Event, Kind: LinkCounterpart, Score: c.P, Names: c.Shared, Terms: c.Terms}
				}
				to = meet
			}
			out[to] = append(out[to], l)
		}
	}
	mentions := u.mentions()
	var threads []thread.Thread
	for i := range found {
		if u.into[i] != i {
			continue
		}
		t := found[i]
		t.Links, t.Mentions = out[i], mentions[i]
		slices.SortStableFunc(t.Links[1:], func(a, b thread.Relation) int { return first(a.Event).Compare(first(b.Event)) })
		threads = append(threads, t)
	}
	return threads
}

// uniter knows where threads and events go.
type uniter struct {
	found []thread.Thread
	at    map[string]int // thread of an event
	into  []int          // of a thread, itself where it stays
	meet  map[string]int // thread in which the events of a happening meet, before threads go into others
}

// choose decides where the events of a happening meet.
func (u *uniter) choose(h *happening.Happening) {
	to := u.at[h.ID()]
	for _, id := range h.Events {
		if t := u.at[id]; u.found[t].Links[0].Event == id {
			to = min(to, t)
		}
	}
	for _, id := range h.Events {
		u.meet[id] = to
		// A thread that two happenings ask for goes where the first of them meets; both end there by way of it.
		if t := u.at[id]; t != to && u.into[t] == t && u.found[t].Links[0].Event == id {
			u.into[t] = to
		}
	}
}

func (u *uniter) home(t int) int {
	for u.into[t] != t {
		t = u.into[t]
	}
	return t
}

// mentions brings together what mentions each thread and those that went into it, every round-up once with its best score.
func (u *uniter) mentions() [][]thread.Relation {
	out := make([][]thread.Relation, len(u.found))
	for i := range u.found {
		to := u.home(i)
		if to == i && out[to] == nil {
			out[to] = u.found[i].Mentions
			continue
		}
		for _, m := range u.found[i].Mentions {
			k := slices.IndexFunc(out[to], func(r thread.Relation) bool { return r.Event == m.Event })
			switch {
			case k < 0:
				out[to] = append(slices.Clip(out[to]), m)
			case m.Score > out[to][k].Score:
				out[to] = slices.Clone(out[to])
				out[to][k] = m
			}
		}
	}
	return out
}

// bestLinks returns the likeliest link of every event.
func bestLinks(told []happening.Happening) map[string]*happening.Counterpart {
	links := make(map[string]*happening.Counterpart)
	for i := range told {
		for k := range told[i].Links {
			l := &told[i].Links[k]
			for _, id := range [2]string{l.A, l.B} {
				if best := links[id]; best == nil || l.P > best.P {
					links[id] = l
				}
			}
		}
	}
	return links
}
