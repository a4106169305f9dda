package cluster

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/samestory/samestory/cluster/event"
	"github.com/samestory/samestory/cluster/neardup"
)

// group takes over what the detector decided: placements, groups, and who represents them in the event stage.
func (t *tick) group(changes neardup.Changes) {
	for _, g := range changes.Groups {
		changed := Group(g)
		t.journalGroup(t.groups[g.ID], &changed)
		t.groups[g.ID] = &changed
		t.delta.Groups = append(t.delta.Groups, changed)
	}
	for _, r := range changes.Ended {
		t.journalGroupEnd(t.groups[r.From], r)
		delete(t.groups, r.From)
		t.delta.Ended = append(t.delta.Ended, Redirect(r))
	}
	for _, p := range changes.Profiles {
		t.delta.Sources = append(t.delta.Sources, SourceProfile(p))
	}
	affected := make(map[string]bool) // groups, by id
	enlisted := make(map[string]bool) // stories that turned out to be editions of a series
	for _, p := range changes.Placements {
		r := t.change(p.ID)
		if p.Series != r.template() {
			enlisted[p.ID] = true
			t.enlist(r, p.Series)
		}
		r.place.Group = p.Group
		r.place.Copy = p.Copy
		if r.place.Copy.Relation != Origin && r.active {
			t.deactivate(r)
		}
		affected[p.Group] = true
	}
	var enter []event.Item
	for _, id := range slices.Sorted(maps.Keys(affected)) {
		if r := t.represent(id, changes, enlisted); r != nil {
			enter = append(enter, r.eventItem())
		}
	}
	t.clusterer.Add(enter)
}

// members lists the stories of a group, also of one story alone, in order.
func (e *Engine) members(r *resident) []string {
	if g := e.groups[r.place.Group]; g != nil {
		return g.Members
	}
	return []string{r.id}
}

// represent brings the representative of a changed group and its copies into one event. It returns the representative
// if it has to enter the event stage, which it also has anew when it turned out to be an edition of a series.
func (t *tick) represent(group string, changes neardup.Changes, enlisted map[string]bool) *resident {
	rep := t.representative(group, changes)
	if rep == nil {
		return nil
	}
	members := t.members(rep)
	waited := rep.place.Event == ""
	if waited {
		// An earlier copy has come in late: it takes the place of the old representative in that one's event.
		for _, id := range members {
			if ev := t.stories[id].place.Event; ev != "" {
				t.change(rep.id).place.Event = ev
				break
			}
		}
	}
	t.inherit(rep, rep.place.Event)
	took := waited && rep.place.Event != ""
	if rep.active && t.added[rep.id] == nil && !enlisted[rep.id] && !took {
		return nil
	}
	t.activate(rep)
	return rep
}

// representative finds the representative of a changed group, which may be a story alone in it.
func (t *tick) representative(group string, changes neardup.Changes) *resident {
	if g := t.groups[group]; g != nil {
		return t.stories[g.Representative]
	}
	i := slices.IndexFunc(changes.Placements, func(p neardup.Placement) bool { return p.Group == group })
	return t.stories[changes.Placements[i].ID]
}

// inherit puts a representative and its copies into an event.
func (t *tick) inherit(rep *resident, eventID string) {
	for _, id := range t.members(rep) {
		r := t.change(id)
		if was := r.place.Event; was != "" && was != eventID {
			t.touched[was] = true
		}
		r.place.Event = eventID
	}
	if eventID != "" {
		t.touched[eventID] = true
	}
}

// events runs the event stage over everything that waits and takes over what it decided.
func (t *tick) events(ctx context.Context, stage Stage) error {
	var changes event.Changes
	var err error
	if stage == Events {
		changes, err = t.clusterer.Cluster(ctx, t.params.Workers)
	} else {
		changes, err = t.clusterer.Settle(ctx, t.params.Workers, stage == Founded)
	}
	if err != nil {
		return err
	}
	for _, r := range changes.Ended {
		delete(t.parts, r.From)
		t.touched[r.From] = true
		t.ended[r.From] = r
	}
	for _, ev := range changes.Events {
		part := make(map[string]bool, len(ev.Members))
		for _, id := range ev.Members {
			part[id] = true
			t.inherit(t.stories[id], ev.ID)
		}
		t.parts[ev.ID] = part
		t.cohesion[ev.ID] = ev.Cohesion
		if ev.SplitFrom != "" {
			t.split[ev.ID] = ev.SplitFrom
		}
	}
	return nil
}

// records makes the record of every touched event anew.
func (t *tick) records() {
	for _, id := range slices.Sorted(maps.Keys(t.touched)) {
		was := t.Engine.events[id]
		if len(t.parts[id]) == 0 {
			delete(t.parts, id)
			delete(t.linkable, id)
			if was != nil {
				delete(t.Engine.events, id)
				t.end(was)
			}
			continue
		}
		now := t.record(id, was)
		if t.changedStories(was, now) {
			t.relink[id] = true
			delete(t.linkable, id)
		}
		if was != nil && sameEvent(was, now) {
			continue
		}
		t.Engine.events[id] = now
		t.changed[id] = true
		t.journalEvent(was, now)
	}
}

// end retires an event that has no stories left and says where they went.
func (t *tick) end(was *Event) {
	to, reason := "", event.ReasonRemoved
	if r, ok := t.ended[was.ID]; ok {
		to, reason = r.To, r.Reason
	} else if r := t.stories[was.Members[0]]; r != nil && r.place.Event != was.ID {
		to, reason = r.place.Event, event.ReasonMerged
	}
	if t.Engine.threads[was.Thread] != nil {
		t.torn[was.Thread] = true
	}
	t.left[was.Thread] = true
	t.delta.Ended = append(t.delta.Ended, Redirect{From: was.ID, To: to, Reason: reason})
	t.journalEventEnd(was, to, reason)
}

// record describes an event as it is now: its representatives with their copies.
func (t *tick) record(id string, was *Event) *Event {
	now := &Event{ID: id, Cohesion: 1}
	if was != nil {
		now.Thread, now.Cohesion, now.Mentions = was.Thread, was.Cohesion, was.Mentions
		now.Happening, now.Counterparts = was.Happening, was.Counterparts
	}
	if c, ok := t.cohesion[id]; ok {
		now.Cohesion = c
	}
	reps := slices.Collect(maps.Keys(t.parts[id]))
	t.sortStories(reps)
	for _, rep := range reps {
		now.Members = append(now.Members, t.members(t.stories[rep])...)
	}
	t.sortStories(now.Members)
	first := t.stories[now.Members[0]]
	now.First, now.Last = first.published, first.published
	for _, id := range now.Members {
		r := t.stories[id]
		if r.precision == Arrival && first.precision != Arrival {
			continue
		}
		if r.published.Before(now.First) {
			now.First = r.published
		}
		if r.published.After(now.Last) {
			now.Last = r.published
		}
	}
	now.Lang = first.lang
	now.Representative = t.headline(reps)
	now.Names = t.names(reps)
	return now
}

// headline chooses the story whose headline stands for an event: the first report with a headline that was copied most,
// because desks copy what is good.
func (t *tick) headline(reps []string) string {
	best, most := reps[0], -1
	for _, id := range reps {
		r := t.stories[id]
		if !r.features.titled {
			continue
		}
		if n := len(t.members(r)); n > most {
			best, most = id, n
		}
	}
	return best
}

// maxNames bounds Event.Names.
const maxNames = 8

// names lists the specific names that a third of the reports, and at least one, mention: by how many mention them, then
// as written.
func (t *tick) names(reps []string) []string {
	counts := make(map[string]int)
	for _, id := range reps {
		for _, name := range t.stories[id].features.profile.Phrases() {
			counts[name]++
		}
	}
	least := max(1, len(reps)/3)
	var names []string
	for name, n := range counts {
		if n >= least {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	return names[:min(len(names), maxNames)]
}

func sameEvent(a, b *Event) bool {
	return a.Thread == b.Thread && a.Representative == b.Representative && a.Lang == b.Lang && a.Cohesion == b.Cohesion &&
		a.First.Equal(b.First) && a.Last.Equal(b.Last) && slices.Equal(a.Members, b.Members) && slices.Equal(a.Names, b.Names)
}
