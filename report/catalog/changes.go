package catalog

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/store"
)

// changes are what is different between the books and a snapshot.
type changes struct {
	v     Snapshot
	books *books
	seq   uint64 // of the snapshot

	events, threads map[string]bool // that have to be read

	entries []*report.EventEntry // read, in the order of their ids
	byID    map[string]*report.EventEntry
	terms   [][]string // of each of them
	names   [][]string // of each of them; nil where they are looked for when somebody asks
	courses []course
	ended   []string        // events and threads that are no more
	told    map[string]bool // ids that the journal names
}

// course is a thread that was read, with the ids of its events.
type course struct {
	entry *report.ThreadEntry
	beats []string
}

// collect finds out what has to be read: what the journal names since the books, and the events of the stories.
func (c *changes) collect(stories map[string]bool) error {
	for entry, err := range c.v.Changes(c.books.seq, c.seq) {
		if err != nil {
			return fmt.Errorf("read journal: %w", err)
		}
		c.tell(&entry)
		switch entry.Level {
		case cluster.LevelEvent, cluster.LevelThread, cluster.LevelOverride:
			for _, id := range []string{entry.Object, entry.Other} {
				if id != "" && entry.Level != cluster.LevelThread {
					c.events[id] = true
				}
				if id != "" && entry.Level != cluster.LevelEvent { // of which kind the object of an order is shows when it is read
					c.threads[id] = true
				}
			}
			if entry.Level == cluster.LevelThread {
				for _, id := range entry.In {
					c.events[id] = true
				}
				for _, id := range entry.Out {
					c.events[id] = true
				}
			}
		case cluster.LevelGroup: // the origins of copies may be others
			for _, id := range entry.In {
				stories[id] = true
			}
			for _, id := range entry.Out {
				stories[id] = true
			}
			g, err := c.v.Group(entry.Object)
			if err != nil && !over(err) {
				return fmt.Errorf("read group %s: %w", entry.Object, err)
			}
			for _, id := range g.Members {
				stories[id] = true
			}
		}
	}
	for _, id := range inOrder(stories) {
		s, err := c.v.Story(id)
		if err != nil && !over(err) {
			return fmt.Errorf("read story %s: %w", id, err)
		}
		if err == nil && s.Placement.Event != "" {
			c.events[s.Placement.Event] = true
		}
	}
	return nil
}

// over reports that an id is of nothing any more, or of nothing yet.
func over(err error) bool {
	var ended *store.EndedError
	return errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrPending) || errors.As(err, &ended)
}

// read reads the events and then the threads, those included that the events belong to or belonged to.
func (c *changes) read(ctx context.Context) error {
	c.byID = make(map[string]*report.EventEntry, len(c.events))
	names := words{}
	var spell spell
	for _, id := range inOrder(c.events) {
		if err := spell.rest(ctx); err != nil {
			return err
		}
		if old, ok := c.books.events.get(id); ok {
			c.threads[old.Thread()] = true
		}
		e, texts, err := report.ReadEvent(c.v, id)
		if err != nil && !over(err) {
			return err
		}
		if err != nil || e.ID() != id { // it has ended; what it went into has an entry of its own in the journal
			c.ended = append(c.ended, id)
			continue
		}
		e.Share(names.one)
		c.entries, c.terms = append(c.entries, e), append(c.terms, names.all(termsOf(texts)))
		c.byID[id] = e
		c.threads[e.Thread()] = true
	}
	for _, id := range inOrder(c.threads) {
		if err := spell.rest(ctx); err != nil {
			return err
		}
		if err := c.readThread(id); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (c *changes) readThread(id string) error {
	t, err := c.v.Thread(id)
	if err != nil && !over(err) {
		return fmt.Errorf("read thread %s: %w", id, err)
	}
	if err != nil || t.ID != id || len(t.Links) < 2 {
		c.ended = append(c.ended, id)
		return nil
	}
	x := course{}
	events := make([]*report.EventEntry, len(t.Links))
	for i, link := range t.Links {
		e, ok := c.byID[link.Event]
		if !ok {
			if e, ok = c.books.events.get(link.Event); !ok {
				return fmt.Errorf("thread %s: its event %s has no entry in the journal", id, link.Event)
			}
		}
		events[i] = e
		x.beats = append(x.beats, link.Event)
	}
	title, err := c.v.Title(id)
	if err != nil {
		return fmt.Errorf("thread %s: title: %w", id, err)
	}
	x.entry = report.NewThreadEntry(&t, title, events)
	c.courses = append(c.courses, x)
	return nil
}

// namedAtOnce is how many changed events get their names before lists have them, so that no request waits for that. After a
// larger change, as that of a backfill, they are looked for when they are shown.
const namedAtOnce = 500

func (c *changes) name(ctx context.Context) error {
	if len(c.entries) > namedAtOnce {
		return nil
	}
	var spell spell
	names := make([][]string, len(c.entries))
	for i, e := range c.entries {
		if err := spell.rest(ctx); err != nil {
			return err
		}
		one, err := report.NamesOf(c.v, []string{e.ID()})
		if err != nil {
			return err
		}
		names[i] = one[0]
	}
	c.names = names
	return nil
}

// Who makes the catalog works in short spells and rests between them: a goroutine that never waits keeps its processor for
// ten milliseconds, which whoever asks for a page would have to wait for.
const (
	workSpell = time.Millisecond
	restSpell = 500 * time.Microsecond
)

// spell is a time of work since a rest.
type spell struct{ begun time.Time }

func (s *spell) rest(ctx context.Context) error {
	now := time.Now()
	if s.begun.IsZero() {
		s.begun = now
	} else if now.Sub(s.begun) >= workSpell {
		time.Sleep(restSpell)
		s.begun = time.Now()
	}
	return ctx.Err()
}

// apply puts what was read into the books. It is all that queries wait for.
func (c *changes) apply(order []uint32, fresh []string) {
	b := c.books
	b.index.extend(order, fresh)
	for _, id := range c.ended {
		b.events.drop(id)
		b.threads.drop(id)
	}
	for i, e := range c.entries {
		n := b.events.put(e, c.seq)
		b.index.add(n, c.terms[i])
		if c.names != nil {
			b.events.slots[n].names.Store(&c.names[i])
		}
	}
	for _, x := range c.courses {
		n := b.threads.put(x.entry, c.seq)
		beats := make([]uint32, len(x.beats))
		for i, id := range x.beats {
			beats[i] = b.events.at[id]
		}
		b.threads.slots[n].beats = beats
	}
	b.seq = c.seq
	b.edition++
}

// words keeps one copy of equal strings: outlets, languages and terms recur thousands of times.
type words map[string]string

func (w words) one(s string) string {
	if kept, ok := w[s]; ok {
		return kept
	}
	w[s] = s
	return s
}

func (w words) all(list []string) []string {
	for i := range list {
		list[i] = w.one(list[i])
	}
	return list
}
