package event

import (
	"math"

	"github.com/samestory/samestory/cluster/text"
)

// Views of a text: which of its parts a vector looks at.
const (
	viewTitle   = iota // words of the title
	viewArticle        // title three times and body
	viewLead           // title twice and lead
	viewBody           // body
	viewName           // names, title twice
	views
)

// viewWeights holds, for every packed count, the term frequency weight 1 + ln tf in each view.
var viewWeights = func() (w [256][views]float32) {
	for p := range 256 {
		name, title, lead, body := unpackCounts(uint8(p))
		if title > 0 {
			w[p][viewTitle] = 1
		}
		w[p][viewArticle] = tfWeight(float32(3*title + body))
		w[p][viewLead] = tfWeight(float32(2*title + lead))
		w[p][viewBody] = tfWeight(float32(body))
		if name {
			w[p][viewName] = tfWeight(float32(2*title + body))
		}
	}
	return w
}()

// Weights of terms: idf = -ln((M*share + df + .5) / (M + n + 1)) with the background counted as M stories. What is
// below minIDF is worth nothing: function words.
//
// The mass was measured, docs/BACKGROUND.md: the more of it, the further the rarest words rise above the common ones,
// and the sooner two short stories that share a place and nothing else are one event.
const (
	massCounted   = 1000 // of a table counted over articles
	massEstimated = 250  // of an estimated one
	massNone      = 50   // of a language without a table
	minIDF        = .5
)

func backgroundMassOf(bg *text.Background) float64 {
	switch {
	case !bg.Counted():
		return massNone
	case bg.Estimated():
		return massEstimated
	}
	return massCounted
}

// counter counts terms in a table with open addressing; a Go map would be the largest part of a freeze.
type counter struct {
	slots []counted
	n     int
}

type counted struct {
	term  text.Term // 0 is free
	count int32
}

func newCounter(hint int) *counter {
	size := 1 << 10
	for size < 2*hint {
		size *= 2
	}
	return &counter{slots: make([]counted, size)}
}

// slotOf returns where a search for a term begins in a table of a power of two of slots.
func slotOf(t text.Term, size int) int {
	// The high bits of the term order its neighbours in the index; mix them in.
	return int(uint32(t)*2654435769>>7) & (size - 1)
}

// slot returns the place of a term, or the free one where it belongs.
func (c *counter) slot(t text.Term) *counted {
	i := slotOf(t, len(c.slots))
	for c.slots[i].term != 0 && c.slots[i].term != t {
		i = (i + 1) & (len(c.slots) - 1)
	}
	return &c.slots[i]
}

func (c *counter) add(t text.Term, d int32) {
	s := c.slot(t)
	if s.term == 0 {
		if 2*(c.n+1) > len(c.slots) {
			c.grow()
			s = c.slot(t)
		}
		s.term = t
		c.n++
	}
	s.count += d
}

func (c *counter) get(t text.Term) int32 { return c.slot(t).count } // free slots hold 0

func (c *counter) grow() {
	old := c.slots
	c.slots = make([]counted, 2*len(old))
	for _, o := range old {
		if o.term != 0 {
			*c.slot(o.term) = o
		}
	}
}

// vocabulary is the frozen weighting of one language.
type vocabulary struct {
	bg    *text.Background
	terms []weighed // open addressing
	docs  int
	logs  float64 // ln of the denominator
	mass  float64
}

// weighed is a term of a vocabulary: each stands in many texts, and is weighed once.
type weighed struct {
	term text.Term // 0 is free
	df   int32
	idf  float32
}

// newVocabulary counts the terms of the given stories and weighs them.
func newVocabulary(bg *text.Background, features []*Features) *vocabulary {
	df := newCounter(len(features) * 8)
	for _, f := range features {
		for _, t := range f.terms {
			df.add(t, 1)
		}
	}
	v := &vocabulary{bg: bg, docs: len(features), mass: backgroundMassOf(bg), terms: make([]weighed, len(df.slots))}
	v.logs = math.Log(v.mass + float64(v.docs) + 1)
	for i, s := range df.slots { // a table of the same size has the same order
		if s.term != 0 {
			v.terms[i] = weighed{s.term, s.count, v.weigh(s.term, s.count)}
		}
	}
	return v
}

// find returns a term of the vocabulary, nil for another one.
func (v *vocabulary) find(t text.Term) *weighed {
	for i := slotOf(t, len(v.terms)); v.terms[i].term != 0; i = (i + 1) & (len(v.terms) - 1) {
		if v.terms[i].term == t {
			return &v.terms[i]
		}
	}
	return nil
}

func (v *vocabulary) df(t text.Term) int32 {
	if w := v.find(t); w != nil {
		return w.df
	}
	return 0
}

func (v *vocabulary) idf(t text.Term) float32 {
	if w := v.find(t); w != nil {
		return w.idf
	}
	return v.weigh(t, 0)
}

// weigh is the weight of a term that stands in so many stories.
func (v *vocabulary) weigh(t text.Term, df int32) float32 {
	w := v.logs - math.Log(v.mass*v.bg.Share(t)+float64(df)+.5)
	if w < minIDF {
		return 0
	}
	return float32(w)
}

// vector is a text under a vocabulary.
type vector struct {
	idf  []float32 // parallel to the terms; nil where only the rest is kept, see Clusterer.shed
	norm [views]float32
	mass float32 // sum of the article weights
}

func (v *vocabulary) vector(f *Features) vector {
	out := vector{idf: make([]float32, len(f.terms))}
	var sq [views]float64
	mass := 0.0
	for i, t := range f.terms {
		w := v.idf(t)
		out.idf[i] = w
		in := &viewWeights[f.tf[i]]
		for k := range views {
			x := float64(w * in[k])
			sq[k] += x * x
		}
		mass += float64(w * in[viewArticle])
	}
	for k := range views {
		out.norm[k] = float32(math.Sqrt(sq[k]))
	}
	out.mass = float32(mass)
	return out
}
