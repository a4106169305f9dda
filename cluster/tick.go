package cluster

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/samestory/samestory/cluster/crew"
	"github.com/samestory/samestory/cluster/event"
	"github.com/samestory/samestory/cluster/happening"
	"github.com/samestory/samestory/cluster/neardup"
	"github.com/samestory/samestory/cluster/series"
	"github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/cluster/thread"
)

// Stage says how far a tick goes.
type Stage uint8

const (
	// Copies places the stories of the batch into duplicate groups and lets representatives wait for the event stage. A
	// tick that takes a story which a constraint names from its event, as a copy of another, is one of Events.
	Copies Stage = iota
	// Events also places every waiting story into events and threads.
	Events
	// Settled does that after freezing the term weights on the resident stories and scoring all of them anew, so that
	// events and threads become a function of the set of resident stories. Ids stay with most of their stories.
	Settled
	// Founded does what Settled does and names every group, event and thread after its founder, for a store whose ids
	// nobody has seen: they too are then a function of the set.
	Founded
)

// Tick takes a batch of stories, places them, and returns everything that changed. Within a batch the order does not
// matter. An empty batch is fine: with Events or Settled it places what waits.
//
// The engine has moved on when Tick returns: throw it away if the Delta cannot be committed, and also after an error,
// the context's included.
func (e *Engine) Tick(ctx context.Context, batch []Story, lib Library, stage Stage) (*Delta, error) {
	t := newTick(e)
	t.reserved = &reserved{lib: lib}
	t.detector.Reserve(t.reserved.has)
	t.clusterer.Reserve(t.reserved.has)
	admitted, err := e.admit(batch, lib)
	if err != nil {
		return nil, err
	}
	t.delta.Unchanged, t.delta.Revised = admitted.unchanged, admitted.revised
	if stage == Founded {
		t.detector.Found()
	}
	if err := t.copies(ctx, admitted.place, lib); err != nil {
		return nil, err
	}
	if stage == Copies && t.misplaced() {
		stage = Events // what an editor said is not left for later
	}
	if stage != Copies {
		end := t.step(StepEvents)
		err := t.events(ctx, stage)
		end()
		if err != nil {
			return nil, err
		}
	}
	end := t.step(StepRecords)
	t.records()
	err = t.seriesRecords(lib)
	end()
	if err != nil {
		return nil, err
	}
	if stage != Copies || len(t.left) > 0 {
		end := t.step(StepThreads)
		t.threads(stage)
		end()
	}
	if t.reserved.err != nil {
		return nil, t.reserved.err
	}
	return t.finish(admitted.keep), nil
}

// tick is the state of one Tick.
type tick struct {
	*Engine
	delta   Delta
	before  map[string]Placement // of resident stories whose placement may have changed
	added   map[string]*Story    // new stories and new current versions
	reread  map[string]*Story    // stories of earlier ticks that were made again, see rereads
	touched map[string]bool      // events whose record has to be made anew
	changed map[string]bool      // events whose record differs from the one given out last
	relink  map[string]bool      // events with other stories than before
	was     map[string]*Event    // records as they were of events that have ended or whose record was made anew
	held    map[string][]string  // events of the threads that were linked anew, as they were
	margins map[string]float64   // of the links that were made anew, by event
	left    map[string]string    // threads of events that have ended, and the event that each went to
	recurs  map[string]bool      // series that gained or lost an edition

	reserved *reserved

	// What the event stage said of events, by id.
	ended    map[string]event.Redirect
	split    map[string]string // the event that its stories left
	cohesion map[string]float64
}

func newTick(e *Engine) *tick {
	return &tick{
		Engine: e, before: make(map[string]Placement), added: make(map[string]*Story),
		reread: make(map[string]*Story), relink: make(map[string]bool), was: make(map[string]*Event), left: make(map[string]string),
		touched: make(map[string]bool), changed: make(map[string]bool),
		recurs: make(map[string]bool), margins: make(map[string]float64), ended: make(map[string]event.Redirect), split: make(map[string]string), cohesion: make(map[string]float64),
	}
}

// change returns a resident story for changing its placement.
func (t *tick) change(id string) *resident {
	r := t.stories[id]
	if _, ok := t.before[id]; !ok {
		t.before[id] = r.place
	}
	return r
}

// copies featurises the batch and brings the duplicate groups up to date.
func (t *tick) copies(ctx context.Context, batch []delivery, lib Library) error {
	docs := make([]neardup.Doc, len(batch))
	for i, d := range batch {
		docs[i] = neardupDoc(d.story)
	}
	again, err := t.rereads(t.detector.Learn(docs), batch, lib)
	if err != nil {
		return err
	}
	for _, d := range again {
		docs = append(docs, neardupDoc(d.story))
	}
	stories := make([]*Story, 0, len(docs))
	for _, d := range slices.Concat(batch, again) {
		stories = append(stories, d.story)
	}
	end := t.step(StepFeatures)
	made, err := t.featurise(ctx, stories, docs)
	end()
	if err != nil {
		return err
	}
	items := make([]neardup.Item, 0, len(docs))
	for i, d := range batch {
		t.admitOne(d, made[i])
		items = append(items, docs[i].Item(made[i].print))
	}
	for i, d := range again {
		if k := len(batch) + i; t.readAgain(d.story, made[k]) {
			items = append(items, docs[k].Item(made[k].print))
		}
	}
	texts := neardup.TextsFunc(func(_ context.Context, id string) (string, string, error) {
		if s := t.added[id]; s != nil {
			return s.Title, s.Text, nil
		}
		if s := t.reread[id]; s != nil {
			return s.Title, s.Text, nil
		}
		return lib.Text(id)
	})
	end = t.step(StepCopies)
	changes, err := t.detector.Add(ctx, items, texts, t.params.Workers)
	end()
	if err != nil {
		return fmt.Errorf("find copies: %w", err)
	}
	t.group(changes)
	t.columns()
	return nil
}

// admitOne makes a delivery resident, in the place of an older version if there is one.
func (t *tick) admitOne(d delivery, f features) {
	s := d.story
	r := t.stories[s.ID]
	if r == nil {
		r = &resident{id: s.ID}
		t.stories[s.ID] = r
		t.sources[s.Source] = append(t.sources[s.Source], r)
	} else {
		t.withdraw(r)
		if r.source != s.Source {
			t.sources[s.Source] = append(t.sources[s.Source], r)
		}
		t.forgetLabel(r)
	}
	r.source, r.lang, r.published, r.precision, r.updated = s.Source, s.Lang, s.Published, s.Precision, s.Updated
	r.content, r.features, r.embedding, r.place.Story = d.content, f, s.Embedding, s.ID
	t.added[s.ID] = s
	t.labelled(r)
}

// withdraw takes a resident story out of both stages, to go in again with other features.
func (t *tick) withdraw(r *resident) {
	t.change(r.id)
	t.detector.Remove(r.id)
	if r.active {
		t.deactivate(r)
	}
}

// deactivate takes a story out of the event stage.
func (t *tick) deactivate(r *resident) {
	t.clusterer.Remove(r.id)
	r.active = false
	if r.place.Event != "" {
		delete(t.part(r.place.Event), r.id)
		t.touched[r.place.Event] = true
	}
}

// featurise computes the features of a batch on all workers.
func (e *Engine) featurise(ctx context.Context, batch []*Story, docs []neardup.Doc) ([]features, error) {
	made := make([]features, len(batch))
	var next atomic.Int64
	crew.Run(min(e.params.Workers, len(batch)), func(int) {
		var forCopies neardup.Scratch
		var forEvents event.Scratch
		var forThreads thread.Scratch
		var lines text.Normaliser
		for {
			i := int(next.Add(1)) - 1
			if i >= len(batch) || ctx.Err() != nil {
				return
			}
			s := batch[i]
			said := e.detector.Report(docs[i], &lines)
			kind, _ := e.types.Type(s.Title, s.URL, said)
			forEvent := e.featuriser.Features(eventDoc(s, said), &forEvents)
			forThread := e.threadDoc(s, said, kind)
			forThread.TitleTokens, forThread.TextTokens = forEvents.Tokens()
			profile := thread.NewProfile(forThread, &forThreads)
			words := e.wordsDoc(s, said, &profile)
			words.TitleTokens, words.LeadTokens = forThreads.Tokens()
			made[i] = features{
				titled:  s.Title != "",
				edges:   neardup.EdgeLines(nil, docs[i], &lines),
				kind:    kind,
				label:   series.LabelOf(s.Source, s.Title, kind),
				print:   e.detector.Prepare(docs[i], &forCopies),
				event:   forEvent,
				profile: profile,
				words:   happening.NewPrint(words),
			}
		}
	})
	return made, ctx.Err()
}

// finish sorts what changed into the delta.
func (t *tick) finish(older []delivery) *Delta {
	d := &t.delta
	for id, s := range t.added {
		r := t.stories[id]
		d.Stories = append(d.Stories, StoryChange{Story: *s, Placement: r.place, Features: r.features.encode()})
	}
	slices.SortFunc(d.Stories, func(a, b StoryChange) int { return strings.Compare(a.Story.ID, b.Story.ID) })
	for _, v := range older {
		d.Stories = append(d.Stories, StoryChange{Story: *v.story, Placement: t.stories[v.story.ID].place})
	}
	for id := range t.reread {
		d.Reread = append(d.Reread, Reread{Story: id, Features: t.stories[id].features.encode()})
	}
	slices.SortFunc(d.Reread, func(a, b Reread) int { return strings.Compare(a.Story, b.Story) })
	for id, was := range t.before {
		if r := t.stories[id]; t.added[id] == nil && r.place != was {
			d.Moved = append(d.Moved, r.place)
		}
	}
	slices.SortFunc(d.Moved, func(a, b Placement) int { return strings.Compare(a.Story, b.Story) })
	for id := range t.changed {
		if ev := t.Engine.events[id]; ev != nil {
			d.Events = append(d.Events, *ev)
		}
	}
	slices.SortFunc(d.Groups, func(a, b Group) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(d.Events, func(a, b Event) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(d.Threads, func(a, b Thread) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(d.Series, func(a, b Series) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(d.Ended, func(a, b Redirect) int { return strings.Compare(a.From, b.From) })
	return d
}

func neardupDoc(s *Story) neardup.Doc {
	return neardup.Doc{
		ID: s.ID, Source: s.Source, Title: s.Title, Text: s.Text, Lang: s.Lang, Time: s.Published,
		Undated: s.Precision == Arrival, DateOnly: s.Precision == Day,
	}
}

// eventDoc gives the event stage the headline and what the story says itself, see neardup.Detector.Report.
func eventDoc(s *Story, said string) event.Doc {
	return event.Doc{
		ID: s.ID, Source: s.Source, Title: s.Title, Text: said, Lang: s.Lang, Time: s.Published,
		Undated: s.Precision == Arrival, DateOnly: s.Precision == Day,
	}
}

func (e *Engine) threadDoc(s *Story, said string, kind text.DocType) thread.Doc {
	return thread.Doc{
		Title: s.Title, Text: said, Lang: s.Lang, Table: e.featuriser.Background(s.Lang), Loose: several(kind),
	}
}

// several reports whether items of a type hold several events, so that they must not bring two of them together.
func several(kind text.DocType) bool {
	return kind == text.Roundup || kind == text.Live || kind == text.Listing
}
