package cluster

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster/constraint"
	"github.com/samestory/samestory/cluster/event"
	"github.com/samestory/samestory/cluster/happening"
	"github.com/samestory/samestory/cluster/neardup"
	"github.com/samestory/samestory/cluster/text"
	"github.com/samestory/samestory/cluster/thread"
)

// Engine places stories into duplicate groups, events and threads. It holds the features of the resident stories and
// no texts. It belongs to one goroutine.
type Engine struct {
	params     Params
	detector   *neardup.Detector
	featuriser *event.Featuriser
	clusterer  *event.Clusterer
	linker     thread.Params
	tongues    *happening.Model
	types      *text.DocTyper

	stories map[string]*resident
	sources map[string][]*resident     // by source; who has left one is listed still, see rereads
	groups  map[string]*Group          // of two or more
	events  map[string]*Event          // as last given out
	parts   map[string]map[string]bool // event id -> representatives in it
	threads map[string]*Thread         // of two or more events
	series  map[string]*recurring
	labels  map[uint64]map[string]bool // resident stories whose headline has a label

	orders  *constraint.Set // what editors say
	edited  []string        // stories whose orders changed since the last event stage
	ordered bool            // orders changed since the last tick
	undone  bool            // one of them was taken back

	again map[string]bool // stories that the next tick reads anew, see Reread

	observe func(step string) (end func()) // nil: nobody

	linkable  map[string]*thread.Event // what the thread stage reads of each event, where it was made
	relinkAll int                      // see the constant
}

// resident is a story that the engine compares new ones with.
type resident struct {
	id, source, lang string
	published        time.Time
	precision        Precision
	updated          time.Time
	content          [16]byte
	place            Placement
	features         features
	embedding        *Embedding
	active           bool // stands for its group in the event stage
}

// New returns an engine without stories.
func New(p Params) (*Engine, error) {
	if err := p.Validate(); err != nil {
		return nil, fmt.Errorf("engine: %w", err)
	}
	np := neardup.DefaultParams()
	np.Index, np.Window = p.Index, min(np.Window, p.Window)
	detector, err := neardup.New(np)
	if err != nil {
		return nil, fmt.Errorf("engine: %w", err)
	}
	ep := event.DefaultParams()
	ep.Granularity, ep.Window = p.Granularity, p.Window
	clusterer, err := event.New(ep, p.Model)
	if err != nil {
		return nil, fmt.Errorf("engine: %w", err)
	}
	tongues := p.Languages
	if tongues == nil {
		if tongues, err = happening.DefaultModel(); err != nil {
			return nil, fmt.Errorf("engine: %w", err)
		}
	}
	linker := thread.DefaultParams()
	if linker.Follow = p.Threads; linker.Follow == nil {
		if linker.Follow, err = thread.DefaultModel(); err != nil {
			return nil, fmt.Errorf("engine: %w", err)
		}
	}
	return &Engine{
		params: p, tongues: tongues, detector: detector, featuriser: event.NewFeaturiser(), clusterer: clusterer,
		linker: linker, types: text.NewDocTyper(),
		stories: make(map[string]*resident), sources: make(map[string][]*resident), groups: make(map[string]*Group),
		events: make(map[string]*Event), parts: make(map[string]map[string]bool), threads: make(map[string]*Thread),
		series: make(map[string]*recurring), labels: make(map[uint64]map[string]bool),
		linkable: make(map[string]*thread.Event), relinkAll: relinkAll,
	}, nil
}

// Len is the number of resident stories.
func (e *Engine) Len() int { return len(e.stories) }

// Waiting is the number of representatives that wait for the event stage.
func (e *Engine) Waiting() int { return e.clusterer.Waiting() }

// Restore takes up stories, source profiles, events and threads of earlier runs. Events and threads must come whole:
// with an event all its members, with a thread all its events.
func (e *Engine) Restore(stories []Resident, profiles []SourceProfile, events []Event, threads []Thread) error {
	if err := e.detector.RestoreProfiles(neardupProfiles(profiles)); err != nil {
		return fmt.Errorf("restore source profiles: %w", err)
	}
	for i := range events {
		e.events[events[i].ID] = &events[i]
		delete(e.linkable, events[i].ID)
	}
	for i := range threads {
		e.threads[threads[i].ID] = &threads[i]
	}
	groups := make(map[string][]string)
	representatives := make(map[string]string)
	dups := make([]neardup.Item, 0, len(stories))
	reps := make([]event.Item, 0, len(stories))
	for i := range stories {
		r, err := e.restored(&stories[i])
		if err != nil {
			return err
		}
		groups[r.place.Group] = append(groups[r.place.Group], r.id)
		dups = append(dups, r.dupItem())
		if r.place.Copy.Relation == Origin {
			representatives[r.place.Group] = r.id
			e.activate(r)
			reps = append(reps, r.eventItem())
		}
	}
	for id, members := range groups {
		if len(members) > 1 {
			e.sortStories(members)
			e.groups[id] = &Group{ID: id, Representative: representatives[id], Members: members}
		}
	}
	if err := e.detector.Restore(dups); err != nil {
		return fmt.Errorf("restore duplicate groups: %w", err)
	}
	e.clusterer.Restore(reps)
	return nil
}

func (e *Engine) restored(in *Resident) (*resident, error) {
	f, err := decodeFeatures(in.Features)
	if err != nil {
		return nil, fmt.Errorf("restore story %s: %w", in.ID, err)
	}
	r := &resident{
		id: in.ID, source: in.Source, lang: in.Lang, published: in.Published, precision: in.Precision,
		updated: in.Updated, content: in.Content, place: in.Placement, features: f,
		embedding: in.Embedding,
	}
	e.stories[r.id] = r
	e.sources[r.source] = append(e.sources[r.source], r)
	e.labelled(r)
	if r.place.Series != "" {
		e.recurring(r.place.Series).editions[r.id] = true
	}
	return r, nil
}

// activate makes a story stand for its group, in the event that it says it is in.
func (e *Engine) activate(r *resident) {
	r.active = true
	if r.place.Event != "" {
		e.part(r.place.Event)[r.id] = true
	}
}

func (e *Engine) part(eventID string) map[string]bool {
	p := e.parts[eventID]
	if p == nil {
		p = make(map[string]bool)
		e.parts[eventID] = p
	}
	return p
}

func (r *resident) dupItem() neardup.Item {
	return neardup.Item{
		ID: r.id, Source: r.source, Lang: r.lang, Time: r.published,
		Undated: r.precision == Arrival, DateOnly: r.precision == Day, Print: r.features.print,
		Group: r.place.Group, Series: r.template(),
		Copy: r.place.Copy,
	}
}

func (r *resident) eventItem() event.Item {
	return event.Item{
		ID: r.id, Time: r.published, Undated: r.precision == Arrival, DateOnly: r.precision == Day,
		Features: r.features.event, Series: r.apart(), Loose: r.holdsSeveral(),
		Event: r.place.Event, Embedding: r.embedding,
	}
}

// compareResidents is the order of stories that every decision uses: dated before undated, then by time, then by id.
// The time of an undated story is its arrival and says nothing.
func compareResidents(a, b *resident) int {
	au, bu := a.precision == Arrival, b.precision == Arrival
	switch {
	case au != bu:
		if au {
			return 1
		}
		return -1
	case !au:
		if c := a.published.Compare(b.published); c != 0 {
			return c
		}
	}
	return cmp.Compare(a.id, b.id)
}

func (e *Engine) sortStories(ids []string) {
	slices.SortFunc(ids, func(a, b string) int { return compareResidents(e.stories[a], e.stories[b]) })
}

func neardupProfiles(profiles []SourceProfile) []neardup.SourceProfile {
	out := make([]neardup.SourceProfile, len(profiles))
	for i, p := range profiles {
		out[i] = neardup.SourceProfile(p)
	}
	return out
}

// Has tells whether a story is resident.
func (e *Engine) Has(id string) bool { return e.stories[id] != nil }

// Forget lets go of every thread whose last story is older than before, with all its events and stories. Their places
// stay as they are; they only take no new company.
func (e *Engine) Forget(before time.Time) {
	forgotten := make(map[string]bool)
	var parts []string
	for id, ev := range e.events {
		last := ev.Last
		if t := e.threads[ev.Thread]; t != nil {
			last = t.Last
		}
		if !last.Before(before) || e.awaited(ev) {
			continue
		}
		parts = slices.AppendSeq(parts, maps.Keys(e.parts[id]))
		for _, story := range ev.Members {
			delete(e.groups, e.stories[story].place.Group)
			e.forgetEdition(e.stories[story])
			delete(e.stories, story)
			forgotten[story] = true
		}
		delete(e.parts, id)
		delete(e.linkable, id)
		delete(e.events, id)
	}
	e.clusterer.Forget(parts)
	for id, t := range e.threads {
		if t.Last.Before(before) {
			delete(e.threads, id)
		}
	}
	e.detector.Expire(before, func(id string) bool { return forgotten[id] })
	clear(e.sources)
	for _, r := range e.stories {
		e.sources[r.source] = append(e.sources[r.source], r)
	}
}

// awaited tells whether a copy of one of the event's stories waits for the event stage.
func (e *Engine) awaited(ev *Event) bool {
	return slices.ContainsFunc(ev.Members, func(id string) bool {
		g := e.groups[e.stories[id].place.Group]
		return g != nil && slices.ContainsFunc(g.Members, func(other string) bool {
			r := e.stories[other]
			return r != nil && r.place.Event == ""
		})
	})
}

// Placements lists where the resident stories are, sorted by story.
func (e *Engine) Placements() []Placement {
	out := make([]Placement, 0, len(e.stories))
	for _, id := range slices.Sorted(maps.Keys(e.stories)) {
		out = append(out, e.stories[id].place)
	}
	return out
}
