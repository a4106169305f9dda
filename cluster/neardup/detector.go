package neardup

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/samestory/samestory/cluster/constraint"
	"github.com/samestory/samestory/cluster/text"
)

// ErrDuplicateID reports a story that is live already: call Remove before adding a new version.
var ErrDuplicateID = errors.New("neardup: story is live already")

const none = ^uint32(0)

// Detector holds the live stories of the window.
type Detector struct {
	params    Params
	spans     spans
	index     index
	engine    string
	furniture map[string]*text.Furniture
	learned   map[string]bool // sources whose profile changed since the last Changes

	stories []story
	ids     map[string]uint32 // live stories
	spare   []uint32          // free places in stories
	sources map[string]uint32
	names   []string // of sources

	classes []class
	exact   map[[16]byte]uint32
	unused  []uint32 // free places in classes
	edges   map[uint32][]edge

	kept  map[uint32]string // ids of the groups that their representatives did not give, by representative
	lent  map[string]uint32 // the other way round
	found bool              // see Found

	reserved func(id string) bool // see Reserve

	series []series          // members of each series
	idle   []uint32          // free places in series
	named  map[string]uint32 // series of earlier runs by id, until an edition of this run joins

	orders func() *constraint.Forest // what editors say, see Constrain

	outlived bool // some representative has left the index before its group

	shifted []uint32        // classes that the index has not as they are now, with repeats
	when    []stamp         // buffer of times
	dirty   map[uint32]bool // classes whose component must be rebuilt
	dead    []uint32        // stories that ended since the last rebuild
	round   uint32          // counts calls of Add, and rounds of asking inside them
	cache   cache
	stats   Stats
}

// story is a live story; the indexes are places in Detector.stories and Detector.classes.
type story struct {
	id       string
	milli    int64
	form     uint64
	class    uint32
	next     uint32 // next story of the class
	source   uint32
	rep      uint32 // representative of its group; itself where it represents
	jaccard  float32
	inside   float32 // Copy.Contained
	contains float32
	relation Relation
	undated  bool
	dateOnly bool
	live     bool
	placed   bool // rep and the rest hold a decision
	series   string
}

// edge is the evidence against another class.
type edge struct {
	to uint32
	evidence
}

// Stats counts work since New, for reports and benchmarks.
type Stats struct {
	Stories    int    // live
	Classes    int    // live
	Edges      int    // verified pairs of classes that are kept
	Engine     string // index engine in use
	Queried    int    // classes looked up in the index
	Candidates int    // candidates it gave, after capping
	Verified   int    // pairs measured exactly
	Capped     int    // lookups that Params.BucketCap cut
	Read       int    // texts asked of Texts
}

// New returns an empty detector. The error wraps ErrParams.
func New(p Params) (*Detector, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	d := &Detector{
		params: p, spans: newSpans(p.Window),
		furniture: make(map[string]*text.Furniture), learned: make(map[string]bool),
		ids: make(map[string]uint32), sources: make(map[string]uint32),
		exact: make(map[[16]byte]uint32), kept: make(map[uint32]string), lent: make(map[string]uint32), named: make(map[string]uint32), edges: make(map[uint32][]edge), dirty: make(map[uint32]bool),
	}
	d.cache.limit = p.Cache
	if p.Index == IndexFlat {
		d.index, d.engine = newFlatIndex(d.spans), IndexFlat
	} else {
		d.index, d.engine = newMinhashIndex(d.spans), IndexMinhash
	}
	return d, nil
}

// Stats returns the counters.
func (d *Detector) Stats() Stats {
	s := d.stats
	s.Stories, s.Engine = len(d.ids), d.engine
	for i := range d.classes {
		if d.classes[i].head != none {
			s.Classes++
		}
	}
	for _, list := range d.edges {
		s.Edges += len(list)
	}
	s.Edges /= 2
	return s
}

// Add takes up one batch and returns what changed. Two items of one id, or an id that is live, give ErrDuplicateID and
// change nothing. After any other error (of texts, or of ctx) the detector is ahead of what it told and must be thrown
// away.
func (d *Detector) Add(ctx context.Context, items []Item, texts Texts, workers int) (Changes, error) {
	sorted, err := d.check(items)
	if err != nil {
		return Changes{}, err
	}
	b := newBatch(d, texts, max(workers, 1))
	d.round++
	d.chooseEngine(len(sorted))
	for _, it := range sorted {
		b.take(d.insert(it), it)
	}
	if err := b.enter(ctx); err != nil {
		return Changes{}, err
	}
	touched, err := b.close(ctx)
	if err != nil {
		return Changes{}, err
	}
	changes := d.rebuild(touched, b.added)
	changes.Profiles = d.profiles()
	return changes, nil
}

// check refuses ids that are live or doubled and returns the items in order.
func (d *Detector) check(items []Item) ([]*Item, error) {
	sorted := make([]*Item, len(items))
	seen := make(map[string]bool, len(items))
	for i := range items {
		it := &items[i]
		if _, live := d.ids[it.ID]; live || seen[it.ID] {
			return nil, fmt.Errorf("%w: %q", ErrDuplicateID, it.ID)
		}
		seen[it.ID] = true
		sorted[i] = it
	}
	slices.SortFunc(sorted, func(a, b *Item) int { return a.order().compare(b.order()) })
	return sorted, nil
}

func (it *Item) order() order { return order{it.Undated, it.Time.UnixMilli(), it.ID} }

// chooseEngine moves on to the flat index when more stories come than the other should hold. It never moves back: a
// shrinking window would make it swing.
func (d *Detector) chooseEngine(coming int) {
	small, ok := d.index.(*minhashIndex)
	if !ok || d.params.Index != IndexAuto || small.len()+coming <= d.params.FlatAbove {
		return
	}
	flat := newFlatIndex(d.spans)
	small.each(flat.add)
	flat.seal()
	d.index, d.engine = flat, IndexFlat
}

func (d *Detector) source(name string) uint32 {
	n, ok := d.sources[name]
	if !ok {
		n = uint32(len(d.names))
		d.sources[name] = n
		d.names = append(d.names, name)
	}
	return n
}

// insert makes a live story of an item and finds its class. What the index has to take up for it is for enter to say, when
// all items are there.
func (d *Detector) insert(it *Item) (n uint32) {
	if k := len(d.spare); k > 0 {
		n, d.spare = d.spare[k-1], d.spare[:k-1]
	} else {
		n = uint32(len(d.stories))
		d.stories = append(d.stories, story{})
	}
	c := d.classOf(&it.Print)
	d.stories[n] = story{
		id: it.ID, milli: it.Time.UnixMilli(), form: it.Print.Form, source: d.source(it.Source),
		undated: it.Undated, dateOnly: it.DateOnly, rep: n, live: true, class: c,
	}
	d.ids[it.ID] = n
	d.push(c, n)
	if k := &d.classes[c]; k.series != none {
		d.series[k.series].renamed = true
	}
	return n
}

// Has reports whether a story is live.
func (d *Detector) Has(id string) bool {
	_, live := d.ids[id]
	return live
}

// Touch lets the next Add group a live story and what it is near to anew.
func (d *Detector) Touch(id string) {
	if n, live := d.ids[id]; live {
		d.dirty[d.stories[n].class] = true
		d.dirty[d.stories[d.stories[n].rep].class] = true
	}
}

// Remove takes a story out, because a new version supersedes it or a user deleted it. Its group is rebuilt by the next
// Add, which may be one of no items. Unknown ids are ignored.
func (d *Detector) Remove(id string) {
	n, ok := d.ids[id]
	if !ok {
		return
	}
	s := &d.stories[n]
	if s.rep != n {
		d.dirty[d.stories[s.rep].class] = true
	}
	d.dirty[s.class] = true
	for _, e := range d.edges[s.class] {
		d.dirty[e.to] = true
	}
	first := d.classes[s.class].first == n
	d.unlink(n)
	switch k := &d.classes[s.class]; {
	case k.head == none:
		// No story says these words any more; should one do so again, its neighbours decide anew what it is an edition of.
		if k.series != none {
			d.series[k.series].renamed = true
			d.leaveSeries(s.class)
		}
		d.disown(s.class)
	case first && k.entered > 0:
		d.shift(s.class)
	}
	d.gone(n)
}

// gone ends a story that is out of its class. Its place is reused after the next rebuild, which still asks it for the
// group it represented.
func (d *Detector) gone(n uint32) {
	s := &d.stories[n]
	s.live = false
	delete(d.ids, s.id)
	d.dead = append(d.dead, n)
}
