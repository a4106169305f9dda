package event

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
)

// LabelledStory is a story with the event that a person put it in.
type LabelledStory struct {
	Item  Item
	Label string
}

// LabelledSet is a collection labelled by one rule. Every set weighs the same in training, whatever its size.
type LabelledSet struct {
	Name    string
	Stories []LabelledStory
}

// TrainParams are the choices of a training.
type TrainParams struct {
	Pair      float64 // ridge penalty of the pair model
	Context   float64 // that of the context model and the review, towards leaving the score as it is
	Review    float64
	Copies    float64 // weight of the mutilated copies of every set, 0 for none
	Sharpness float64 // of the links, see Model
	Density   float64 // exponent of tightness in linkage
	Join      float64 // mean link at which clusters join, see Model
	// Favour is how much less a story alone has to reach, a logarithm of 0 to .5. LoneOffset and LoneSlope are the logit of
	// how many joins are with one, by the base rate, which the level is kept with.
	Favour, LoneOffset, LoneSlope float64
	// Start are weights to stay near to, for labels that are too few to learn from alone; nil to learn from nothing else.
	// They count as much as Held rows would, and only those of the pair model move: a few events without what surrounds
	// them in a store say nothing of neighbourhoods (docs/QUALITY.md, "A few labels of one's own").
	Start *Model
	Held  float64
}

// DefaultTrainParams returns the choices that the shipped model was trained with.
func DefaultTrainParams() TrainParams {
	return TrainParams{
		Pair: 1e-3, Context: .1, Review: .3, Copies: .3, Sharpness: 1.2, Density: 1.25, Join: .37,
		Favour: .4, LoneOffset: -1.6, LoneSlope: -.9, Held: 1000,
	}
}

// ridge is the penalty of the pair model.
func (p *TrainParams) ridge(pairs *rows) float64 {
	if p.Start == nil {
		return p.Pair
	}
	return max(p.Pair, p.Held/float64(len(pairs.label)))
}

// Report says what a model was trained on and how well it fits.
type Report struct {
	Sets        []SetReport `json:"sets"`
	PairRows    int         `json:"pair_rows"`
	PairLoss    float64     `json:"pair_loss"` // mean log loss, in nats
	ContextRows int         `json:"context_rows"`
	ContextLoss float64     `json:"context_loss"`
}

// SetReport is the part of one set in a training.
type SetReport struct {
	Name    string  `json:"name"`
	Stories int     `json:"stories"`
	Events  int     `json:"events"`
	Recall  float64 `json:"recall"` // share of the labelled pairs that the candidate search finds
}

// ErrTrain reports labelled sets that nothing can be learned from.
var ErrTrain = errors.New("nothing to learn from")

// Rows of one story: all its positives up to a bound, and its nearest negatives.
const (
	trainPositives    = 24
	pairNegatives     = 20
	contextNegatives  = 30
	trainPairFallback = -5.0 // bias to start from
)

// Train learns the three linear models. It is deterministic and needs no seed. The pair model sees positives and negatives
// in equal weight, so that it ranks well; the two others see them as often as they are, so that .5 is the right
// threshold.
func Train(ctx context.Context, sets []LabelledSet, p TrainParams, workers int) (*Model, Report, error) {
	m := &Model{sharpness: p.Sharpness, density: p.Density, join: p.Join, lone: lone{p.Favour, p.LoneOffset, p.LoneSlope}}
	if err := m.lone.check(); err != nil {
		return nil, Report{}, fmt.Errorf("train: %w", err)
	}
	all := make([]*course, 0, len(sets))
	for _, s := range sets {
		c, err := newCourse(s, m, 1)
		if err != nil {
			return nil, Report{}, err
		}
		all = append(all, c)
		m.report.Sets = append(m.report.Sets, c.report())
	}
	if p.Copies > 0 {
		for _, s := range sets {
			for _, variant := range mutilated(s) {
				c, err := newCourse(variant, m, p.Copies)
				if err != nil {
					return nil, Report{}, err
				}
				all = append(all, c)
			}
		}
	}
	pairs := &rows{dim: pairFeatures}
	for i, c := range all {
		if err := ctx.Err(); err != nil {
			return nil, Report{}, fmt.Errorf("train: %w", err)
		}
		recall := c.pairRows(pairs, workers)
		if i < len(sets) {
			m.report.Sets[i].Recall = recall
		}
	}
	positive := slices.Contains(pairs.label, true)
	if !positive || !slices.Contains(pairs.label, false) {
		return nil, Report{}, fmt.Errorf("train: %w: no pairs of both kinds", ErrTrain)
	}
	prior := make([]float64, pairFeatures)
	prior[pfBias] = trainPairFallback
	if p.Start != nil {
		copy(prior, p.Start.pair[:])
	}
	w, loss := pairs.fit(p.ridge(pairs), prior, workers)
	copy(m.pair[:], w)
	m.report.PairRows, m.report.PairLoss = len(pairs.label), loss

	if p.Start != nil {
		m.context, m.review = p.Start.context, p.Start.review
		return m, m.report, nil
	}
	for _, stage := range []struct {
		to    *lens
		ridge float64
	}{{&m.context, p.Context}, {&m.review, p.Review}} {
		examples := &rows{dim: contextFeatures}
		for _, c := range all {
			if err := ctx.Err(); err != nil {
				return nil, Report{}, fmt.Errorf("train: %w", err)
			}
			c.forget()
			c.contextRows(examples, stage.to == &m.review, workers)
		}
		prior := make([]float64, contextFeatures)
		prior[cfScore] = 1
		w, loss := examples.fit(stage.ridge, prior, workers)
		copy(stage.to[:], w)
		m.report.ContextRows, m.report.ContextLoss = len(examples.label), loss
	}
	return m, m.report, nil
}

// course is a labelled set in a Clusterer of its own.
type course struct {
	*Clusterer
	name   string
	labels []string // by story number
	weight float64
}

func newCourse(s LabelledSet, m *Model, weight float64) (*course, error) {
	c, err := New(DefaultParams(), m)
	if err != nil {
		return nil, err
	}
	labels := make(map[string]string, len(s.Stories))
	items := make([]Item, 0, len(s.Stories))
	for _, st := range s.Stories {
		if _, twice := labels[st.Item.ID]; twice {
			return nil, fmt.Errorf("train: set %s has story %s twice", s.Name, st.Item.ID)
		}
		labels[st.Item.ID] = st.Label
		it := st.Item
		it.Event = ""
		items = append(items, it)
	}
	sortItems(items)
	out := &course{Clusterer: c, name: s.Name, weight: weight}
	for _, it := range items {
		c.insert(it)
		out.labels = append(out.labels, labels[it.ID])
	}
	c.freeze()
	return out, nil
}

func (c *course) report() SetReport {
	events := slices.Clone(c.labels)
	slices.Sort(events)
	return SetReport{Name: c.name, Stories: len(c.labels), Events: len(slices.Compact(events))}
}

// example is a row before it is weighed.
type example struct {
	other int32
	rank  float64
	label bool
}

// choose picks the rows of one story: positives spread over their ranking, and the nearest negatives.
func choose(all []example, negatives int) (positives, nearest []example) {
	slices.SortFunc(all, func(a, b example) int {
		return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(a.other, b.other))
	})
	for _, e := range all {
		if e.label {
			positives = append(positives, e)
		} else if len(nearest) < negatives {
			nearest = append(nearest, e)
		}
	}
	if n := len(positives); n > trainPositives {
		for i := range trainPositives {
			positives[i] = positives[i*n/trainPositives]
		}
		positives = positives[:trainPositives]
	}
	return positives, nearest
}

// pairRows adds the rows of the pair model and returns the share of labelled pairs among the candidates.
func (c *course) pairRows(out *rows, workers int) float64 {
	type row struct {
		x     [pairFeatures]float64
		label bool
		of    float64 // one over the number of its kind
	}
	n := len(c.stories)
	byStory := make([][]row, n)
	hits := make([]int, n)
	c.parallel(n, workers, func(k int, p *probe) {
		s := c.stories[k]
		v := c.vector(s)
		found := slices.Clone(c.candidates(&s.features, v, s.day, s.dated(), int32(k), s.lang.index, p))
		all := make([]example, 0, len(found))
		var x [pairFeatures]float64
		for _, f := range found {
			o := c.stories[f.story]
			pairVector(s, o, v, c.vector(o), &x)
			same := c.labels[k] == c.labels[f.story]
			if same {
				hits[k]++
			}
			all = append(all, example{f.story, x[pfCosArticle], same})
		}
		positives, negatives := choose(all, pairNegatives)
		for _, kind := range [][]example{positives, negatives} {
			for _, e := range kind {
				o := c.stories[e.other]
				pairVector(s, o, v, c.vector(o), &x)
				byStory[k] = append(byStory[k], row{x, e.label, 1 / float64(len(kind))})
			}
		}
	})
	var mass [2]float64
	kind := func(label bool) int {
		if label {
			return 1
		}
		return 0
	}
	for _, rs := range byStory {
		for _, r := range rs {
			mass[kind(r.label)] += r.of
		}
	}
	if mass[0] == 0 || mass[1] == 0 {
		return c.recall(hits) // weights of one kind alone would only move the bias
	}
	for _, rs := range byStory {
		for _, r := range rs {
			out.add(r.x[:], r.label, c.weight*r.of/mass[kind(r.label)])
		}
	}
	return c.recall(hits)
}

// recall is the share of ordered labelled pairs that were candidates.
func (c *course) recall(hits []int) float64 {
	sizes := map[string]int{}
	for _, l := range c.labels {
		sizes[l]++
	}
	found, all := 0, 0
	for k, l := range c.labels {
		found += hits[k]
		all += sizes[l] - 1
	}
	if all == 0 {
		return 1
	}
	return float64(found) / float64(all)
}

// forget drops the neighbour lists, which were made under weights that changed, and finds the base rate under the new.
func (c *course) forget() {
	for _, s := range c.stories {
		s.list, s.second, s.ties = nil, nil, nil
	}
	for _, l := range c.languages {
		l.shift = c.rate(l)
	}
}

// contextRows adds the rows of the context model, under the pair model learned before, or those of the review, under
// both.
func (c *course) contextRows(out *rows, review bool, workers int) {
	all := make([]int32, len(c.stories))
	for i := range all {
		all[i] = int32(i)
	}
	lists := func(s *story) *neighbours { return s.list }
	c.around(all, workers)
	if review {
		c.widen(all, 0, workers)
		lists = func(s *story) *neighbours { return s.second }
	}
	var y [contextFeatures]float64
	count := 0
	from := len(out.weight)
	for k := range all {
		s := c.stories[k]
		examples := make([]example, 0, len(lists(s).edges))
		for at, e := range lists(s).edges {
			examples = append(examples, example{int32(at), float64(e.pair.score), c.labels[k] == c.labels[e.to]})
		}
		positives, negatives := choose(examples, contextNegatives)
		n := len(positives) + len(negatives)
		if n == 0 {
			continue
		}
		count++
		for _, e := range append(positives, negatives...) {
			at := lists(s).edges[e.other]
			o := c.stories[at.to]
			contextVector(lists(s), lists(o), int32(k), at.to, at.pair.score, &y)
			out.add(y[:], e.label, c.weight/float64(n))
		}
	}
	for i := from; i < len(out.weight); i++ {
		out.weight[i] /= float64(max(count, 1))
	}
}

// mutilated returns copies of a set as other sources would deliver it: without text, without titles, without dates, cut
// to the lead, which keeps the model from reading the origin of a story out of what it lacks.
func mutilated(s LabelledSet) []LabelledSet {
	variants := []struct {
		name string
		edit func(*Item)
	}{
		{"titles", func(it *Item) { it.Features = it.Features.part(flagTitle, false) }},
		{"leads", func(it *Item) { it.Features = it.Features.part(flagTitle|flagBody, true) }},
		{"untitled", func(it *Item) { it.Features = it.Features.part(flagBody, false) }},
		{"undated", func(it *Item) { it.Undated, it.Features.days = true, nil }},
	}
	var out []LabelledSet
	for _, v := range variants {
		c := LabelledSet{Name: s.Name + " " + v.name}
		changed := false
		for _, st := range s.Stories {
			before := st.Item
			v.edit(&st.Item)
			if st.Item.Features.Empty() {
				continue
			}
			changed = changed || st.Item.Undated != before.Undated || len(st.Item.Features.terms) != len(before.Features.terms)
			c.Stories = append(c.Stories, st)
		}
		if changed && 2*len(c.Stories) > len(s.Stories) {
			out = append(out, c)
		}
	}
	return out
}

// part returns the features of the title, the body or both, of the body only the lead where lead is set.
func (f Features) part(parts uint8, lead bool) Features {
	out := f
	out.terms, out.tf, out.words = nil, nil, 0
	out.flags = f.flags & parts
	if parts&flagBody == 0 {
		out.days = nil
	}
	for i, t := range f.terms {
		name, title, l, body := unpackCounts(f.tf[i])
		if parts&flagTitle == 0 {
			title = 0
		}
		if lead {
			body = l
		}
		if parts&flagBody == 0 {
			l, body = 0, 0
		}
		if title+l+body == 0 {
			continue
		}
		out.terms = append(out.terms, t)
		out.tf = append(out.tf, packCounts(name, title, l, body))
		out.words += uint16(title + body)
	}
	// Function words were not kept: about as many as the others.
	out.words *= 2
	if !lead && parts&flagBody != 0 {
		out.words = f.words
	}
	return out
}
