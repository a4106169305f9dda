package jobs

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/embed"
	"github.com/samestory/samestory/store"
)

// jobRebuild is the job that clusters stored stories anew.
const jobRebuild = "rebuild"

// RebuildOptions steer a Rebuild.
type RebuildOptions struct {
	Params    cluster.Params // those to rebuild with
	Residents int            // most stories that are taken up at once
	From, To  time.Time      // only what has a story with From <= published < To; zero is no bound
	DryRun    bool           // find out what would change, and write nothing
	Clock     func() time.Time
	Progress  func(Progress) // called after each chunk; may be nil
	Embed     *embed.Client  // nil: stories are judged by their words alone
}

// Rebuilt is what a Rebuild changed, or would have.
type Rebuilt struct {
	Run           store.Run // zero of a dry run
	Before, After Clustering
	Took          time.Duration
}

// Clustering is where stories are, at every level. All maps are by story id.
type Clustering struct {
	Group, Event, Thread map[string]string
	Cohesion             map[string]float64 // by event
}

// TooManyError tells that a span has more stories than may be taken up at once.
type TooManyError struct{ Stories, Most int }

func (e *TooManyError) Error() string {
	return fmt.Sprintf("%d stories are more than the %d that may be held in memory", e.Stories, e.Most)
}

// Rebuild reads the stored stories of a span once more and clusters them as a first reading of all of them would. Ids
// stay with most of their members, overrides hold, and every change is in the journal. What lies outside of the span is
// not looked at: an event or thread that reaches into it is rebuilt as a whole, and takes in nothing from outside.
//
// Stories are read again in chunks, each a commit of its own, before the events are made anew in one: a rebuild that is
// stopped leaves a sound store, and the next one begins at the start.
func Rebuild(ctx context.Context, s *store.Store, o RebuildOptions) (Rebuilt, error) {
	b := &rebuild{o: o, began: o.Clock(), close: func() {}}
	defer func() { b.close() }()
	if err := b.open(s); err != nil {
		return Rebuilt{}, err
	}
	log := newRunLog(jobRebuild, o.Clock)
	err := flushed(b.desk, b.run(ctx, log))
	out := Rebuilt{Before: b.before, After: b.after, Took: o.Clock().Sub(b.began)}
	if o.DryRun {
		return out, err
	}
	out.Run, err = log.end(s, err)
	return out, err
}

// rebuild is the state of one Rebuild.
type rebuild struct {
	desk          *Desk
	close         func()
	o             RebuildOptions
	began         time.Time
	before, after Clustering
	threads       map[string]string // by event
}

// open makes the desk. That of a dry run has one snapshot for all, since others may commit meanwhile.
func (b *rebuild) open(s *store.Store) (err error) {
	if b.o.DryRun {
		v := s.View()
		b.close = v.Close
		b.desk, err = NewReadingDesk(v, b.o.Params, b.o.Residents)
	} else {
		b.desk, err = NewDesk(s, b.o.Params, b.o.Residents)
	}
	return err
}

func (b *rebuild) run(ctx context.Context, log *runLog) error {
	desk := b.desk
	desk.UseEmbeddings(b.o.Embed)
	desk.embeddings.begin()
	stories, err := b.take()
	if err != nil {
		return err
	}
	done := 0
	for chunk := range slices.Chunk(stories, chunkStories) {
		desk.engine.Reread(chunk)
		if err := b.tick(ctx, log, cluster.Copies); err != nil {
			return err
		}
		done += len(chunk)
		b.report("reading", done, len(stories))
	}
	b.report("clustering", done, len(stories))
	if err := b.tick(ctx, log, cluster.Settled); err != nil {
		return err
	}
	for story, event := range b.after.Event {
		b.after.Thread[story] = b.threads[event]
	}
	return nil
}

// take makes the stories of the span resident, with the whole of their events and threads, and notes where they are.
func (b *rebuild) take() ([]string, error) {
	span := interval{b.o.From, b.o.To}
	if span.to.IsZero() {
		span.to = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	if err := b.count(span); err != nil {
		return nil, err
	}
	if err := b.desk.restore(span); err != nil {
		return nil, err
	}
	b.desk.loaded = span
	b.before = newClustering()
	b.threads = make(map[string]string)
	view := b.desk.view()
	defer view.Close()
	for _, p := range b.desk.engine.Placements() {
		b.before.Group[p.Story] = p.Group
		if p.Event == "" {
			continue
		}
		b.before.Event[p.Story] = p.Event
		if b.threads[p.Event] == "" {
			e, err := view.Event(p.Event)
			if err != nil {
				return nil, err
			}
			b.threads[e.ID], b.before.Cohesion[e.ID] = e.Thread, e.Cohesion
		}
		b.before.Thread[p.Story] = b.threads[p.Event]
	}
	b.after = Clustering{
		Group: maps.Clone(b.before.Group), Event: maps.Clone(b.before.Event), Thread: make(map[string]string),
		Cohesion: maps.Clone(b.before.Cohesion),
	}
	return slices.Sorted(maps.Keys(b.before.Group)), nil
}

// count refuses a span of more stories than the limit before any is taken up.
func (b *rebuild) count(span interval) error {
	view := b.desk.view()
	defer view.Close()
	n := 0
	for _, err := range view.Residents(span.from, span.to) {
		if err != nil {
			return fmt.Errorf("count stories: %w", err)
		}
		n++
	}
	if n > b.o.Residents {
		return &TooManyError{n, b.o.Residents}
	}
	return nil
}

func newClustering() Clustering {
	return Clustering{
		Group: make(map[string]string), Event: make(map[string]string), Thread: make(map[string]string),
		Cohesion: make(map[string]float64),
	}
}

// tick runs the engine over what it is to read again, and commits what that changed.
func (b *rebuild) tick(ctx context.Context, log *runLog, stage cluster.Stage) error {
	if b.o.DryRun {
		delta, err := b.desk.place(ctx, nil, stage)
		if err == nil {
			b.follow(delta)
		}
		return err
	}
	return b.desk.Tick(ctx, nil, stage, func(d *cluster.Delta) store.Batch {
		b.follow(d)
		log.count(0, d)
		log.embedded(b.desk.DrainEmbeddings())
		return log.batch()
	})
}

// follow notes where a tick put stories.
func (b *rebuild) follow(d *cluster.Delta) {
	for _, p := range d.Moved {
		b.after.Group[p.Story] = p.Group
		if delete(b.after.Event, p.Story); p.Event != "" {
			b.after.Event[p.Story] = p.Event
		}
	}
	for i := range d.Ended {
		delete(b.after.Cohesion, d.Ended[i].From)
	}
	for i := range d.Events {
		e := &d.Events[i]
		b.threads[e.ID], b.after.Cohesion[e.ID] = e.Thread, e.Cohesion
	}
}

func (b *rebuild) report(stage string, done, total int) {
	if b.o.Progress != nil {
		b.o.Progress(Progress{
			Stage: stage, Done: int64(done), Total: int64(total), Stories: int64(done), Elapsed: b.o.Clock().Sub(b.began),
		})
	}
}
