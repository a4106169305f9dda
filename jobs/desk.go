package jobs

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

// Desk is an open store with the engine over it, the one writer of a process. It belongs to one goroutine.
//
// The engine starts empty: a tick first takes up the stored stories that its batch may meet, those within the window
// around it, and the rest of their threads; of a small store, all. Opening a large store so costs nothing, and stories
// may come in any order.
type Desk struct {
	store  *store.Store           // nil of a desk that only reads
	view   func() *store.Snapshot // to be closed
	params cluster.Params
	limit  int
	engine *cluster.Engine

	loaded interval // whose stories are resident
	// recent are the stories of the commit under way, which the store cannot answer for yet.
	recent map[string][]*cluster.Story
	commit chan error // of the commit under way, nil without one
	added  int        // stories placed since the terms were weighed last
	lapsed int        // stories that came again after they had expired, see current

	embeddings embeddings

	observe func(step string) (end func()) // nil: nobody
	worked  cluster.Work                   // that was counted
}

// NewDesk makes a desk over an open store. residents is how many stories it holds, at least one, before it lets go of
// those that the window has left behind; see docs/PERFORMANCE.md for what they weigh.
func NewDesk(s *store.Store, p cluster.Params, residents int) (*Desk, error) {
	engine, err := cluster.New(p)
	if err != nil {
		return nil, err
	}
	if residents < 1 {
		return nil, fmt.Errorf("a desk for %d stories cannot work", residents)
	}
	return &Desk{store: s, view: s.View, params: p, limit: residents, engine: engine}, nil
}

// NewReadingDesk makes a desk over a snapshot: it answers as of then, whatever others commit meanwhile, and writes nothing.
// The caller closes the snapshot when it is done with the desk.
func NewReadingDesk(v *store.Snapshot, p cluster.Params, residents int) (*Desk, error) {
	d, err := NewDesk(nil, p, residents)
	if err != nil {
		return nil, err
	}
	d.view = v.Share
	return d, nil
}

// Waiting is how many stories wait for the event stage, as far as they are resident.
func (d *Desk) Waiting() int { return d.engine.Waiting() }

// Tick places a batch and commits it together with what the caller adds to the store.Batch. The commit may still be
// under way when Tick returns; Flush waits for it. After an error the desk is of no more use: open another.
func (d *Desk) Tick(ctx context.Context, stories []cluster.Story, stage cluster.Stage, with func(*cluster.Delta) store.Batch) error {
	stories, lapsed, err := d.current(stories)
	if err != nil {
		return err
	}
	end := d.step(stepTake)
	err = d.take(span(stories))
	if err == nil && stage >= cluster.Settled {
		err = d.fill(ctx)
	}
	end()
	if err != nil {
		return err
	}
	end = d.step(stepEmbed)
	made := d.embed(ctx, stories)
	end()
	delta, err := d.place(ctx, stories, stage)
	if err != nil {
		return err
	}
	delta.Unchanged += lapsed
	d.lapsed += lapsed
	d.added += len(delta.Stories)
	if stage >= cluster.Settled {
		d.added = 0
	}
	if err := d.Flush(); err != nil {
		return err
	}
	d.recent = make(map[string][]*cluster.Story, len(stories))
	for i := range stories {
		d.recent[stories[i].ID] = append(d.recent[stories[i].ID], &stories[i])
	}
	batch := with(delta)
	batch.Delta, batch.Embeddings = delta, made
	d.embeddings.committing(made)
	d.commit = make(chan error, 1)
	go func(done chan<- error) {
		defer d.step(stepCommit)()
		defer func() {
			if p := recover(); p != nil { // nobody else could, in this goroutine
				done <- fmt.Errorf("commit: panic: %v\n%s", p, debug.Stack())
			}
		}()
		// What has been placed is committed, also when the job is asked to stop.
		done <- d.store.Commit(context.WithoutCancel(ctx), batch)
	}(d.commit)
	return nil
}

func (d *Desk) place(ctx context.Context, stories []cluster.Story, stage cluster.Stage) (*cluster.Delta, error) {
	view := d.view()
	defer view.Close()
	return d.engine.Tick(ctx, stories, d.library(view), stage)
}

// current leaves out stories that have expired: whatever comes under their ids, they stay as they are.
func (d *Desk) current(stories []cluster.Story) (rest []cluster.Story, lapsed int, err error) {
	view := d.store.View()
	defer view.Close()
	rest = stories[:0:0]
	for i := range stories {
		gone := false
		if id := stories[i].ID; !d.engine.Has(id) {
			if gone, err = view.Expired(id); err != nil {
				return nil, 0, fmt.Errorf("look up story: %w", err)
			}
		}
		if gone {
			lapsed++
			continue
		}
		rest = append(rest, stories[i])
	}
	return rest, lapsed, nil
}

// DrainLapsed is how many stories came again after they had expired, since it was asked last.
func (d *Desk) DrainLapsed() int {
	n := d.lapsed
	d.lapsed = 0
	return n
}

// embed gives the new stories of a batch their embeddings, if a model is asked for any.
func (d *Desk) embed(ctx context.Context, stories []cluster.Story) []store.Embedding {
	if d.embeddings.client == nil || len(stories) == 0 {
		return nil
	}
	view := d.view()
	defer view.Close()
	return d.embeddings.attach(ctx, d.library(view), stories)
}

// Flush waits for the commit under way.
func (d *Desk) Flush() error {
	if d.commit == nil {
		return nil
	}
	err := <-d.commit
	d.commit = nil
	return err
}

// interval is a span of time; the zero value is empty.
type interval struct{ from, to time.Time }

func (i interval) empty() bool { return i.to.IsZero() }

// take makes resident what stories of a span of time may meet.
func (d *Desk) take(batch interval) error {
	if batch.empty() {
		return nil
	}
	need := interval{batch.from.Add(-d.params.Window), batch.to.Add(d.params.Window)}
	var missing []interval
	if d.loaded.empty() {
		small, err := d.small()
		if err != nil {
			return err
		}
		if small {
			need = interval{time.Time{}, time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}
		}
		missing, d.loaded = []interval{need}, need
	}
	if need.from.Before(d.loaded.from) {
		missing = append(missing, interval{need.from, d.loaded.from})
		d.loaded.from = need.from
	}
	if need.to.After(d.loaded.to) {
		missing = append(missing, interval{d.loaded.to, need.to})
		d.loaded.to = need.to
	}
	for _, m := range missing {
		if err := d.restore(m); err != nil {
			return err
		}
	}
	if d.engine.Len() > d.limit && need.from.After(d.loaded.from) {
		// The store has to know which ids are those of what is let go of, and which of these have ended.
		if err := d.Flush(); err != nil {
			return err
		}
		d.engine.Forget(need.from)
		d.loaded.from = need.from
	}
	return nil
}

// Unread tells whether the store holds no event yet, so that no id of one can have been seen.
func (d *Desk) Unread() (bool, error) {
	view := d.view()
	defer view.Close()
	stats, err := view.Stats()
	if err != nil {
		return false, fmt.Errorf("count events: %w", err)
	}
	return stats.Events == 0, nil
}

// small tells whether the store is so small that all of it is taken up: then what is settled does not depend on which
// stories came together.
func (d *Desk) small() (bool, error) {
	view := d.view()
	defer view.Close()
	stats, err := view.Stats()
	if err != nil {
		return false, fmt.Errorf("count stories: %w", err)
	}
	return stats.Stories-stats.Expired <= min(settleAlways, d.limit), nil
}

// TakeWaiting makes the stories resident that wait for the event stage, and what they may meet.
func (d *Desk) TakeWaiting() error {
	view := d.view()
	defer view.Close()
	ids, err := view.Pending()
	if err != nil {
		return fmt.Errorf("find waiting stories: %w", err)
	}
	var waiting []cluster.Story
	for _, id := range ids {
		r, err := view.Story(id)
		if err != nil {
			return fmt.Errorf("find waiting stories: %w", err)
		}
		waiting = append(waiting, r.Story)
	}
	return d.take(span(waiting))
}

// TakeAround makes the stories resident that a story of that time may meet.
func (d *Desk) TakeAround(at time.Time) error { return d.take(interval{at, at}) }

// restore hands the stories of a span to the engine, with the whole of every event and thread that they are in.
func (d *Desk) restore(part interval) error {
	// The engine is ahead of the store while a commit is under way.
	if err := d.Flush(); err != nil {
		return err
	}
	view := d.view()
	defer view.Close()
	load := &loading{view: view, engine: d.engine, embeddings: &d.embeddings, seen: make(map[string]bool)}
	for r, err := range view.Residents(part.from, part.to) {
		if err != nil {
			return fmt.Errorf("take up stories: %w", err)
		}
		load.story(r)
	}
	if err := load.complete(part); err != nil {
		return fmt.Errorf("take up events: %w", err)
	}
	if err := d.rules(view); err != nil {
		return err
	}
	profiles, err := view.Profiles()
	if err != nil {
		return fmt.Errorf("take up sources: %w", err)
	}
	if err := d.engine.Restore(load.stories, profiles, load.events, load.threads); err != nil {
		return err
	}
	list, err := load.series()
	if err != nil {
		return fmt.Errorf("take up series: %w", err)
	}
	d.engine.RestoreSeries(list)
	return nil
}

// rules tells the engine once what editors said in earlier runs.
func (d *Desk) rules(view *store.Snapshot) error {
	if d.engine.Constraints() != nil {
		return nil
	}
	list, err := allOverrides(view)
	if err != nil {
		return err
	}
	set, err := cluster.ConstraintsOf(list)
	if err != nil {
		return fmt.Errorf("take up overrides: %w", err)
	}
	d.engine.RestoreConstraints(set)
	return nil
}

// loading gathers what one Restore is to hand over.
type loading struct {
	view    *store.Snapshot
	engine  *cluster.Engine
	seen    map[string]bool // stories, events and threads
	stories []cluster.Resident
	events  []cluster.Event
	threads []cluster.Thread

	embeddings *embeddings
}

func (l *loading) story(r cluster.Resident) {
	if !l.seen[r.ID] && !l.engine.Has(r.ID) {
		l.seen[r.ID] = true
		r.Embedding = l.embeddings.known(l.view, r.Content)
		l.stories = append(l.stories, r)
	}
}

// complete adds the events and threads that overlap a span, and those of their stories that lie outside it. A story without
// a date lies where it arrived, outside the time of its event, which then has to be asked for by name.
func (l *loading) complete(part interval) error {
	for t, err := range l.view.Threads(part.from, part.to) {
		if err != nil {
			return err
		}
		if err := l.thread(t); err != nil {
			return err
		}
	}
	for ev, err := range l.view.Events(part.from, part.to) {
		if err != nil {
			return err
		}
		if err := l.event(ev); err != nil {
			return err
		}
	}
	for i := 0; i < len(l.stories); i++ { // grows as it goes
		id := l.stories[i].Placement.Event
		if id == "" || l.seen[id] {
			continue
		}
		if err := l.whole(id); err != nil {
			return err
		}
	}
	return nil
}

// whole adds an event with its thread.
func (l *loading) whole(id string) error {
	ev, err := l.view.Event(id)
	if err != nil {
		return err
	}
	if ev.Thread != "" {
		t, err := l.view.Thread(ev.Thread)
		if err != nil {
			return err
		}
		if err := l.thread(t); err != nil {
			return err
		}
	}
	return l.event(ev)
}

func (l *loading) thread(t cluster.Thread) error {
	if len(t.Links) < 2 || l.seen[t.ID] {
		return nil
	}
	l.seen[t.ID] = true
	for i, link := range t.Links {
		ev, err := l.view.Event(link.Event)
		if err != nil {
			return err
		}
		if i == 0 {
			// A thread expires as a whole.
			if gone, err := l.view.Expired(ev.Representative); gone || err != nil {
				return err
			}
			l.threads = append(l.threads, t)
		}
		if err := l.event(ev); err != nil {
			return err
		}
	}
	return nil
}

// series reads the series that the stories are editions of.
func (l *loading) series() ([]cluster.Series, error) {
	seen := make(map[string]bool)
	var list []cluster.Series
	for i := range l.stories {
		id := l.stories[i].Placement.Series
		if id == "" || seen[id] {
			continue
		}
		seen[id] = true
		s, err := l.view.Series(id)
		if err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, nil
}

func (l *loading) event(ev cluster.Event) error {
	if l.seen[ev.ID] {
		return nil
	}
	l.seen[ev.ID] = true
	if gone, err := l.view.Expired(ev.Representative); gone || err != nil {
		return err
	}
	l.events = append(l.events, ev)
	for _, id := range ev.Members {
		if l.seen[id] || l.engine.Has(id) {
			continue
		}
		r, ok, err := l.view.Resident(id)
		if err != nil {
			return err
		}
		if ok {
			l.story(r)
		}
	}
	return nil
}

// library answers for the store and for the commit that is under way.
type library struct {
	*store.Snapshot
	recent     map[string][]*cluster.Story
	embeddings *embeddings
	outside    *cluster.Engine // that holds less than the store; nil where it holds all of it
}

func (d *Desk) library(view *store.Snapshot) library {
	l := library{view, d.recent, &d.embeddings, nil}
	if !d.loaded.from.IsZero() {
		l.outside = d.engine
	}
	return l
}

// Taken implements cluster.Library. Beside what has expired, an engine is not given what the window has left behind, and an
// id is that of its founder, which may have moved on and found again.
func (l library) Taken(id string) (bool, error) {
	taken, err := l.Snapshot.Taken(id)
	if taken || err != nil || l.outside == nil {
		return taken, err
	}
	holder, err := l.Holder(id)
	return holder != "" && !l.outside.Has(holder), err
}

// Resident implements cluster.Library.
func (l library) Resident(id string) (cluster.Resident, bool, error) {
	r, ok, err := l.Snapshot.Resident(id)
	if ok {
		r.Embedding = l.embeddings.known(l.Snapshot, r.Content)
	}
	return r, ok, err
}

// Text implements cluster.Library.
func (l library) Text(id string) (title, text string, err error) {
	if s := l.latest(id); s != nil {
		return s.Title, s.Text, nil
	}
	return l.Snapshot.Text(id)
}

// Current implements cluster.Library.
func (l library) Current(id string) (cluster.Story, error) {
	if s := l.latest(id); s != nil {
		return *s, nil
	}
	return l.Snapshot.Current(id)
}

// latest is the current version of a story among those of the commit under way, nil where it has none.
func (l library) latest(id string) *cluster.Story {
	versions := l.recent[id]
	if len(versions) == 0 {
		return nil
	}
	return slices.MaxFunc(versions, func(a, b *cluster.Story) int {
		switch {
		case a.ContentHash() == b.ContentHash():
			return 0
		case cluster.Supersedes(a, b):
			return 1
		default:
			return -1
		}
	})
}

// Seen implements cluster.Library.
func (l library) Seen(id string, content [16]byte) (bool, error) {
	for _, s := range l.recent[id] {
		if s.ContentHash() == content {
			return true, nil
		}
	}
	return l.Snapshot.Seen(id, content)
}

func span(stories []cluster.Story) interval {
	var i interval
	for k := range stories {
		at := stories[k].Published
		if i.empty() || at.Before(i.from) {
			i.from = at
		}
		if i.empty() || at.After(i.to) {
			i.to = at
		}
	}
	return i
}
