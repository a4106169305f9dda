package feed

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/thread"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/store"
)

// Reader is what feeds are made of; *store.Snapshot is one.
type Reader interface {
	report.Reader
	report.FeedReader
	Newest(until time.Time) (time.Time, error)
	Bringers(story string) ([]store.Bringer, error)
	BroughtBy(feed store.FeedKey) iter.Seq2[store.Arrival, error]
	Arrived(store.Arrival) (store.StoryRecord, error)
}

// beat is a part of a thread that readers see as one thing.
type beat struct {
	kind   string // of the event that it began with
	events []string
}

// beatsOf divides a thread into beats, in the order in which it was told. event reads one.
func beatsOf(t *cluster.Thread, event func(string) (*cluster.Event, error)) ([]beat, error) {
	var beats []beat
	at := make(map[string]int) // which beat tells a happening
	for i, l := range t.Links {
		to := len(beats)
		e, err := event(l.Event)
		if err != nil {
			return nil, fmt.Errorf("thread %s: %w", t.ID, err)
		}
		if i > 0 {
			switch l.Kind {
			case thread.Update:
				to = 0
			case thread.Background:
				to = len(beats) - 1
			case counterpart:
				to = len(beats) - 1
				if same, ok := at[e.Told()]; ok {
					to = same
				}
			}
		}
		if to == len(beats) {
			beats = append(beats, beat{kind: l.Kind})
		}
		beats[to].events = append(beats[to].events, l.Event)
		if _, known := at[e.Told()]; !known {
			at[e.Told()] = to
		}
	}
	return beats, nil
}

// counterpart is the kind of a link between languages, see cluster.Link.
const counterpart = "counterpart"

// shelf reads each event and thread once.
type shelf struct {
	Reader
	events  map[string]*cluster.Event
	threads map[string]*course
	titles  map[string]string
}

// course is a thread in its beats.
type course struct {
	thread cluster.Thread
	beats  []beat
}

func newShelf(r Reader) *shelf {
	return &shelf{Reader: r, events: make(map[string]*cluster.Event), threads: make(map[string]*course), titles: make(map[string]string)}
}

func (s *shelf) event(id string) (*cluster.Event, error) {
	if e := s.events[id]; e != nil {
		return e, nil
	}
	e, err := s.Event(id)
	if err != nil {
		return nil, fmt.Errorf("event %s: %w", id, err)
	}
	s.events[id] = &e
	return &e, nil
}

func (s *shelf) course(id string) (*course, error) {
	if c := s.threads[id]; c != nil {
		return c, nil
	}
	t, err := s.Thread(id)
	if err != nil {
		return nil, fmt.Errorf("thread %s: %w", id, err)
	}
	c := &course{thread: t}
	if c.beats, err = beatsOf(&t, s.event); err != nil {
		return nil, err
	}
	s.threads[id] = c
	return c, nil
}

// title is what an editor called an event; empty where none did.
func (s *shelf) title(event string) (string, error) {
	if t, ok := s.titles[event]; ok {
		return t, nil
	}
	t, err := s.Title(event)
	if err != nil {
		return "", fmt.Errorf("event %s: title: %w", event, err)
	}
	s.titles[event] = t
	return t, nil
}

// beatOf finds the beat of an event in its thread: the index, and false where it is in none.
func (c *course) beatOf(event string) (int, bool) {
	i := slices.IndexFunc(c.beats, func(b beat) bool { return slices.Contains(b.events, event) })
	return i, i >= 0
}
