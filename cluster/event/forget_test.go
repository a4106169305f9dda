package event

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// A window that moves on for ever holds what is in it: what was forgotten leaves neither its texts' features nor its lists,
// and the index does not fill with it.
func TestForgottenStoriesTakeNoMemory(t *testing.T) {
	c := mustNew(t)
	var last []Item
	for round := range 8 {
		items := newsroom(uint64(round+1), 20, 5)
		for i := range items {
			items[i].ID = fmt.Sprintf("%d-%s", round, items[i].ID)
			items[i].Time = items[i].Time.Add(time.Duration(round) * 30 * 24 * time.Hour)
		}
		c.Add(items)
		clusterAll(t, c)
		ids := make([]string, 0, len(last))
		for _, it := range last {
			ids = append(ids, it.ID)
		}
		before := eventsOf(c, items)
		c.Forget(ids)
		if c.Len() != len(items) {
			t.Fatalf("round %d: %d resident, not the last %d", round, c.Len(), len(items))
		}
		clusterAll(t, c)
		for id, event := range eventsOf(c, items) {
			if event != before[id] {
				t.Errorf("round %d: %s went from %s to %s when others were forgotten", round, id, before[id], event)
			}
		}
		last = items
	}
	live, all := 0, 0
	for _, l := range c.languages {
		for _, list := range l.index.lists {
			all += len(list)
			live += len(slices.DeleteFunc(slices.Clone(list), func(p posting) bool { return c.stories[p.story()].gone }))
		}
	}
	if live == 0 || all > 3*live {
		t.Errorf("the index has %d entries, of which %d are of resident stories", all, live)
	}
	gone := 0
	for _, s := range c.stories {
		if !s.gone {
			continue
		}
		gone++
		if s != s.lang.forgotten {
			t.Errorf("%s is forgotten and still there", s.id)
		}
	}
	if gone == 0 {
		t.Error("nothing was forgotten")
	}
}
