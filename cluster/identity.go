package cluster

import (
	"maps"
	"slices"
	"strconv"

	"github.com/samestory/samestory/cluster/identity"
	"github.com/samestory/samestory/cluster/thread"
)

// threadIDs gives the threads that were found their ids: those of the threads that their stories were in, see package
// identity. Stories and not events are what they share, since events come together and apart as well. part are the events
// that were linked; the threads that any of them was in, or one that has ended, are all in it, with all their events.
func (t *tick) threadIDs(part []thread.Event, found []thread.Thread, full bool, stage Stage) identity.Result {
	members := make(map[string][]string) // of the threads as they were
	t.held = make(map[string][]string)
	take := func(ev *Event) {
		if ev.Thread != "" {
			t.held[ev.Thread] = append(t.held[ev.Thread], ev.ID)
			members[ev.Thread] = append(members[ev.Thread], ev.Members...)
		}
	}
	for i := range part {
		ev := t.Engine.events[part[i].ID]
		if was := t.was[ev.ID]; was != nil {
			ev = was
		}
		take(ev)
	}
	for id, was := range t.was {
		if t.Engine.events[id] == nil {
			take(was)
		}
	}
	old := make([]identity.Old[string], 0, len(members))
	for id, stories := range members {
		old = append(old, identity.Old[string]{ID: id, Members: stories})
	}
	now := make([][]string, len(found))
	for i := range found {
		for _, l := range found[i].Links {
			now[i] = append(now[i], t.Engine.events[l.Event].Members...)
		}
	}
	elsewhere := t.elsewhere(part, full)
	return identity.Assign(old, now, identity.Rules[string]{
		Compare: func(a, b string) int { return compareResidents(t.stories[a], t.stories[b]) },
		Name: func(i, try int) string {
			founder := t.linkable[found[i].Links[0].Event].Founder
			if try > 1 {
				founder += "\x00" + strconv.Itoa(try)
			}
			return thread.ID(founder)
		},
		Taken: func(id string) bool { return elsewhere != nil && elsewhere(id) || t.reserved.has(id) },
		Found: stage == Founded,
	})
}

// elsewhere tells which ids the threads of events have that are not in part.
func (t *tick) elsewhere(part []thread.Event, full bool) func(id string) bool {
	if full {
		return nil
	}
	taken := make(map[string]bool, len(t.Engine.events))
	for _, ev := range t.Engine.events {
		taken[ev.Thread] = true
	}
	for i := range part {
		delete(taken, t.Engine.events[part[i].ID].Thread)
	}
	return func(id string) bool { return taken[id] }
}

// endThread retires the id of a thread, of one event or of several.
func (t *tick) endThread(r identity.Redirect) {
	delete(t.Engine.threads, r.From)
	t.journalThreadEnd(r)
	t.delta.Ended = append(t.delta.Ended, Redirect(r))
}

// endAlone retires the threads of one event each that ended while copies were brought together: linking has nothing to
// decide there.
func (t *tick) endAlone() {
	for _, id := range slices.Sorted(maps.Keys(t.left)) {
		r := identity.Redirect{From: id, Reason: identity.Removed}
		if ev := t.Engine.events[t.left[id]]; ev != nil {
			r.To, r.Reason = ev.Thread, identity.Merged
		}
		t.endThread(r)
	}
}

// torn tells whether a thread of several events has lost one that ended.
func (t *tick) torn() bool {
	for id := range t.left {
		if t.Engine.threads[id] != nil {
			return true
		}
	}
	return false
}
