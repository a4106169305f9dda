package event

import (
	"cmp"
	"math"
	"slices"

	"github.com/samestory/samestory/cluster/text"
)

// Bounds of the candidate search. A query walks its weightiest terms until one of them runs out.
const (
	queryTerms    = 32
	queryCap      = 500   // postings of one term above which it tells nothing apart
	queryPostings = 6_000 // postings of one query
	indexTerms    = 96    // terms of a story that are indexed
)

// posting is a story in the list of a term: its number, and its article term frequency in quarters.
type posting uint32

const (
	postingBits  = 4
	postingSteps = 4
)

func newPosting(story int32, tf float32) posting {
	return posting(uint32(story)<<postingBits | uint32(min(15, tf*postingSteps+.5)))
}

func (p posting) story() int32 { return int32(p >> postingBits) }
func (p posting) tf() float32  { return float32(p&(1<<postingBits-1)) / postingSteps }

// index finds the stories of one language that share weighty terms.
type index struct {
	slots *counter // term to position in lists, plus one
	lists [][]posting
	keys  [2][]uint64 // scratch of add
}

func newIndex() *index { return &index{slots: newCounter(1 << 10)} }

// add posts the story under its weightiest terms.
func (x *index) add(story int32, f *Features, table *priors) {
	most := uint64(math.MaxUint64)
	keys, order := x.keys[0][:0], x.keys[1][:0]
	if len(f.terms) > indexTerms {
		for i, t := range f.terms {
			keys = append(keys, rankKey(t, viewWeights[f.tf[i]][viewArticle]*table.idf(t)))
		}
		order = append(order, keys...)
		most = selectLeast(order, indexTerms)
	}
	x.keys = [2][]uint64{keys, order}
	for i, t := range f.terms {
		if len(keys) > 0 && keys[i] > most {
			continue
		}
		k := x.slots.get(t)
		if k == 0 {
			x.lists = append(x.lists, nil)
			k = int32(len(x.lists))
			x.slots.add(t, k)
		}
		x.lists[k-1] = append(x.lists[k-1], newPosting(story, viewWeights[f.tf[i]][viewArticle]))
	}
}

func (x *index) list(t text.Term) []posting {
	if k := x.slots.get(t); k > 0 {
		return x.lists[k-1]
	}
	return nil
}

// probe holds the buffers of one goroutine that looks for candidates.
type probe struct {
	score []float32 // by story, zero between queries
	hit   []int32
	query []uint64 // see rankKey
	found []found

	places places  // what a story is compared by
	own    []int32 // the others
	work   Work
}

type found struct {
	story int32
	score float32
}

func byFound(a, b found) int {
	switch {
	case a.score > b.score:
		return -1
	case a.score < b.score:
		return 1
	}
	return cmp.Compare(a.story, b.story)
}

// candidateLimit is how many candidates a text of so many words deserves: long texts find their like at once, the
// large events of headlines hang together by few words.
func candidateLimit(words int) int {
	switch {
	case words <= 25:
		return 250
	case words <= 120:
		return 80
	}
	return 32
}

// candidates returns the stories worth comparing with a text, best first, at most candidateLimit. self is left out; it
// is -1 for a text that is not resident.
func (c *Clusterer) candidates(f *Features, v *vector, day float64, dated bool, self int32, x *index, p *probe) []found {
	p.query = p.query[:0]
	for i, t := range f.terms {
		if w := v.idf[i] * viewWeights[f.tf[i]][viewArticle]; w > 0 {
			p.query = append(p.query, rankKey(t, w))
		}
	}
	query := queue(p.query)
	query.heapify()
	if len(p.score) < len(c.stories) {
		p.score = append(p.score, make([]float32, len(c.stories)-len(p.score))...)
	}
	p.hit = p.hit[:0]
	near := span{}
	if dated {
		near = c.span(day)
	}
	terms, touched := 0, 0
	for len(query) > 0 {
		q := query.pop()
		term := text.Term(q)
		list := x.list(term)
		if len(list) > queryCap {
			continue
		}
		if terms++; terms > queryTerms {
			break
		}
		if touched += len(list); touched > queryPostings {
			break
		}
		at, _ := slices.BinarySearch(f.terms, term)
		w := math.Float32frombits(^uint32(q>>32)) * v.idf[at]
		near, rest := near.cut(list)
		p.take(near, w)
		p.take(rest, w)
	}
	p.found = p.found[:0]
	limit := candidateLimit(f.Words())
	floor := float32(0) // the least score that is wanted
	for _, s := range p.hit {
		score, norm := p.score[s], c.norms[s]
		p.score[s] = 0
		// Distance in time only takes away: what is no candidate on one day is none on another.
		if score/norm < floor {
			continue
		}
		o := &c.glances[s]
		if s == self || o.gone {
			continue
		}
		if dated && o.dated {
			gap := math.Abs(day - o.day)
			if gap > c.window {
				continue
			}
			// Most are out by what whole days take away, which is less and known.
			if score*fades[min(int(gap), len(fades)-1)]/norm < floor {
				continue
			}
			score *= fade(gap)
		}
		if p.found = keepBest(p.found, found{s, score / norm}, limit); len(p.found) == limit {
			floor = p.found[0].score
		}
	}
	slices.SortFunc(p.found, byFound)
	return p.found
}

// take adds to the scores of the stories that have a term.
func (p *probe) take(list []posting, w float32) {
	// No branch: whether a story was hit before is as good as random.
	n, scores := len(p.hit), p.score
	hit := slices.Grow(p.hit, len(list))[:n+len(list)]
	for _, e := range list {
		s := e.story()
		was := scores[s]
		hit[n] = s
		if was == 0 {
			n++
		}
		scores[s] = was + w*e.tf()
	}
	p.hit = hit[:n]
}

// fade is what so many days between two stories leave of a score.
func fade(days float64) float32 { return float32(.1 + .9*math.Exp(-days/3)) }

// fades holds, for whole days, a little more than fade leaves.
var fades = func() (f [32]float32) {
	for d := range f {
		f[d] = fade(float64(d)) * 1.0001
	}
	return f
}()

// glance is what the candidate search reads of a resident story where its length does not say that it is none, thousands of
// them for each text: kept apart from the stories, as the lengths are, in the order of their numbers.
type glance struct {
	day   float64
	dated bool
	gone  bool
}

// keepBest puts x into a heap of the limit best so far, the least of them in front.
func keepBest(heap []found, x found, limit int) []found {
	if len(heap) < limit {
		heap = append(heap, x)
		for i := len(heap) - 1; i > 0; {
			parent := (i - 1) / 2
			if byFound(heap[parent], heap[i]) >= 0 {
				break
			}
			heap[parent], heap[i] = heap[i], heap[parent]
			i = parent
		}
		return heap
	}
	if byFound(x, heap[0]) >= 0 {
		return heap
	}
	heap[0] = x
	for i := 0; ; {
		least := i
		for k := 2*i + 1; k <= 2*i+2 && k < limit; k++ {
			if byFound(heap[k], heap[least]) > 0 {
				least = k
			}
		}
		if least == i {
			return heap
		}
		heap[i], heap[least] = heap[least], heap[i]
		i = least
	}
}
