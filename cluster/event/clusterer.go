package event

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync/atomic"

	"github.com/samestory/samestory/cluster/constraint"
	"github.com/samestory/samestory/cluster/crew"
	"github.com/samestory/samestory/cluster/text"
)

// Clusterer holds the resident stories and their events.
type Clusterer struct {
	params    Params
	window    float64 // days
	model     *Model
	languages map[string]*language
	stories   []*story
	glances   []glance  // parallel to stories
	norms     []float32 // likewise: of the features, at least 1
	ordered   int       // so many stories, from the first on, are dated and in the order of time
	byID      map[string]int32
	cells     map[string]*cell
	pending   map[string]Item // waiting for Cluster
	touched   map[int32]bool
	left      map[string]*cell // events that lost a story since the last clustering
	probes    []*probe
	rivalled  atomic.Int64 // see Work

	orders *constraint.Set // of editors
	edits  edits           // the same, by numbers

	reserved func(id string) bool // see Reserve

	round   int32   // counts clusterings
	scanned int     // counts neighbour lists that were computed
	widened []int32 // stories that have, or had, a second list
	marks   []int32 // by story, of the stories that a step works on
	mark    int32   // the highest so far
}

// New returns an empty Clusterer. A nil model is the shipped one.
func New(p Params, m *Model) (*Clusterer, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	if m == nil {
		var err error
		if m, err = DefaultModel(); err != nil {
			return nil, err
		}
	}
	return &Clusterer{
		params: p, window: p.Window.Hours() / 24, model: m, languages: map[string]*language{}, byID: map[string]int32{},
		cells: map[string]*cell{}, pending: map[string]Item{}, touched: map[int32]bool{}, left: map[string]*cell{},
	}, nil
}

// threshold is the mean link at which two clusters join, before what is asked of those of a language, see joining.
func (c *Clusterer) threshold() float64 { return c.model.threshold(c.params.Granularity) }

// Len returns the number of resident stories, waiting ones included.
func (c *Clusterer) Len() int { return len(c.byID) + len(c.pending) }

// EventOf returns the event of a resident story, "" where it has none yet or is not resident.
func (c *Clusterer) EventOf(id string) string {
	if i, ok := c.byID[id]; ok && c.stories[i].event != nil {
		return c.stories[i].event.id
	}
	return ""
}

// Restore takes up stories of earlier runs with their events. Nothing is scored: a neighbour list is computed when a
// clustering needs it. Stories without an event wait for the next Cluster.
func (c *Clusterer) Restore(items []Item) {
	items = slices.Clone(items)
	sortItems(items)
	for _, it := range items {
		if it.Event == "" {
			c.pending[it.ID] = it
			continue
		}
		c.insert(it)
	}
}

// Add takes new stories; Cluster places them. An item with the id of a resident story replaces it.
func (c *Clusterer) Add(items []Item) {
	for _, it := range items {
		if old := c.EventOf(it.ID); old != "" && it.Event == "" {
			it.Event = old
		}
		c.Remove(it.ID)
		c.pending[it.ID] = it
	}
}

// Remove takes a story out, a superseded version for instance. Its event is rebuilt by the next Cluster.
func (c *Clusterer) Remove(id string) {
	delete(c.pending, id)
	i, ok := c.byID[id]
	if !ok {
		return
	}
	s := c.stories[i]
	c.freeze()
	c.computeLists([]int32{i}, false, 1)
	for _, e := range s.list.edges {
		if o := c.stories[e.to]; o.list != nil && !o.gone {
			o.list.touch()
		}
	}
	c.leave(i)
	delete(c.byID, id)
	delete(c.touched, i)
	if e := s.event; e != nil {
		e.members = slices.DeleteFunc(e.members, func(m int32) bool { return m == i })
		c.left[e.id] = e
		for _, m := range e.members {
			c.touched[m] = true
		}
	}
}

// Forget drops stories without any change to their events, because the window has left them behind. Give it whole
// events: a part of one would be rebuilt without the rest. It looks at the lists of all stories, so give it many at once.
func (c *Clusterer) Forget(ids []string) {
	if len(ids) == 0 {
		return
	}
	for _, id := range ids {
		delete(c.pending, id)
		i, ok := c.byID[id]
		if !ok {
			continue
		}
		s := c.stories[i]
		c.leave(i)
		s.lang.dead++
		delete(c.byID, id)
		delete(c.touched, i)
		if s.event != nil {
			s.event.members = slices.DeleteFunc(s.event.members, func(m int32) bool { return m == i })
			if len(s.event.members) == 0 {
				delete(c.cells, s.event.id)
			}
		}
		c.release(i)
	}
	// A story may be in the lists of others without having one of its own.
	for _, s := range c.stories {
		if !s.gone && s.list != nil && slices.ContainsFunc(s.list.edges, func(e edge) bool { return c.stories[e.to].gone }) {
			s.list.touch()
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.languages)) {
		if l := c.languages[id]; l.dead > l.count {
			c.reindex(l)
		}
	}
}

// release lets go of a forgotten story. No list leads to it any more, so that all of a language can be one: what is left of
// it until Settle is its number.
func (c *Clusterer) release(i int32) {
	l := c.stories[i].lang
	if l.forgotten == nil {
		l.forgotten = &story{gone: true, lang: l}
	}
	c.stories[i] = l.forgotten
}

// reindex makes the index of a language anew, without the stories that are gone: they fill it for nothing.
func (c *Clusterer) reindex(l *language) {
	l.index, l.dead = newIndex(), 0
	for i, s := range c.stories {
		if s.lang == l && !s.gone {
			l.index.add(int32(i), &s.features, l.prior)
		}
	}
}

// leave marks a story as gone; its number is not used again before Settle.
func (c *Clusterer) leave(i int32) {
	s := c.stories[i]
	s.gone, c.glances[i].gone = true, true
	s.lang.count--
}

func (c *Clusterer) language(name string) *language {
	l := c.languages[name]
	if l == nil {
		l = &language{name: name, prior: newPriors(text.LoadBackground(name)), index: newIndex()}
		c.languages[name] = l
	}
	return l
}

// insert gives an item its number and posts it in the index.
func (c *Clusterer) insert(it Item) int32 {
	if i, ok := c.byID[it.ID]; ok {
		return i
	}
	l := c.language(it.Features.lang)
	s := newStory(it, l)
	i := int32(len(c.stories))
	c.stories = append(c.stories, s)
	c.glances = append(c.glances, glance{day: s.day, dated: s.dated()})
	c.norms = append(c.norms, max(s.features.norm, 1))
	c.extend()
	c.byID[it.ID] = i
	l.count++
	l.index.add(i, &s.features, l.prior)
	if it.Event != "" {
		e := c.cells[it.Event]
		if e == nil {
			e = &cell{id: it.Event, cohesion: -1}
			c.cells[it.Event] = e
		}
		e.members = append(e.members, i)
		s.event = e
	}
	return i
}

// refreeze is the growth of a language at which its weights are taken anew without waiting for Settle: the first
// stories of a store say little about what its words are worth.
const refreeze = 2

// freeze fixes the vocabulary of every language that has none or has outgrown it.
func (c *Clusterer) freeze() {
	var stale map[*language][]*Features
	for _, l := range c.languages {
		if l.vocab == nil || l.count >= refreeze*max(l.vocab.docs, 32) {
			if stale == nil {
				stale = map[*language][]*Features{}
			}
			stale[l] = make([]*Features, 0, l.count)
		}
	}
	if stale == nil {
		return
	}
	for _, s := range c.stories {
		if list, ok := stale[s.lang]; ok {
			if !s.gone {
				stale[s.lang] = append(list, &s.features)
			}
			s.vec.Store(nil)
			s.list, s.second, s.ties = nil, nil, nil
		}
	}
	for l, features := range stale {
		l.vocab = newVocabulary(l.prior.bg, features)
		l.shift = c.rate(l)
		l.expected = c.expect(l)
	}
}

// vector returns the story under the frozen vocabulary. Two workers may both compute it: the result is the same.
func (c *Clusterer) vector(s *story) *vector {
	if v := s.vec.Load(); v != nil && v.idf != nil {
		return v
	}
	v := s.lang.vocab.vector(&s.features)
	s.vec.Store(&v)
	return &v
}

// lengths returns the vector of the story, maybe without its weights: what the second story of a pair needs, for the two
// weigh the terms that they share alike.
func (c *Clusterer) lengths(s *story) *vector {
	if v := s.vec.Load(); v != nil {
		return v
	}
	v := c.vector(s)
	if s.list != nil {
		s.vec.Store(&vector{norm: v.norm, mass: v.mass})
	}
	return v
}

// shed drops the weights of stories whose lists are made: they are as large as the features, and made again in less time
// than a scan takes.
func (c *Clusterer) shed(of []int32) {
	for _, i := range of {
		s := c.stories[i]
		if v := s.vec.Load(); v != nil && v.idf != nil {
			s.vec.Store(&vector{norm: v.norm, mass: v.mass})
		}
	}
}

// Cluster places the waiting stories and rebuilds the components they touch.
func (c *Clusterer) Cluster(ctx context.Context, workers int) (Changes, error) {
	waiting := slices.AppendSeq(make([]Item, 0, len(c.pending)), maps.Values(c.pending))
	sortItems(waiting)
	c.freeze() // of what was restored, as a settlement had left it, and not of what is to be placed
	fresh := make([]int32, 0, len(waiting))
	for _, it := range waiting {
		fresh = append(fresh, c.insert(it))
	}
	clear(c.pending)
	c.freeze()
	c.computeLists(fresh, true, workers)
	for _, i := range fresh {
		c.touched[i] = true
	}
	seeds := make([]int32, 0, len(c.touched))
	for i := range c.touched {
		seeds = append(seeds, i)
	}
	slices.Sort(seeds)
	c.number()
	visited, err := c.spread(ctx, seeds, reachTies, tickLeast, workers)
	if err != nil {
		return Changes{}, fmt.Errorf("cluster events: %w", err)
	}
	clear(c.touched)
	c.narrow()
	return c.identify(c.partition(visited), false), nil
}

// Settle weighs all terms anew on the resident stories and rebuilds every neighbour list and every event, so that the
// partition is a function of the set of resident stories. Events keep the ids that somebody may have seen; with found,
// for a store that nobody has read yet, each is named by its founder, so that the ids are that function too.
func (c *Clusterer) Settle(ctx context.Context, workers int, found bool) (Changes, error) {
	c.compact()
	all := make([]int32, len(c.stories))
	for i := range all {
		all[i] = int32(i)
	}
	c.freeze()
	c.computeLists(all, false, workers)
	c.number()
	visited, err := c.spread(ctx, all, 0, reviewLeast, workers)
	if err != nil {
		return Changes{}, fmt.Errorf("settle events: %w", err)
	}
	clear(c.touched)
	c.narrow()
	return c.identify(c.partition(visited), found), nil
}

// compact numbers the stories anew in their order, without the removed ones, and forgets what was computed.
func (c *Clusterer) compact() {
	items := make([]Item, 0, c.Len())
	for _, s := range c.stories {
		if s.gone {
			continue
		}
		it := Item{
			ID: s.id, Time: s.time, Undated: s.undated, DateOnly: s.dateOnly, Features: s.features, Series: s.series,
			Loose: s.loose, Embedding: s.embedding,
		}
		if s.event != nil {
			it.Event = s.event.id
		}
		items = append(items, it)
	}
	items = slices.AppendSeq(items, maps.Values(c.pending))
	sortItems(items)
	cohesion := make(map[string]float64, len(c.cells))
	for id, e := range c.cells {
		cohesion[id] = e.cohesion
	}
	c.stories, c.glances, c.norms = make([]*story, 0, len(items)), make([]glance, 0, len(items)), make([]float32, 0, len(items))
	c.ordered = 0
	clear(c.pending)
	clear(c.byID)
	clear(c.cells)
	clear(c.languages)
	clear(c.touched)
	c.widened = c.widened[:0]
	c.marks, c.mark = nil, 0
	for _, it := range items {
		c.insert(it)
	}
	for id, e := range c.cells {
		e.cohesion = cohesion[id]
	}
}

// computeLists computes the missing neighbour lists of the given stories and enters them into the lists of their
// neighbours. That of a new story changes a neighbourhood; that of an old one, computed when something needed it, was only
// missing. Workers only read; the lists are entered in the order given.
func (c *Clusterer) computeLists(of []int32, fresh bool, workers int) {
	missing := make([]int32, 0, len(of))
	for _, i := range of {
		if c.stories[i].list == nil {
			missing = append(missing, i)
		}
	}
	if len(missing) == 0 {
		return
	}
	c.scanned += len(missing)
	lists := c.scanAll(missing, workers)
	c.shed(missing)
	for k, i := range missing {
		c.stories[i].list = &neighbours{edges: lists[k], dirty: true}
	}
	for k, i := range missing {
		for _, e := range lists[k] {
			o := c.stories[e.to]
			if o.list == nil {
				continue
			}
			o.list.edges = append(o.list.edges, edge{to: i, pair: e.pair})
			o.list.touch()
			if !fresh {
				continue
			}
			o.list.drift += float32(sigmoid(float64(e.pair.score)))
			if float64(o.list.drift) > driftMost*o.list.sum {
				c.touched[e.to] = true
			}
		}
	}
}

// parallel runs work(0..n-1) on the given number of workers, each with a probe of its own.
func (c *Clusterer) parallel(n, workers int, work func(k int, p *probe)) {
	workers = max(1, min(workers, n))
	for len(c.probes) < workers {
		c.probes = append(c.probes, &probe{})
	}
	if workers == 1 {
		for k := range n {
			work(k, c.probes[0])
		}
		return
	}
	const chunk = 32
	var next atomic.Int64
	crew.Run(workers, func(w int) {
		for {
			k := int(next.Add(chunk)) - chunk
			if k >= n {
				return
			}
			for end := min(n, k+chunk); k < end; k++ {
				work(k, c.probes[w])
			}
		}
	})
}
