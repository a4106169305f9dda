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

// viewWeights holds, for each view, the term frequency weight 1 + ln tf of every packed count.
var viewWeights = func() (w [views][256]float32) {
	for p := range 256 {
		name, title, lead, body := unpackCounts(uint8(p))
		if title > 0 {
			w[viewTitle][p] = 1
		}
		w[viewArticle][p] = tfWeight(float32(3*title + body))
		w[viewLead][p] = tfWeight(float32(2*title + lead))
		w[viewBody][p] = tfWeight(float32(body))
		if name {
			w[viewName][p] = tfWeight(float32(2*title + body))
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
	keys []text.Term // 0 is free
	vals []int32
	n    int
}

func newCounter(hint int) *counter {
	size := 1 << 10
	for size < 2*hint {
		size *= 2
	}
	return &counter{keys: make([]text.Term, size), vals: make([]int32, size)}
}

func (c *counter) slot(t text.Term) int {
	mask := len(c.keys) - 1
	// The high bits of the term order its neighbours in the index; mix them in.
	i := int(uint32(t)*2654435769>>7) & mask
	for c.keys[i] != 0 && c.keys[i] != t {
		i = (i + 1) & mask
	}
	return i
}

func (c *counter) add(t text.Term, d int32) {
	i := c.slot(t)
	if c.keys[i] == 0 {
		if 2*(c.n+1) > len(c.keys) {
			c.grow()
			i = c.slot(t)
		}
		c.keys[i] = t
		c.n++
	}
	c.vals[i] += d
}

func (c *counter) get(t text.Term) int32 {
	i := c.slot(t)
	return c.vals[i] // free slots hold 0
}

func (c *counter) grow() {
	old := *c
	c.keys, c.vals = make([]text.Term, 2*len(old.keys)), make([]int32, 2*len(old.keys))
	for i, t := range old.keys {
		if t != 0 {
			j := c.slot(t)
			c.keys[j], c.vals[j] = t, old.vals[i]
		}
	}
}

// vocabulary is the frozen weighting of one language.
type vocabulary struct {
	bg   *text.Background
	df   *counter
	docs int
	logs float64 // ln of the denominator
	mass float64
}

// newVocabulary counts the terms of the given stories.
func newVocabulary(bg *text.Background, features []*Features) *vocabulary {
	v := &vocabulary{bg: bg, docs: len(features), df: newCounter(len(features) * 8)}
	for _, f := range features {
		for _, t := range f.terms {
			v.df.add(t, 1)
		}
	}
	v.mass = backgroundMassOf(bg)
	v.logs = math.Log(v.mass + float64(v.docs) + 1)
	return v
}

func (v *vocabulary) idf(t text.Term) float32 {
	w := v.logs - math.Log(v.mass*v.bg.Share(t)+float64(v.df.get(t))+.5)
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
		p := f.tf[i]
		for k := range views {
			x := float64(w * viewWeights[k][p])
			sq[k] += x * x
		}
		mass += float64(w * viewWeights[viewArticle][p])
	}
	for k := range views {
		out.norm[k] = float32(math.Sqrt(sq[k]))
	}
	out.mass = float32(mass)
	return out
}
