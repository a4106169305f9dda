package cluster

import (
	"github.com/samestory/samestory/cluster/event"
	"github.com/samestory/samestory/cluster/thread"
)

// The levels of a Change.
const (
	LevelGroup    = "group"
	LevelEvent    = "event"
	LevelThread   = "thread"
	LevelSeries   = "series"
	LevelOverride = "override"
)

// The kinds of a Change of a group, event, thread or series. Overrides have kinds of their own.
const (
	Created = "created"
	Grew    = "grew"
	Shrank  = "shrank"
	Changed = "changed" // members came and others went
	Renamed = "renamed" // the same members, with another representative or title
	Split   = "split"   // new, from members that left Other
	Merged  = "merged"  // its members went to Other, which lives on
	Ended   = "ended"   // no longer in use; Other, where there is one, stands for it
)

// Change is one journal entry before the store gives it a sequence number and a time: what became of one object in one
// tick, and why.
//
// The engine writes one for everything it changes. The store makes them whole: In, Out, Before and After are what the
// tick did to the stored rows, entries for what only the store knows of (the id of a lone story that joined a group) are
// added, so that the members of every group, event and thread at any time follow from the journal alone. What it adds no
// reason to, it takes from here: Kind, Other, Reason, Links, Margin and titles.
//
// Three things go without saying. A group of one story that has never had another is implied by the story, a thread of
// one event by the Thread that the event was created with; they get entries from when something comes to them, or they
// end. An entry that brings the second member to such a group or thread is its "created" and lists the first as well.
// And copies are listed with their representative: what comes to an event comes with its copies.
type Change struct {
	Level  string // see the Level constants
	Kind   string
	Object string
	// In and Out are the members that came and went, in order: stories of a group, event or series, events of a thread.
	In, Out []string
	Other   string // the other object of a merge or split, the successor of what ended; may be empty
	// Before and After are zero where the object was not, or is no more.
	Before, After State
	// Links are the kinds of the links of In: only of a thread, empty or as long as In.
	Links  []string
	Reason string // for people: "mean link .62, needs .46"; may be empty
	// Margin is how far the decision was from going the other way, to a thousandth; nil where nothing was weighed. Of an
	// event it is the mean link between what came, or went, and the rest, less the mean link at which clusters join: low
	// or below 0 where a cluster as a whole joined over other stories (loose clusters accept looser links). Of an event
	// that is new it is the mean link of its stories less the same. Of a thread it is the least margin among the links
	// that came, see thread.Relation.
	Margin *float64
}

// State is an object before or after a change.
type State struct {
	Size           int     // members
	Representative string  // story id, of a group or event
	Thread         string  // of an event
	Title          string  // that an editor gave it; empty where the representative's headline stands
	Cohesion       float64 // of an event, to a thousandth
}

// EventID is the id of the event that a story founds.
func EventID(founder string) string { return event.EventID(founder) }

// ThreadID is the id of the thread that the event of this founding story founds.
func ThreadID(founder string) string { return thread.ID(founder) }
