package event

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// Bounds of the neighbourhoods that the context model looks at.
const (
	edgeFloor  = -3.0 // pair scores below are no neighbours
	nearCount  = 40
	nearScore  = -2.9444389791664403 // logit of .05: neighbours below do not count
	scoreRange = 6.0
	fewStories = 32.
	// driftMost is the share of a neighbourhood that may be new before the ties of a story are made anew.
	driftMost = .1
	// reviewLeast is the logit of the context model below which no review is needed: it never made a link of such a pair.
	reviewLeast = -12.0
	// tickLeast is the same in a tick, whose result is for the time until the next settlement: of 20,000 generated stories 19
	// were in another event with it.
	tickLeast  = -6.0
	spreadMass = .1 // keeps the spread of nearly empty neighbourhoods near 0
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
	if c := cmp.Compare(b.pair.score, a.pair.score); c != 0 {
		return c
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
	edges  []edge   // best first
	near   []nearby // by number, the story itself with probability 1
	sum    float64  // of near
	norm   float64  // of near
	spread float64  // mean ln(1+gap) from the story to its dated neighbours, by probability
	dirty  bool     // edges were added or have ended since the list was ordered

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
func (n *neighbours) order(s *story, self int32, stories []*story) {
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
	sq, weight, far := 0.0, 0.0, 0.0
	for _, e := range n.near {
		p := float64(e.p)
		n.sum += p
		sq += p * p
		if e.to != self && s.dated() && stories[e.to].dated() {
			weight += p
			far += p * math.Log1p(gapDays(s, stories[e.to]))
		}
	}
	n.norm = math.Sqrt(sq)
	n.spread = far / (weight + spreadMass)
	n.dirty = false
}

// rank returns the position of a neighbour with the given score, the length of the list where it is missing.
func (n *neighbours) rank(to int32, score float32) int {
	return sort.Search(len(n.edges), func(i int) bool {
		e := &n.edges[i]
		return e.pair.score < score || e.pair.score == score && e.to >= to
	})
}

func (n *neighbours) best() float64 {
	if len(n.edges) == 0 {
		return 0
	}
	return float64(n.edges[0].pair.score)
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// The features of a pair among its neighbours, which the context model and the review see beside those of the pair itself. Shared
// neighbours speak for a pair; a crowd around it that is not shared speaks against it, unless the texts are headlines.
const (
	cfScore = iota
	cfHinge0
	cfHinge2
	cfHinge4
	cfShared
	cfShared2
	cfSharedNoBody
	cfBehindMin
	cfBehindMax
	cfRankMin
	cfRankMax
	cfRankNoBody
	cfCrowdMin
	cfCrowdMax
	cfCrowdNoBody
	cfCommon
	cfCommonNoBody
	cfScoreNoBody
	cfScoreUndated
	cfSharedUndated
	cfCrowdUndated
	cfApart
	cfApartNoBody
	cfSharedScore
	cfSharedShort
	cfCrowdShort
	cfApartShort
	cfCommonShort
	cfRankShort
	cfBehindShort
	cfApartGap
	cfCrowdGap
	cfSharedGap
	cfApartNear
	cfSpreadMin
	cfSpreadMax
	cfGapSpread
	cfCommonScore
	cfCrowdDiff
	cfSharedSameDay
	cfFew
	cfFewShared
	contextFeatures
)

var contextNames = [contextFeatures]string{
	"score", "score>0", "score>2", "score>4", "shared neighbours", "shared squared", "shared*no body", "behind min",
	"behind max", "rank min", "rank max", "rank*no body", "crowd min", "crowd max", "crowd*no body", "common", "common*no body",
	"score*no body", "score*undated", "shared*undated", "crowd*undated", "apart", "apart*no body",
	"shared*score", "shared*short", "crowd*short", "apart*short", "common*short", "rank*short", "behind*short", "apart*gap",
	"crowd*gap", "shared*gap", "apart*near", "spread min", "spread max", "gap over spread", "common*score",
	"crowd difference", "shared*same day", "few stories", "few*shared",
}

// contextVector fills x for two stories, numbers ia and ib, with the lists na and nb, that were scored as score in
// these lists. Both lists must be in order. It is symmetric.
func contextVector(a, b *story, na, nb *neighbours, ia, ib int32, score float32, x *[contextFeatures]float64) {
	common := 0.0
	for i, j := 0, 0; i < len(na.near) && j < len(nb.near); {
		switch {
		case na.near[i].to < nb.near[j].to:
			i++
		case na.near[i].to > nb.near[j].to:
			j++
		default:
			common += float64(na.near[i].p) * float64(nb.near[j].p)
			i++
			j++
		}
	}
	shared := common / (na.norm * nb.norm)
	s := float64(score)
	noBody, undated := 0.0, 0.0
	if a.features.flags&b.features.flags&flagBody == 0 {
		noBody = 1
	}
	if !a.dated() || !b.dated() {
		undated = 1
	}
	crowdA, crowdB := math.Log1p(na.sum), math.Log1p(nb.sum)
	behindA, behindB := s-na.best(), s-nb.best()
	rankA, rankB := math.Log1p(float64(na.rank(ib, score))), math.Log1p(float64(nb.rank(ia, score)))
	clipped := min(max(s, -scoreRange), scoreRange)
	x[cfScore] = clipped
	x[cfHinge0] = max(clipped, 0)
	x[cfHinge2] = max(clipped-2, 0)
	x[cfHinge4] = max(clipped-4, 0)
	x[cfShared] = shared
	x[cfShared2] = shared * shared
	x[cfSharedNoBody] = shared * noBody
	x[cfBehindMin] = min(behindA, behindB)
	x[cfBehindMax] = max(behindA, behindB)
	x[cfRankMin] = min(rankA, rankB)
	x[cfRankMax] = max(rankA, rankB)
	x[cfRankNoBody] = x[cfRankMin] * noBody
	x[cfCrowdMin] = min(crowdA, crowdB)
	x[cfCrowdMax] = max(crowdA, crowdB)
	x[cfCrowdNoBody] = x[cfCrowdMin] * noBody
	x[cfCommon] = math.Log1p(common)
	x[cfCommonNoBody] = x[cfCommon] * noBody
	x[cfScoreNoBody] = clipped * noBody
	x[cfScoreUndated] = clipped * undated
	x[cfSharedUndated] = shared * undated
	x[cfCrowdUndated] = x[cfCrowdMin] * undated
	x[cfApart] = x[cfCrowdMin] - x[cfCommon]
	x[cfApartNoBody] = x[cfApart] * noBody
	short := shortness(&a.features, &b.features)
	x[cfSharedScore] = shared * clipped
	x[cfSharedShort] = shared * short
	x[cfCrowdShort] = x[cfCrowdMin] * short
	x[cfApartShort] = x[cfApart] * short
	x[cfCommonShort] = x[cfCommon] * short
	x[cfRankShort] = x[cfRankMin] * short
	x[cfBehindShort] = x[cfBehindMin] * short
	x[cfCommonScore] = x[cfCommon] * clipped
	x[cfCrowdDiff] = x[cfCrowdMax] - x[cfCrowdMin]
	// In a store that has hardly begun the nearest neighbour of most stories is no relation.
	x[cfFew] = 1 / (1 + float64(a.lang.vocab.docs)/fewStories)
	x[cfFewShared] = x[cfFew] * shared
	contextTime(a, b, na, nb, shared, x)
}

// contextTime fills what time says of the neighbourhoods: a gap means more between two crowds that do not share their
// neighbours, and less where both neighbourhoods are spread over days anyway.
func contextTime(a, b *story, na, nb *neighbours, shared float64, x *[contextFeatures]float64) {
	for _, k := range [...]int{cfApartGap, cfCrowdGap, cfSharedGap, cfApartNear, cfSpreadMin, cfSpreadMax, cfGapSpread, cfSharedSameDay} {
		x[k] = 0
	}
	if !a.dated() || !b.dated() {
		return
	}
	gap := gapDays(a, b)
	far := math.Log1p(gap)
	x[cfApartGap] = x[cfApart] * far
	x[cfCrowdGap] = x[cfCrowdMin] * far
	x[cfSharedGap] = shared * far
	x[cfApartNear] = x[cfApart] * math.Exp(-gap*gap/18)
	if gap < .6 {
		x[cfSharedSameDay] = shared
	}
	x[cfSpreadMin] = min(na.spread, nb.spread)
	x[cfSpreadMax] = max(na.spread, nb.spread)
	x[cfGapSpread] = max(0, far-x[cfSpreadMin])
}

// relate adds what the neighbourhoods say to what the pair itself gave.
func (l *lens) relate(base float32, x *[contextFeatures]float64) float64 {
	s := float64(base)
	for i, w := range l.around {
		s += w * x[i]
	}
	return s
}

// link turns the review logit into the probability that linkage averages.
func (m *Model) link(logit float64) float64 { return sigmoid(m.sharpness * logit) }
