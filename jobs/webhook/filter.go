package webhook

import (
	"errors"
	"slices"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

// Filter says which entries an endpoint wants. Whatever is set has to hold; the zero Filter lets everything pass.
type Filter struct {
	Kinds  []string // words of Kinds
	Levels []string // words of Levels
	// MinSources lets an entry of an event pass when the event has reached so many independent sources: once for each
	// event. What had reached them before the endpoint was there stays silent.
	MinSources int
	// Follow are ids of events and threads. An entry concerns one if it is about it, leads to it, takes it in or lets it
	// go, or is about an event of a thread that is followed. Ids that went into another are followed there.
	Follow []string
}

// follows are the ids to look for: those that are followed, and what they have become.
func (f *Filter) follows(v View) (map[string]bool, error) {
	if len(f.Follow) == 0 {
		return nil, nil
	}
	ids := make(map[string]bool, 2*len(f.Follow))
	for _, id := range f.Follow {
		ids[id] = true
		now, err := v.Resolve(id)
		if errors.Is(err, store.ErrNotFound) {
			continue // it ended without a successor
		}
		if err != nil {
			return nil, err
		}
		ids[now] = true
	}
	return ids, nil
}

// passes tells whether an entry is wanted as far as it says so itself.
func (f *Filter) passes(e *Entry, follows map[string]bool) bool {
	if len(f.Levels) > 0 && !slices.Contains(f.Levels, e.Level) || len(f.Kinds) > 0 && !slices.Contains(f.Kinds, e.Kind) {
		return false
	}
	return follows == nil || concerns(e, follows)
}

func concerns(e *Entry, ids map[string]bool) bool {
	if ids[e.Object] || ids[e.Other] {
		return true
	}
	for _, s := range [...]*State{e.Before, e.After} {
		if s != nil && ids[s.Thread] {
			return true
		}
	}
	if e.Level != cluster.LevelThread {
		return false // only what threads hold has ids that can be followed
	}
	has := func(id string) bool { return ids[id] }
	return slices.ContainsFunc(e.In, has) || slices.ContainsFunc(e.Out, has)
}

// Levels are the words for what an entry is about.
func Levels() []string {
	return []string{cluster.LevelGroup, cluster.LevelEvent, cluster.LevelThread, cluster.LevelSeries, cluster.LevelOverride}
}

// Kinds are the words for what an entry says: first those of what clusters do, then those of what editors order.
func Kinds() []string {
	return []string{
		cluster.Created, cluster.Grew, cluster.Shrank, cluster.Changed, cluster.Renamed, cluster.Split, cluster.Merged, cluster.Ended,
		"pin", "forbid", "merge", "rename", "undo",
	}
}
