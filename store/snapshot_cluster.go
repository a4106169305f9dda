package store

import (
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/samestory/samestory/cluster"
)

// Resolve follows the redirect of an id: the id in use now, id itself if it has not ended. It does not say whether an
// id was ever in use. *EndedError if it ended without a successor.
func (v *Snapshot) Resolve(id string) (string, error) {
	for to := id; ; {
		r, err := v.Redirect(to)
		switch {
		case errors.Is(err, errNoRedirect):
			return to, nil
		case err != nil:
			return "", err
		case r.To == "":
			return "", &EndedError{ID: id, Reason: r.Reason}
		case r.To == id:
			return "", corrupt("redirects of %s make a circle", id)
		}
		to = r.To
	}
}

var errNoRedirect = fmt.Errorf("redirect: %w", ErrNotFound)

// Redirect reads where an id went and why; ErrNotFound for an id that has not ended.
func (v *Snapshot) Redirect(id string) (Redirect, error) {
	if id == "" || len(id) > maxID {
		return Redirect{}, errNoRedirect
	}
	value, err := v.get(keyID(tabRedirect, id))
	if err != nil {
		return Redirect{}, err
	}
	if value == nil {
		return Redirect{}, errNoRedirect
	}
	return decodeRedirect(id, value)
}

// ids turns the story keys of a record into story ids.
func (v *Snapshot) ids(what, id string, keys []storyKey) ([]string, error) {
	list := make([]string, len(keys))
	for i, k := range keys {
		if name, ok := v.names.id(k); ok {
			list[i] = name
			continue
		}
		m, _, err := v.load(k)
		if err != nil {
			return nil, fmt.Errorf("member %x of %s %s: %w", k, what, id, notMissing(err))
		}
		list[i] = m.story.ID
	}
	return list, nil
}

// notMissing makes damage of what is missing although a record names it.
func notMissing(err error) error {
	if errors.Is(err, ErrNotFound) {
		return corrupt("it is not in the store")
	}
	return err
}

func (v *Snapshot) lone(id string) (l lone, found bool, err error) {
	value, err := v.get(keyID(tabLone, id))
	if err != nil || value == nil {
		return lone{}, false, err
	}
	l, err = decodeLone(value)
	return l, err == nil, err
}

// record reads a record of one table, following redirects; nil if there is none under the id it returns.
func (v *Snapshot) record(table byte, what, id string) (value []byte, now string, err error) {
	if id == "" || len(id) > maxID {
		return nil, "", fmt.Errorf("%s %q: %w", what, id, ErrNotFound)
	}
	if value, err = v.get(keyID(table, id)); value != nil || err != nil {
		return value, id, err
	}
	if now, err = v.Resolve(id); err != nil {
		return nil, "", fmt.Errorf("%s %s: %w", what, id, err)
	}
	if now != id {
		value, err = v.get(keyID(table, now))
	}
	return value, now, err
}

// Group reads a duplicate group, following redirects: the result has another ID then. A story alone has a group of one
// member. ErrNotFound.
func (v *Snapshot) Group(id string) (cluster.Group, error) {
	value, now, err := v.record(tabGroup, "group", id)
	if err != nil {
		return cluster.Group{}, err
	}
	if value != nil {
		return v.group(now, value)
	}
	l, found, err := v.lone(now)
	if err != nil {
		return cluster.Group{}, err
	}
	if !found || l.kind != loneGroup {
		return cluster.Group{}, fmt.Errorf("group %s: %w", id, ErrNotFound)
	}
	members, err := v.ids("group", now, []storyKey{l.story})
	if err != nil {
		return cluster.Group{}, err
	}
	return cluster.Group{ID: now, Representative: members[0], Members: members}, nil
}

func (v *Snapshot) group(id string, value []byte) (cluster.Group, error) {
	row, err := decodeGroup(value)
	if err != nil {
		return cluster.Group{}, err
	}
	members, err := v.ids("group", id, row.members)
	if err != nil {
		return cluster.Group{}, err
	}
	g := cluster.Group{ID: id, Members: members}
	for i, k := range row.members {
		if k == row.representative {
			g.Representative = members[i]
		}
	}
	return g, nil
}

// Groups yields the duplicate groups of two or more stories in the order of their ids. An error ends the sequence.
func (v *Snapshot) Groups() iter.Seq2[cluster.Group, error] {
	return func(yield func(cluster.Group, error) bool) {
		err := v.scan(tabGroup, nil, nil, func(key, value []byte) (bool, error) {
			g, err := v.group(string(key), value)
			if err != nil {
				return false, err
			}
			return yield(g, nil), nil
		})
		if err != nil {
			yield(cluster.Group{}, err)
		}
	}
}

// Event reads an event, following redirects: the result has another ID then. ErrNotFound.
func (v *Snapshot) Event(id string) (cluster.Event, error) {
	value, now, err := v.record(tabEvent, "event", id)
	if err != nil {
		return cluster.Event{}, err
	}
	if value == nil {
		return cluster.Event{}, fmt.Errorf("event %s: %w", id, ErrNotFound)
	}
	row, err := decodeEvent(now, value)
	if err != nil {
		return cluster.Event{}, err
	}
	e := row.event
	if e.Members, err = v.ids("event", now, row.members); err != nil {
		return cluster.Event{}, err
	}
	for i, k := range row.members {
		if k == row.representative {
			e.Representative = e.Members[i]
		}
	}
	return e, nil
}

// EventOf reads the event that a story is in; ErrNotFound, or ErrPending for a story without one.
func (v *Snapshot) EventOf(story string) (cluster.Event, error) {
	m, _, err := v.find(story)
	if err != nil {
		return cluster.Event{}, err
	}
	if m.placement.Event == "" {
		return cluster.Event{}, fmt.Errorf("story %s: %w", story, ErrPending)
	}
	return v.Event(m.placement.Event)
}

// Thread reads a thread, following redirects: the result has another ID then. An event alone has a thread of one link.
// ErrNotFound.
func (v *Snapshot) Thread(id string) (cluster.Thread, error) {
	value, now, err := v.record(tabThread, "thread", id)
	if err != nil {
		return cluster.Thread{}, err
	}
	if value != nil {
		return decodeThread(now, value)
	}
	l, found, err := v.lone(now)
	if err != nil {
		return cluster.Thread{}, err
	}
	if !found || l.kind != loneThread {
		return cluster.Thread{}, fmt.Errorf("thread %s: %w", id, ErrNotFound)
	}
	value, err = v.get(keyID(tabEvent, l.event))
	if err != nil {
		return cluster.Thread{}, err
	}
	if value == nil {
		return cluster.Thread{}, corrupt("thread %s names event %s, which is not in the store", now, l.event)
	}
	row, err := decodeEvent(l.event, value)
	if err != nil {
		return cluster.Thread{}, err
	}
	return cluster.Thread{
		ID: now, First: row.event.First, Last: row.event.Last,
		Links: []cluster.Link{{Event: l.event, Kind: "founding", Score: 1}},
	}, nil
}

// EventHeads yields what the time index knows of the events that overlap from <= time < to, ordered by the second of
// their last story, then by id. A zero bound is none. It reads no records: use it to choose, Event to read. An error
// ends the sequence.
func (v *Snapshot) EventHeads(from, to time.Time) iter.Seq2[EventHead, error] {
	return func(yield func(EventHead, error) bool) {
		err := v.overlapping(tabEventTime, from, to, func(id string, first, last time.Time, n int) bool {
			return yield(EventHead{ID: id, Stories: n, First: first, Last: last}, nil)
		})
		if err != nil {
			yield(EventHead{}, err)
		}
	}
}

// ThreadHeads is EventHeads for threads of two or more events.
func (v *Snapshot) ThreadHeads(from, to time.Time) iter.Seq2[ThreadHead, error] {
	return func(yield func(ThreadHead, error) bool) {
		err := v.overlapping(tabThreadTime, from, to, func(id string, first, last time.Time, n int) bool {
			return yield(ThreadHead{ID: id, Events: n, First: first, Last: last}, nil)
		})
		if err != nil {
			yield(ThreadHead{}, err)
		}
	}
}

func (v *Snapshot) overlapping(table byte, from, to time.Time, each func(string, time.Time, time.Time, int) bool) error {
	c, err := v.counts()
	if err != nil {
		return err
	}
	longest := c.longestEvent
	if table == tabThreadTime {
		longest = c.longestThread
	}
	lower, upper := span(from, to)
	if upper != nil {
		// What ended later than the window may have begun in it, but not if it took longer than anything did.
		upper = appendTimeKey(nil, time.Unix(timeOfKey(upper).Unix()+longest, 0))
	}
	return v.scan(table, lower, upper, func(key, value []byte) (bool, error) {
		if len(key) <= timeWidth {
			return false, corrupt("time index: %d bytes of key", len(key))
		}
		first, n, err := decodeHead(value)
		if err != nil {
			return false, err
		}
		if !to.IsZero() && !first.Before(to) {
			return true, nil
		}
		return each(string(key[timeWidth:]), first, timeOfKey(key), n), nil
	})
}

// Events yields the events that overlap from <= time < to in the order of EventHeads, most of them of one story. A zero
// bound is none. An error ends the sequence.
func (v *Snapshot) Events(from, to time.Time) iter.Seq2[cluster.Event, error] {
	return func(yield func(cluster.Event, error) bool) {
		for head, err := range v.EventHeads(from, to) {
			var e cluster.Event
			if err == nil {
				e, err = v.Event(head.ID)
			}
			if !yield(e, err) || err != nil {
				return
			}
		}
	}
}

// Threads yields the threads of two or more events that overlap from <= time < to in the order of ThreadHeads. A zero
// bound is none. An error ends the sequence.
func (v *Snapshot) Threads(from, to time.Time) iter.Seq2[cluster.Thread, error] {
	return func(yield func(cluster.Thread, error) bool) {
		for head, err := range v.ThreadHeads(from, to) {
			var t cluster.Thread
			if err == nil {
				t, err = v.Thread(head.ID)
			}
			if !yield(t, err) || err != nil {
				return
			}
		}
	}
}
