package store

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/crew"
)

// Commit stores a batch whole or not at all, however large it is, and returns when it is on disk. A batch that fits
// one transaction (about a thousand stories) is cheapest; a larger one is written twice.
//
// Its errors are ErrInvalid for a batch that contradicts itself or the store, ErrFull, ErrReadOnly, ErrClosed, ctx's
// error when it ends before writing has begun, or what the disk says. After an error nothing of the batch is visible.
// After one that is not ErrInvalid, ErrFull for want of room, or ctx's, the store has to be closed and opened again;
// opening then finishes or discards the batch.
func (s *Store) Commit(ctx context.Context, b Batch) error {
	if s.readOnly {
		return ErrReadOnly
	}
	s.commits.Lock()
	defer s.commits.Unlock()
	if s.closed {
		return ErrClosed
	}
	if err := s.failure(); err != nil {
		return err
	}
	if err := s.commit(ctx, b); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

func (s *Store) commit(ctx context.Context, b Batch) error {
	delta := b.Delta
	if delta == nil {
		delta = &cluster.Delta{}
	}
	old := s.texts.Load()
	t, dictionary := old, []byte(nil)
	if !old.dictionary {
		if dictionary = makeDictionary(delta.Stories); dictionary != nil {
			var err error
			if t, err = newTexts(dictionary); err != nil {
				return err
			}
		}
	}
	ops, err := s.plan(ctx, b, delta, t)
	if err != nil {
		return err
	}
	if dictionary != nil {
		key := []byte{tabDictionary}
		ops = append(ops, op{key: key, value: seal(key, dictionary)})
		// Readers may see the batch before write returns, so they need the dictionary now.
		s.texts.Store(t)
	}
	if err := s.write(ops); err != nil {
		s.texts.Store(old)
		return err
	}
	s.acknowledge(s.planned)
	s.watchers.tell(touchedBy(delta, b.Baseline))
	return nil
}

// failure is the error of an earlier commit that left the store unsure of itself.
func (s *Store) failure() error {
	if err := s.failed.Load(); err != nil {
		return fmt.Errorf("store has to be opened again after: %w", *err)
	}
	return nil
}

// plan turns a batch into ops.
func (s *Store) plan(ctx context.Context, b Batch, delta *cluster.Delta, t *texts) ([]op, error) {
	if err := checkDelta(delta); err != nil {
		return nil, err
	}
	packed, err := pack(ctx, delta.Stories, t)
	if err != nil {
		return nil, err
	}
	txn := s.db.NewTransaction(false)
	defer txn.Discard()
	p := &planner{
		plan:  plan{txn: txn, ops: make(map[string]op, 8*len(delta.Stories)+64)},
		delta: delta, at: b.At, baseline: b.Baseline,
		recurs:      make(map[string]*recurs),
		redirectsTo: make(map[string][]string), placedAt: make(map[storyKey]int, len(delta.Stories)),
	}
	if b.Run != nil {
		p.run = b.Run.ID
	}
	value, err := p.get([]byte{tabCounts})
	if err != nil {
		return nil, err
	}
	if value == nil {
		return nil, corrupt("counts are missing")
	}
	if p.counts, err = decodeCounts(value); err != nil {
		return nil, err
	}
	if last := p.counts.journaled; p.at.Before(last) {
		// The journal must stay in the order of time, so that a time can be found in it.
		s.log.Warn("the clock is behind the journal; the batch gets the time of the last entry", "clock", p.at, "last", last)
		p.at = last
	}
	for _, step := range []func() error{
		func() error { return p.stories(packed) },
		p.reread, p.moved, p.ended, p.groups, p.threads, p.events, p.series, p.homes, p.links, p.stale, p.redirects,
		p.sources, p.journal,
		func() error { return p.rejects(b.Rejects) },
		func() error { return p.runs(b.Run) },
		func() error { return p.cursors(b.Cursors) },
		func() error { return p.feeds(b.Feeds) },
		func() error { return p.brought(b.Brought) },
		func() error { return p.embeddings(b.Embeddings) },
		func() error { return p.overrides(b.Overrides) },
	} {
		if err := step(); err != nil {
			return nil, err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	p.put([]byte{tabCounts}, encodeCounts(&p.counts))
	last, err := lastCommit(p.get)
	if err != nil {
		return nil, err
	}
	s.planned = last + 1
	p.put([]byte{tabCommits}, encodeCommits(s.planned))
	return sealAll(p.sorted()), nil
}

// planner turns the parts of one batch into ops.
type planner struct {
	plan
	delta *cluster.Delta
	at    time.Time
	run   string

	baseline bool

	placed      []placed // stories whose placement is in this batch
	placedAt    map[storyKey]int
	recurs      map[string]*recurs // series that gained or lost an edition
	left        []left             // groups, events and threads that something left
	homeless    []string           // events that were written, whose thread may have no row
	ends        []cluster.Redirect
	redirectsTo map[string][]string // ended ids by target, of the redirects made here
}

// placed is a story with its new placement.
type placed struct {
	key       storyKey
	published time.Time
	lang      string
	cluster.Placement
}

// left is an id that a story or an event no longer has.
type left struct {
	kind  byte // tabGroup, tabEvent or tabThread
	id    string
	story storyKey // for groups and events
	event string   // for threads
}

// packedStory is the part of a story's rows that needs no knowledge of the store.
type packedStory struct {
	content [16]byte
	words   int
	text    []byte
}

// pack compresses the texts, on all cores: it is most of the work of a commit.
func pack(ctx context.Context, stories []cluster.StoryChange, t *texts) ([]packedStory, error) {
	packed := make([]packedStory, len(stories))
	workers := min(runtime.GOMAXPROCS(0), len(stories))
	crew.Run(workers, func(w int) {
		for i := w; i < len(stories) && ctx.Err() == nil; i += workers {
			story := &stories[i].Story
			packed[i] = packedStory{
				content: story.ContentHash(), words: countWords(story.Text), text: t.encode(story.Text),
			}
		}
	})
	return packed, ctx.Err()
}

// checkDelta refuses what no state of the store could make right.
func checkDelta(d *cluster.Delta) error {
	ended := make(map[string]bool, len(d.Ended))
	for _, r := range d.Ended {
		if err := checkID("ended id", r.From); err != nil {
			return err
		}
		if len(r.To) > maxID {
			return checkID("redirect target", r.To)
		}
		if r.From == r.To {
			return invalid("%s is redirected to itself", r.From)
		}
		if ended[r.From] {
			return invalid("%s ends twice", r.From)
		}
		ended[r.From] = true
	}
	seen := make(map[string]bool)
	check := func(what, id string) error {
		if err := checkID(what, id); err != nil {
			return err
		}
		if ended[id] {
			return invalid("%s %s is both ended and changed", what, id)
		}
		if seen[id] {
			return invalid("%s %s is there twice", what, id)
		}
		seen[id] = true
		return nil
	}
	for i := range d.Groups {
		if err := check("group", d.Groups[i].ID); err != nil {
			return err
		}
	}
	for i := range d.Events {
		if err := check("event", d.Events[i].ID); err != nil {
			return err
		}
		if len(d.Events[i].Thread) > maxID {
			return checkID("thread of an event", d.Events[i].Thread)
		}
	}
	for i := range d.Threads {
		if err := check("thread", d.Threads[i].ID); err != nil {
			return err
		}
	}
	for i := range d.Series {
		if err := check("series", d.Series[i].ID); err != nil {
			return err
		}
	}
	return nil
}

func checkID(what, id string) error {
	if id == "" {
		return invalid("%s is empty", what)
	}
	if len(id) > maxID {
		return invalid("%s has %d bytes, at most %d are possible", what, len(id), maxID)
	}
	return nil
}
