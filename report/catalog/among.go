package catalog

import "github.com/samestory/samestory/report"

// Among counts which of the events with these ids a list of all of them has. An id that is given twice counts twice, one of
// an event that has ended or is not known yet not at all. Its error is ErrNotReady.
func (c *Catalog) Among(q report.Query, ids []string) (int, error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	b := c.books
	if b == nil {
		return 0, ErrNotReady
	}
	sets, plain := b.index.findAll(q.Needles(), len(b.events.slots)), q.Plain()
	since, until := bounds(q)
	n := 0
next:
	for _, id := range ids {
		slot, ok := b.events.at[id]
		if !ok {
			continue
		}
		s := &b.events.slots[slot]
		if s.last < since || s.first > until || !plain && !q.TakesEvent(s.entry) {
			continue
		}
		for _, set := range sets {
			if !set.has(slot) {
				continue next
			}
		}
		n++
	}
	return n, nil
}

// bounds is the window of a query in whole seconds, both ends included.
func bounds(q report.Query) (since, until int64) {
	since, until = -1<<63, 1<<63-1
	if !q.Since.IsZero() {
		since = q.Since.Unix()
	}
	if !q.Until.IsZero() {
		if until = q.Until.Unix(); q.Until.Nanosecond() == 0 {
			until-- // what begins at this second is not before it
		}
	}
	return since, until
}
