package store

import (
	"cmp"
	"errors"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster"
)

// head is what Snapshot.EventHeads says of an event that was there, with exact times.
func (p *Past) head(id string) (EventHead, error) {
	was := p.events[id]
	if was == nil {
		value, err := p.v.get(keyID(tabEvent, id))
		if err != nil {
			return EventHead{}, err
		}
		row, err := decodeEvent(id, value)
		return EventHead{ID: id, Stories: len(row.members), First: row.event.First, Last: row.event.Last}, err
	}
	list, err := p.stories("event", id, was.members)
	if err != nil {
		return EventHead{}, err
	}
	h := EventHead{ID: id, Stories: len(list)}
	h.First, h.Last = timesOf(list)
	return h, nil
}

// EventHeads is Snapshot.EventHeads of then.
func (p *Past) EventHeads(from, to time.Time) iter.Seq2[EventHead, error] {
	var past []EventHead
	var failed error
	for id, e := range p.events {
		if len(e.members) == 0 {
			continue
		}
		h, err := p.head(id)
		if err != nil {
			failed = err
			break
		}
		past = append(past, EventHead{ID: id, Stories: h.Stories, First: h.First.Truncate(time.Second), Last: h.Last.Truncate(time.Second)})
	}
	return merged(failed, past, p.v.EventHeads(from, to), from, to,
		func(h EventHead) (string, time.Time, time.Time) { return h.ID, h.First, h.Last },
		func(id string) bool { return p.events[id] != nil })
}

// ThreadHeads is Snapshot.ThreadHeads of then.
func (p *Past) ThreadHeads(from, to time.Time) iter.Seq2[ThreadHead, error] {
	var past []ThreadHead
	var failed error
	for id := range p.threads {
		t, _, err := p.readThread(id)
		if err != nil {
			failed = err
			break
		}
		if len(t.Links) > 1 {
			past = append(past, ThreadHead{ID: id, Events: len(t.Links), First: t.First.Truncate(time.Second), Last: t.Last.Truncate(time.Second)})
		}
	}
	return merged(failed, past, p.v.ThreadHeads(from, to), from, to,
		func(h ThreadHead) (string, time.Time, time.Time) { return h.ID, h.First, h.Last },
		func(id string) bool { return p.threads[id] != nil })
}

// merged yields the heads of what has changed since among those of now, in the order of their last second, then id.
func merged[T any](
	failed error, past []T, now iter.Seq2[T, error], from, to time.Time,
	about func(T) (id string, first, last time.Time), changed func(id string) bool,
) iter.Seq2[T, error] {
	compare := func(a, b T) int {
		aid, _, al := about(a)
		bid, _, bl := about(b)
		return cmp.Or(al.Compare(bl), strings.Compare(aid, bid))
	}
	lower := from.Truncate(time.Second)
	past = slices.DeleteFunc(past, func(h T) bool {
		_, first, last := about(h)
		return !from.IsZero() && last.Before(lower) || !to.IsZero() && !first.Before(to)
	})
	slices.SortFunc(past, compare)
	return func(yield func(T, error) bool) {
		var none T
		if failed != nil {
			yield(none, failed)
			return
		}
		for h, err := range now {
			if err != nil {
				yield(none, err)
				return
			}
			for len(past) > 0 && compare(past[0], h) < 0 {
				if !yield(past[0], nil) {
					return
				}
				past = past[1:]
			}
			if id, _, _ := about(h); changed(id) {
				continue
			}
			if !yield(h, nil) {
				return
			}
		}
		for _, h := range past {
			if !yield(h, nil) {
				return
			}
		}
	}
}

// MentionedIn lists the ids of the events that mention a thread; see Snapshot.MentionedIn.
func (p *Past) MentionedIn(thread string) ([]string, error) {
	list, err := p.v.MentionedIn(thread)
	if err != nil {
		return nil, err
	}
	var failed error
	list = slices.DeleteFunc(list, func(id string) bool {
		there, err := p.there(id)
		failed = cmp.Or(failed, err)
		return !there
	})
	return list, failed
}

// Series reads a series of now that had an edition; ErrNotFound.
func (p *Past) Series(id string) (cluster.Series, error) {
	s, err := p.v.Series(id)
	if err != nil {
		return s, err
	}
	for _, err := range p.Editions(s.ID) {
		return s, err
	}
	return cluster.Series{}, errors.Join(p.noStory("of series "+id), ErrNotFound)
}

// AllSeries yields the series of now that had an edition, in the order of their ids. An error ends the sequence.
func (p *Past) AllSeries() iter.Seq2[cluster.Series, error] {
	return func(yield func(cluster.Series, error) bool) {
		for s, err := range p.v.AllSeries() {
			if err == nil {
				if _, err = p.Series(s.ID); errors.Is(err, ErrNotFound) {
					continue
				}
			}
			if !yield(s, err) || err != nil {
				return
			}
		}
	}
}

// Editions yields the stories of a series of now that had arrived, in the order of their times. An error ends the
// sequence.
func (p *Past) Editions(id string) iter.Seq2[StoryRecord, error] {
	return func(yield func(StoryRecord, error) bool) {
		for s, err := range p.v.Editions(id) {
			if err == nil {
				if s, err = p.Story(s.ID); errors.Is(err, ErrNotFound) {
					continue
				}
			}
			if !yield(s, err) || err != nil {
				return
			}
		}
	}
}

// Runs yields the runs that had started, the latest first. An error ends the sequence.
func (p *Past) Runs() iter.Seq2[Run, error] {
	return func(yield func(Run, error) bool) {
		for r, err := range p.v.Runs() {
			if err == nil && r.Started.After(p.at) {
				continue
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// Rejects reads what is kept of the rejects of a run.
func (p *Past) Rejects(run string) (RejectList, error) { return p.v.Rejects(run) }
