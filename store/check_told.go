package store

import (
	"maps"
	"slices"

	"github.com/samestory/samestory/cluster"
)

// checkTold sees to it that events which name each other as counterparts agree: both say so, with one probability, are
// told in different languages, report one happening and are in one thread. The happening has the id of one of them.
func (c *checker) checkTold() error {
	told := make(map[string]*cluster.Event) // with counterparts, which few have
	err := c.scan(tabEvent, func(key, value []byte) error {
		e, err := decodeEvent(string(key), value)
		if err != nil {
			return nil // reported before
		}
		if len(e.event.Counterparts) > 0 {
			told[e.event.ID] = &e.event
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(told)) {
		e := told[id]
		switch h := c.teller(told, e.Happening); {
		case h == nil:
			c.add(BadEvent, "event %s reports happening %s, which is no event with counterparts", id, e.Happening)
		case h.Happening != h.ID:
			c.add(BadEvent, "event %s reports happening %s, which reports %s itself", id, h.ID, h.Happening)
		}
		for i := range e.Counterparts {
			c.checkCounterpart(e, &e.Counterparts[i], c.teller(told, e.Counterparts[i].Event))
		}
	}
	return c.ctx.Err()
}

func (c *checker) checkCounterpart(e *cluster.Event, to *cluster.Counterpart, other *cluster.Event) {
	back := func(b cluster.Counterpart) bool { return b.Event == e.ID && b.Probability == to.Probability }
	switch {
	case other == nil || !slices.ContainsFunc(other.Counterparts, back):
		c.add(BadEvent, "event %s names counterpart %s, which does not name it", e.ID, to.Event)
	case other.Lang == e.Lang:
		c.add(BadEvent, "events %s and %s are counterparts in one language", e.ID, other.ID)
	case other.Happening != e.Happening:
		c.add(BadEvent, "events %s and %s are counterparts and report %s and %s", e.ID, other.ID, e.Happening, other.Happening)
	case other.Thread != e.Thread:
		c.add(BadThread, "events %s and %s are counterparts and in threads %s and %s", e.ID, other.ID, e.Thread, other.Thread)
	}
}
