package catalog

import (
	"fmt"
	"maps"

	"github.com/samestory/samestory/store"
)

// How many steps are remembered, and how many ids in all: beyond, whoever asks has to take everything for changed.
const (
	stepsKept = 64
	stepIDs   = 1 << 16
)

// step is the way from one state to the next.
type step struct {
	from, to string
	about    map[string]bool // ids of all stories, events and threads that may be different
}

// steps are the last ones, each from where the one before led.
type steps []step

func (s *steps) add(from, to string, about map[string]bool) {
	list := append(*s, step{from, to, about})
	ids := 0
	for i := len(list) - 1; i >= 0; i-- {
		if ids += len(list[i].about); ids > stepIDs || len(list)-i > stepsKept {
			list = append(steps(nil), list[i+1:]...)
			break
		}
	}
	*s = list
}

// state names the state of the books; c.mu is held.
func (c *Catalog) state() string {
	if c.books == nil {
		return ""
	}
	return fmt.Sprintf("%d-%x-%x", c.books.seq, c.books.edition, c.begun)
}

// Same reports whether all that the store has under some ids is the same in the present state as it was in one before: the
// records of stories, events and threads, what the journal says of them, and what mentions them. It says no where that is
// not known any more, and may say so of what was written as it was.
func (c *Catalog) Same(state string, ids []string) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	now := c.state()
	if state == "" || now == "" {
		return false
	}
	if state == now {
		return true
	}
	for i := len(c.steps) - 1; i >= 0; i-- {
		s := &c.steps[i]
		for _, id := range ids {
			if s.about[id] {
				return false
			}
		}
		if s.from == state {
			return true
		}
	}
	return false
}

// tell takes in which ids an entry of the journal names.
func (c *changes) tell(e *store.JournalEntry) {
	if c.told == nil {
		c.told = make(map[string]bool)
	}
	c.told[e.Object], c.told[e.Other] = true, true
	for _, list := range [][]string{e.In, e.Out} {
		for _, id := range list {
			c.told[id] = true
		}
	}
}

// about are the ids of all that may be different from what it was, once it has been read.
func (c *changes) about(written *touched) map[string]bool {
	ids := make(map[string]bool, len(c.told)+len(c.events)+len(c.threads)+len(written.stories))
	for _, set := range []map[string]bool{c.told, c.events, c.threads, written.stories, written.others} {
		maps.Copy(ids, set)
	}
	for id := range written.events {
		ids[id] = true
	}
	for id := range written.threads {
		ids[id] = true
	}
	delete(ids, "")
	return ids
}
