package eval

import (
	"maps"
	"slices"
)

// Publication is what one tick said of the ids of a level.
type Publication struct {
	// Ended has the ids that went out of use, with what they lead to; empty where that is nothing.
	Ended map[string]string
	// Lost has the ids of the clusters that the tick said to have lost members while they live on.
	Lost map[string]bool
}

// Identity says what became of ids while members came in, tick by tick.
type Identity struct {
	Members int `json:"members"` // that have a place
	IDs     int `json:"ids"`     // that were given out
	// Changed is how many members changed their id at all.
	Changed int `json:"changed"`
	Merged  int `json:"merged"` // ids that went out of use because their members joined others
	Split   int `json:"split"`  // ids that were new and whose members came from others
	// Unpublished counts what no reader of the journal could know: ids that went out of use or lost a member and did not
	// say so, and clusters that were given another id although they neither merged nor split.
	Unpublished int `json:"unpublished"`
	// Dangling is how many ids that ended lead neither to one that is in use nor to the end of all their members.
	Dangling int `json:"dangling"`
}

// IDs follows the ids of one level. The zero value is not ready, see NewIDs.
type IDs struct {
	at      map[string]string // cluster of each member
	given   map[string]bool
	changed map[string]bool
	ended   map[string]string
	out     Identity
}

// NewIDs returns one that has seen nothing.
func NewIDs() *IDs {
	return &IDs{at: make(map[string]string), given: make(map[string]bool), changed: make(map[string]bool), ended: make(map[string]string)}
}

// Tick takes the places of all members after a tick, and what it said.
func (x *IDs) Tick(now map[string]string, said Publication) {
	live := make(map[string]bool)
	before := make(map[string]bool)
	for _, id := range x.at {
		before[id] = true
	}
	gone, lost := make(map[string]bool), make(map[string]bool)
	sources := make(map[string]map[string]bool) // what the members of a cluster come from
	targets := make(map[string]map[string]bool) // where the members of one went
	note := func(of map[string]map[string]bool, a, b string) {
		if of[a] == nil {
			of[a] = make(map[string]bool)
		}
		of[a][b] = true
	}
	for _, id := range now {
		live[id], x.given[id] = true, true
		delete(x.ended, id)
	}
	for id := range before {
		if !live[id] {
			gone[id] = true
		}
	}
	for m, was := range x.at {
		is, ok := now[m]
		if !ok {
			continue
		}
		note(sources, is, was)
		note(targets, was, is)
		if is != was {
			x.changed[m] = true
			lost[was] = live[was]
		}
	}
	for id := range gone {
		to, ok := said.Ended[id]
		// One old cluster became one new one, under an id that is new: nothing came together or apart.
		renamed := len(targets[id]) == 1
		for next := range targets[id] {
			renamed = renamed && !before[next] && len(sources[next]) == 1
		}
		if !ok || renamed {
			x.out.Unpublished++
		}
		if len(targets[id]) > 0 && !renamed {
			x.out.Merged++
		}
		if ok {
			x.ended[id] = to
		}
	}
	for id, alive := range lost {
		if alive && !said.Lost[id] {
			x.out.Unpublished++
		}
	}
	for id, from := range sources {
		if !before[id] && !slices.ContainsFunc(slices.Collect(maps.Keys(from)), func(was string) bool { return gone[was] && len(targets[was]) == 1 && len(from) == 1 }) {
			x.out.Split++
		}
	}
	x.at = maps.Clone(now)
}

// Known tells which ids were given out before or are in the places of now.
func (x *IDs) Known(now map[string]string) func(id string) bool {
	fresh := make(map[string]bool)
	for _, id := range now {
		fresh[id] = !x.given[id]
	}
	return func(id string) bool { return x.given[id] || fresh[id] }
}

// Identity sums up.
func (x *IDs) Identity() Identity {
	out := x.out
	out.Members, out.IDs, out.Changed = len(x.at), len(x.given), len(x.changed)
	live := make(map[string]bool)
	for _, id := range x.at {
		live[id] = true
	}
	for _, id := range slices.Sorted(maps.Keys(x.ended)) {
		to := id
		for hops := 0; !live[to] && to != ""; hops++ {
			next, ok := x.ended[to]
			if !ok || hops > len(x.ended) {
				out.Dangling++
				break
			}
			to = next
		}
	}
	return out
}
