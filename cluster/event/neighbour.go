package event

import (
	"cmp"
	"math"
	"slices"
)

// Bounds of the neighbourhoods that the context model looks at.
const (
	edgeFloor  = -3.0 // pair scores below are no neighbours
	nearCount  = 40
	nearScore  = -2.9444389791664403 // logit of .05: neighbours below do not count
	scoreRange = 6.0
	// driftMost is the share of a neighbourhood that may be new before the ties of a story are made anew.
	driftMost = .1
	// reviewLeast is the logit of the context model below which no review is needed: it never made a link of such a pair.
	reviewLeast = -12.0
	// tickLeast is the same in a tick, whose result is for the time until the next settlement: of 20,000 generated stories 19
	// were in another event with it.
	tickLeast = -6.0
)

// edge is a neighbour with its pair score. A pair whose texts share next to nothing, see thinArticle, has a review of
// minus infinity: nothing can make a link of it.
type edge struct {
	to   int32
	pair pair
}

// tie is a link to a neighbour, the probability after the review, of at least linkLeast.
type tie struct {
	to   int32
	link float32
}

func byScore(a, b edge) int {
	switch {
	case a.pair.score > b.pair.score:
		return -1
	case a.pair.score < b.pair.score:
		return 1
	}
	return cmp.Compare(a.to, b.to)
}

// nearby is an entry of the sparse probability vector of a neighbourhood.
type nearby struct {
	to int32
	p  float32
}

// neighbours is the list of one story.
type neighbours struct {
	edges []edge   // best first
	near  []nearby // by number, the story itself with probability 1
	sum   float64  // of near
	norm  float64  // of near
	crowd float64  // ln(1 + sum)
	best  float64  // score of the first edge, 0 where there is none
	dirty bool     // edges were added or have ended since the list was ordered

	drift   float32 // of a first list: probability of the neighbours that came since the ties of the story were made
	version int32   // counts what made it dirty
	of      int32   // of a second list: the version of the first list that it was made from
	round   int32   // of a second list: the clustering in which it was made
	linked  bool    // of a second list: the ties of the story are made from it
}

// touch notes that the edges have changed.
func (n *neighbours) touch() {
	n.dirty = true
	n.version++
}

// order sorts the list, drops repetitions and removed stories, and derives the neighbourhood vector.
func (n *neighbours) order(self int32, stories []*story) {
	n.edges = slices.DeleteFunc(n.edges, func(e edge) bool { return stories[e.to].gone })
	slices.SortFunc(n.edges, byScore)
	n.edges = slices.CompactFunc(n.edges, func(a, b edge) bool { return a.to == b.to })
	if spare := cap(n.edges) - len(n.edges); spare > 8 && 4*spare > len(n.edges) {
		n.edges = slices.Clone(n.edges)
	}
	count := 0
	for count < min(nearCount, len(n.edges)) && n.edges[count].pair.score > nearScore {
		count++
	}
	n.near = make([]nearby, 0, count+1)
	n.near = append(n.near, nearby{self, 1})
	for i := range n.edges[:count] {
		e := &n.edges[i]
		n.near = append(n.near, nearby{e.to, float32(sigmoid(float64(e.pair.score)))})
	}
	slices.SortFunc(n.near, func(a, b nearby) int { return cmp.Compare(a.to, b.to) })
	n.sum = 0
	sq := 0.0
	for _, e := range n.near {
		p := float64(e.p)
		n.sum += p
		sq += p * p
	}
	n.norm, n.crowd, n.best = math.Sqrt(sq), math.Log1p(n.sum), 0
	if len(n.edges) > 0 {
		n.best = float64(n.edges[0].pair.score)
	}
	n.dirty = false
}

// rank returns the position of a neighbour with the given score, the length of the list where it is missing.
func (n *neighbours) rank(to int32, score float32) int {
	lo, hi := 0, len(n.edges)
	for lo < hi {
		m := int(uint(lo+hi) >> 1)
		if e := &n.edges[m]; e.pair.score < score || e.pair.score == score && e.to >= to {
			hi = m
		} else {
			lo = m + 1
		}
	}
	return lo
}

// stands reports whether a neighbour with the given score has this rank.
func (n *neighbours) stands(rank int, to int32, score float32) bool {
	return rank < len(n.edges) && n.edges[rank].to == to && n.edges[rank].pair.score == score
}

// above counts the neighbours of at least a score; the list must be in order.
func (n *neighbours) above(least float32) int {
	k := 0
	for k < len(n.edges) && n.edges[k].pair.score >= least {
		k++
	}
	return k
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// The features of a pair among its neighbours, which are all that the context model and the review see. Shared neighbours
// speak for a pair; a crowd around it that is not shared speaks against it. They are few, and the models are drawn to
// leave the score as it is (TrainParams.Context): what more of them learn of five kinds of text misleads on a sixth.
const (
	cfScore = iota
	cfHinge0
	cfHinge2
	cfShared
	cfShared2
	cfBehindMin
	cfBehindMax
	cfRankMin
	cfRankMax
	cfCrowdMin
	cfCrowdMax
	cfCommon
	cfBias
	contextFeatures
)

var contextNames = [contextFeatures]string{
	"score", "score>0", "score>2", "shared neighbours", "shared squared", "behind min", "behind max", "rank min", "rank max",
	"crowd min", "crowd max", "common", "bias",
}

// contextVector fills x for two stories, numbers ia and ib, with the lists na and nb, that were scored as score in
// these lists. Both lists must be in order. It is symmetric.
func contextVector(na, nb *neighbours, ia, ib int32, score float32, x *[contextFeatures]float64) {
	var at places
	at.surround(na)
	at.contextVector(na, nb, na.rank(ib, score), nb.rank(ia, score), score, x)
}

// surround makes a list the one that others are compared with.
func (p *places) surround(n *neighbours) {
	p.reset(len(n.near))
	for i := range n.near {
		p.add(uint32(n.near[i].to))
	}
}

// contextVector is contextVector for a list na that was taken by surround, and for the ranks of each story in the list of
// the other.
func (p *places) contextVector(na, nb *neighbours, rankA, rankB int, score float32, x *[contextFeatures]float64) {
	n := uint8(0)
	for j := range nb.near { // at most nearCount and the story itself
		p.maybe[n] = uint8(j)
		n += p.may(uint32(nb.near[j].to))
	}
	common := 0.0
	for _, j := range p.maybe[:n] {
		if i := p.find(uint32(nb.near[j].to)); i >= 0 {
			common += float64(na.near[i].p) * float64(nb.near[j].p)
		}
	}
	shared := common / (na.norm * nb.norm)
	s := float64(score)
	behindA, behindB := s-na.best, s-nb.best
	lnA, lnB := rankLog(rankA), rankLog(rankB)
	clipped := min(max(s, -scoreRange), scoreRange)
	x[cfScore] = clipped
	x[cfHinge0] = max(clipped, 0)
	x[cfHinge2] = max(clipped-2, 0)
	x[cfShared] = shared
	x[cfShared2] = shared * shared
	x[cfBehindMin] = min(behindA, behindB)
	x[cfBehindMax] = max(behindA, behindB)
	x[cfRankMin] = min(lnA, lnB)
	x[cfRankMax] = max(lnA, lnB)
	x[cfCrowdMin] = min(na.crowd, nb.crowd)
	x[cfCrowdMax] = max(na.crowd, nb.crowd)
	x[cfCommon] = math.Log1p(common)
	x[cfBias] = 1
}

// rankLogs holds ln(1 + rank) of most ranks.
var rankLogs = func() (l [256]float64) {
	for i := range l {
		l[i] = math.Log1p(float64(i))
	}
	return l
}()

func rankLog(rank int) float64 {
	if rank < len(rankLogs) {
		return rankLogs[rank]
	}
	return math.Log1p(float64(rank))
}

// lens holds the weights of a model that sees a pair in its neighbourhoods.
type lens [contextFeatures]float64

// logit is what the model says of a pair.
func (l *lens) logit(x *[contextFeatures]float64) float64 {
	s := 0.0
	for i, w := range l {
		s += float64(w * x[i])
	}
	return s
}

// link turns the review logit into the probability that linkage averages.
func (m *Model) link(logit float64) float64 { return sigmoid(m.sharpness * logit) }
