package event

import (
	"container/heap"
	"math"
	"slices"
)

// linkLeast is the link below which a pair counts as 0 in an average.
const linkLeast = .02

// bond is a link inside a component; a < b.
type bond struct {
	a, b int32
	link float64
}

// cluster is one cluster during linkage.
type cluster struct {
	members []int32
	within  float64 // sum of the links over ordered pairs, the diagonal counted as 1
	adj     []reach // by cluster number
	version int32
	dead    bool
}

// reach is the sum of the links from one cluster to another.
type reach struct {
	to  int32
	sum float64
}

// tightness is the mean link inside a cluster, 1 for a single story.
func (c *cluster) tightness() float64 {
	n := float64(len(c.members))
	return c.within / (n * n)
}

// keeper overrules linkage. A nil one does not.
type keeper struct {
	together [][]int32 // what is together from the start, each list sorted
	veto     func(a, b []int32) bool
	merged   func(members []int32) // told of every cluster that was made; may be nil
}

func (k *keeper) start() [][]int32 {
	if k == nil {
		return nil
	}
	return k.together
}

func (k *keeper) apart(a, b []int32) bool { return k != nil && k.veto(a, b) }

func (k *keeper) joined(members []int32) {
	if k != nil && k.merged != nil {
		k.merged(members)
	}
}

// alone is the keeper for what is left when all that is together has been seen.
func (k *keeper) alone() *keeper {
	if k == nil {
		return nil
	}
	return &keeper{veto: k.veto, merged: k.merged}
}

// join is a merge under consideration.
type join struct {
	excess float64 // score over what is asked, 1 and more
	a, b   int32
	va, vb int32
}

type joins []join

func (h joins) Len() int      { return len(h) }
func (h joins) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h joins) Less(i, j int) bool {
	if h[i].excess != h[j].excess {
		return h[i].excess > h[j].excess
	}
	if h[i].a != h[j].a {
		return h[i].a < h[j].a
	}
	return h[i].b < h[j].b
}
func (h *joins) Push(x any) { *h = append(*h, x.(join)) }
func (h *joins) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

// linkage merges stories 0..n-1 while the mean link between two clusters, divided by (tightness * tightness)^(density/2),
// reaches what is asked of the two: loose clusters accept looser links. The pair that is furthest above it comes first.
// The result is the cluster of every story, named by its least member. It depends on nothing but the arguments: ties go to
// the pair with the least numbers. What the keeper has together is so from the start, and it may keep two clusters apart
// as they are.
func linkage(n int, bonds []bond, asked joining, keep *keeper) []int32 {
	cs := make([]cluster, n)
	for i := range cs {
		cs[i] = cluster{members: []int32{int32(i)}, within: 1}
	}
	for _, b := range bonds {
		cs[b.a].adj = append(cs[b.a].adj, reach{b.b, b.link})
		cs[b.b].adj = append(cs[b.b].adj, reach{b.a, b.link})
	}
	for i := range cs {
		slices.SortFunc(cs[i].adj, func(x, y reach) int { return int(x.to) - int(y.to) })
	}
	l := linker{cs: cs, asked: asked}
	for i := range cs {
		for _, r := range cs[i].adj {
			if int(r.to) > i {
				l.consider(int32(i), r.to, r.sum)
			}
		}
	}
	heap.Init(&l.queue)
	for _, list := range keep.start() {
		for _, i := range list[1:] {
			l.merge(list[0], i)
		}
	}
	for len(l.queue) > 0 {
		j := heap.Pop(&l.queue).(join)
		if cs[j.a].dead || cs[j.b].dead || cs[j.a].version != j.va || cs[j.b].version != j.vb {
			continue
		}
		if keep.apart(cs[j.a].members, cs[j.b].members) {
			continue // until one of the two has changed
		}
		l.merge(j.a, j.b)
		keep.joined(cs[j.a].members)
	}
	out := make([]int32, n)
	for i := range cs {
		if cs[i].dead {
			continue
		}
		for _, m := range cs[i].members {
			out[m] = int32(i)
		}
	}
	return out
}

type linker struct {
	cs    []cluster
	queue joins
	live  bool // the queue is a heap
	asked joining
}

// joinScore is the rule of linkage for two clusters.
func joinScore(sum float64, na, nb int, tightA, tightB, density float64) float64 {
	return sum / float64(na*nb) / math.Pow(tightA*tightB, density/2)
}

func (l *linker) consider(a, b int32, sum float64) {
	x, y := &l.cs[a], &l.cs[b]
	na, nb := len(x.members), len(y.members)
	s := joinScore(sum, na, nb, x.tightness(), y.tightness(), l.asked.density)
	if s < l.asked.at(na, nb) {
		return
	}
	j := join{s / l.asked.measure(na, nb), a, b, x.version, y.version}
	if l.live {
		heap.Push(&l.queue, j)
	} else {
		l.queue = append(l.queue, j)
	}
}

// merge puts b into a.
func (l *linker) merge(a, b int32) {
	l.live = true
	x, y := &l.cs[a], &l.cs[b]
	between := 0.0
	adj := make([]reach, 0, len(x.adj)+len(y.adj))
	for i, j := 0, 0; i < len(x.adj) || j < len(y.adj); {
		var r reach
		switch {
		case j == len(y.adj) || i < len(x.adj) && x.adj[i].to < y.adj[j].to:
			r = x.adj[i]
			i++
		case i == len(x.adj) || y.adj[j].to < x.adj[i].to:
			r = y.adj[j]
			j++
		default:
			r = reach{x.adj[i].to, x.adj[i].sum + y.adj[j].sum}
			i++
			j++
		}
		if r.to == b {
			between = r.sum
		}
		if r.to != a && r.to != b {
			adj = append(adj, r)
		}
	}
	x.within += y.within + 2*between
	x.members = append(x.members, y.members...)
	x.adj = adj
	x.version++
	y.dead, y.adj, y.members = true, nil, nil
	for _, r := range adj {
		l.cs[r.to].redirect(a, b, r.sum)
		if r.to < a {
			l.consider(r.to, a, r.sum)
		} else {
			l.consider(a, r.to, r.sum)
		}
	}
}

// redirect replaces the reach to b by one to a.
func (c *cluster) redirect(a, b int32, sum float64) {
	find := func(t int32) (int, bool) {
		return slices.BinarySearchFunc(c.adj, t, func(r reach, t int32) int { return int(r.to) - int(t) })
	}
	if i, ok := find(b); ok {
		c.adj = slices.Delete(c.adj, i, i+1)
	}
	if i, ok := find(a); ok {
		c.adj[i].sum = sum
	} else {
		c.adj = slices.Insert(c.adj, i, reach{a, sum})
	}
}
