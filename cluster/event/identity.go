package event

import (
	"cmp"
	"encoding/base32"
	"slices"
	"strconv"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/samestory/samestory/cluster/identity"
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

// Reasons of a Redirect, see package identity.
const (
	ReasonMerged    = identity.Merged
	ReasonSplit     = identity.Split
	ReasonRefounded = identity.Refounded
	ReasonRemoved   = identity.Removed
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

// identify gives the clusters their ids and takes them over as the current events. With found every event is named by
// its founder; otherwise a cluster keeps the id of the event that it goes on with, see package identity.
func (c *Clusterer) identify(groups []group, found bool) Changes {
	var was []*cell
	var old []identity.Old[int32]
	now := make([][]int32, len(groups))
	seen := make(map[*cell]bool)
	for k, g := range groups {
		now[k] = g.members
		for _, m := range g.members {
			if e := c.stories[m].event; e != nil && !seen[e] {
				seen[e] = true
				was = append(was, e)
				old = append(old, identity.Old[int32]{ID: e.id, Members: e.members})
			}
		}
	}
	result := identity.Assign(old, now, identity.Rules[int32]{
		Compare: c.compare,
		Name: func(k, try int) string {
			founder := c.stories[groups[k].members[0]].id
			if try > 1 {
				founder += "\x00" + strconv.Itoa(try)
			}
			return EventID(founder)
		},
		Taken: func(id string) bool {
			e := c.cells[id]
			return e != nil && !seen[e] || c.reserved != nil && c.reserved(id)
		},
		Found: found,
	})
	return c.take(groups, &result, was)
}

// take makes the clusters the current events and reports what changed.
func (c *Clusterer) take(groups []group, r *identity.Result, old []*cell) Changes {
	var out Changes
	before := make(map[string]*cell, len(old))
	for _, e := range old {
		before[e.id] = e
		delete(c.cells, e.id)
	}
	for k, g := range groups {
		e := &cell{id: r.IDs[k], members: g.members, cohesion: g.cohesion}
		c.cells[e.id] = e
		for _, m := range g.members {
			c.stories[m].event = e
		}
		was := before[e.id]
		if was != nil && (was.cohesion == e.cohesion || was.cohesion < 0) && slices.Equal(was.members, e.members) && c.left[e.id] == nil {
			continue
		}
		ev := c.describe(e)
		ev.SplitFrom = r.SplitFrom[k]
		out.Events = append(out.Events, ev)
	}
	for _, e := range r.Ended {
		out.Ended = append(out.Ended, Redirect(e))
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

// Reserve tells of ids that no event gets, though none of those that are here has it. nil reserves none.
func (c *Clusterer) Reserve(reserved func(id string) bool) { c.reserved = reserved }
