package store

import (
	"maps"
	"slices"
)

// checkExpired sees to it that what hangs together has expired together: of a group, an event or a thread all stories or
// none.
func (c *checker) checkExpired() error {
	of := func(members []storyKey) (expired, live int) {
		for _, k := range members {
			switch s := c.story(k); {
			case s == nil:
			case s.expired:
				expired++
			default:
				live++
			}
		}
		return expired, live
	}
	for _, id := range slices.Sorted(maps.Keys(c.groups)) {
		if expired, live := of(c.groups[id]); expired > 0 && live > 0 {
			c.add(BadGroup, "group %s has %d expired stories and %d others", id, expired, live)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.events)) {
		if expired, live := of(c.events[id].members); expired > 0 && live > 0 {
			c.add(BadEvent, "event %s has %d expired stories and %d others", id, expired, live)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.threads)) {
		var all []storyKey
		for _, event := range c.threads[id] {
			if e := c.event(event); e != nil {
				all = append(all, e.members...)
			}
		}
		if expired, live := of(all); expired > 0 && live > 0 {
			c.add(BadThread, "thread %s has %d expired stories and %d others", id, expired, live)
		}
	}
	return c.ctx.Err()
}
