package store

import "github.com/samestory/samestory/cluster"

// A check of the whole store has every record at hand when the rules ask for it. A check of a part looks up what the part
// names and does not hold: such a record answers for itself when its own part is due. One that cannot be read is nil here.

// story is what the rows of a story say; nil where there is none.
func (c *checker) story(k storyKey) *checkedStory {
	if s := c.stories[k]; s != nil || c.part == nil {
		return s
	}
	value, err := c.v.get(keyStory(tabIndex, k))
	if err != nil || value == nil {
		return nil
	}
	at, err := decodeIndex(k, value)
	if err != nil {
		return nil
	}
	s := &checkedStory{at: at}
	c.stories[k] = s
	if value, err = c.v.get(keyPlace(tabMeta, at)); err != nil || value == nil {
		return s
	}
	if m, err := decodeMeta(value); err == nil {
		s.take(&m)
	}
	return s
}

// event is what the record of an event says; nil where there is none.
func (c *checker) event(id string) *checkedEvent {
	if e := c.events[id]; e != nil || c.part == nil {
		return e
	}
	if e, known := c.part.events[id]; known {
		return e
	}
	var e *checkedEvent
	if row, ok := c.part.eventRow(id); ok {
		e = newCheckedEvent(&row)
	}
	c.part.events[id] = e
	return e
}

// teller is an event with counterparts; nil where there is none.
func (c *checker) teller(told map[string]*cluster.Event, id string) *cluster.Event {
	if e := told[id]; e != nil || c.part == nil {
		return e
	}
	row, ok := c.part.eventRow(id)
	if !ok || len(row.event.Counterparts) == 0 {
		return nil
	}
	return &row.event
}

// redirected tells where an ended id went.
func (c *checker) redirected(to map[string]string, from string) (next string, ok bool) {
	if next, ok = to[from]; ok || c.part == nil {
		return next, ok
	}
	value, err := c.v.get(keyID(tabRedirect, from))
	if err != nil || value == nil {
		return "", false
	}
	r, err := decodeRedirect(from, value)
	return r.To, err == nil
}
