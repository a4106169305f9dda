package event

import (
	"cmp"
	"encoding/base32"
	"slices"
	"strconv"
	"time"

	"github.com/zeebo/xxh3"
)

// Changes is what one clustering changed, each list sorted by id.
type Changes struct {
	Events []Event    // new events and events whose members or cohesion changed
	Ended  []Redirect // ids that ended
}

// Event is the state of one event after a clustering.
type Event struct {
	ID          string
	Members     []string // in the order of stories
	Founder     string   // the first of them
	First, Last time.Time
	Undated     bool    // no member has a date; First and Last are arrivals
	Cohesion    float64 // mean link over all pairs, 1 for a single story
	SplitFrom   string  // id of the event that its stories left, empty unless this event is new by a split
}

// Reasons of a Redirect.
const (
	ReasonMerged    = "merged"    // its stories joined an event with an id of its own
	ReasonSplit     = "split"     // its stories went to several events; To has the most
	ReasonRefounded = "refounded" // the same event, now named by an earlier founder
	ReasonRemoved   = "removed"   // its last story is gone; To is empty
)

// Redirect says where the stories of an ended event id are.
type Redirect struct {
	From, To string
	Reason   string
}

// EventID is the id that a founding story gives its event.
func EventID(founder string) string {
	h := xxh3.HashString128("event\x00" + founder).Bytes()
	return "e" + base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").EncodeToString(h[:])[:10]
}

// overlap is how many stories a cluster has from an old event.
type overlap struct {
	old   *cell
	group int
	n     int
}

// identify gives the clusters their ids and takes them over as the current events. With found every event is named by
// its founder; otherwise a cluster keeps the id of the old event that it shares most stories with.
func (c *Clusterer) identify(groups []group, found bool) Changes {
	overlaps, old := c.overlaps(groups)
	ids := make([]string, len(groups))
	if found {
		for k, g := range groups {
			ids[k] = EventID(c.stories[g.members[0]].id)
		}
	} else {
		c.inherit(groups, overlaps, old, ids)
	}
	return c.take(groups, ids, overlaps, old)
}

// overlaps counts what the clusters have of the old events, most first, and lists these.
func (c *Clusterer) overlaps(groups []group) ([]overlap, []*cell) {
	var out []overlap
	var old []*cell
	seen := map[*cell]bool{}
	for k, g := range groups {
		from := len(out)
		for _, m := range g.members {
			e := c.stories[m].event
			if e == nil {
				continue
			}
			if !seen[e] {
				seen[e] = true
				old = append(old, e)
			}
			at := slices.IndexFunc(out[from:], func(o overlap) bool { return o.old == e })
			if at < 0 {
				out = append(out, overlap{e, k, 1})
			} else {
				out[from+at].n++
			}
		}
	}
	slices.SortFunc(out, func(a, b overlap) int {
		return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.group, b.group), cmp.Compare(a.old.id, b.old.id))
	})
	slices.SortFunc(old, func(a, b *cell) int { return cmp.Compare(a.id, b.id) })
	return out, old
}

// inherit hands the old ids to the clusters, largest overlap first, and makes ids for the rest.
func (c *Clusterer) inherit(groups []group, overlaps []overlap, old []*cell, ids []string) {
	used := map[string]bool{}
	for _, o := range overlaps {
		if ids[o.group] == "" && !used[o.old.id] {
			ids[o.group] = o.old.id
			used[o.old.id] = true
		}
	}
	involved := map[string]bool{}
	for _, e := range old {
		involved[e.id] = true
	}
	free := func(id string) bool {
		_, live := c.cells[id]
		return !used[id] && (!live || involved[id])
	}
	for k, g := range groups {
		if ids[k] != "" {
			continue
		}
		founder := c.stories[g.members[0]].id
		id := EventID(founder)
		for n := 2; !free(id); n++ {
			id = EventID(founder + "\x00" + strconv.Itoa(n))
		}
		ids[k] = id
		used[id] = true
	}
}

// take makes the clusters the current events and reports what changed.
func (c *Clusterer) take(groups []group, ids []string, overlaps []overlap, old []*cell) Changes {
	var out Changes
	before := make(map[string]cell, len(old))
	for _, e := range old {
		before[e.id] = *e
		delete(c.cells, e.id)
	}
	first := map[string]overlap{} // the largest overlap of each old event
	sources := make([]int, len(groups))
	largest := make([]overlap, len(groups))
	for _, o := range overlaps {
		if _, ok := first[o.old.id]; !ok {
			first[o.old.id] = o
		}
		if sources[o.group]++; sources[o.group] == 1 {
			largest[o.group] = o
		}
	}
	for k, g := range groups {
		e := &cell{id: ids[k], members: g.members, cohesion: g.cohesion}
		c.cells[e.id] = e
		was, known := before[e.id]
		if known && (was.cohesion == e.cohesion || was.cohesion < 0) && slices.Equal(was.members, e.members) && c.left[e.id] == nil {
			continue
		}
		ev := c.describe(e)
		if o := largest[k]; !known && o.old != nil && first[o.old.id].group != k {
			ev.SplitFrom = o.old.id
		}
		out.Events = append(out.Events, ev)
	}
	for k, g := range groups {
		for _, m := range g.members {
			c.stories[m].event = c.cells[ids[k]]
		}
	}
	for _, e := range old {
		if _, live := c.cells[e.id]; live {
			continue
		}
		o := first[e.id]
		reason := ReasonSplit
		if o.n == len(e.members) {
			reason = ReasonMerged
			if sources[o.group] == 1 {
				reason = ReasonRefounded
			}
		}
		out.Ended = append(out.Ended, Redirect{e.id, ids[o.group], reason})
	}
	for id, e := range c.left {
		if len(e.members) == 0 && c.cells[id] == e {
			delete(c.cells, id)
			out.Ended = append(out.Ended, Redirect{From: id, Reason: ReasonRemoved})
		}
	}
	clear(c.left)
	slices.SortFunc(out.Events, func(a, b Event) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(out.Ended, func(a, b Redirect) int { return cmp.Compare(a.From, b.From) })
	return out
}

func (c *Clusterer) describe(e *cell) Event {
	founder := c.stories[e.members[0]]
	out := Event{ID: e.id, Founder: founder.id, First: founder.time, Last: founder.time, Undated: founder.undated, Cohesion: e.cohesion}
	for _, m := range e.members {
		s := c.stories[m]
		out.Members = append(out.Members, s.id)
		if s.undated && !founder.undated {
			continue
		}
		if s.time.Before(out.First) {
			out.First = s.time
		}
		if s.time.After(out.Last) {
			out.Last = s.time
		}
	}
	return out
}
