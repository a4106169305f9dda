package neardup

import (
	"slices"
	"time"
)

func (d *Detector) order(n uint32) order {
	s := &d.stories[n]
	return order{s.undated, s.milli, s.id}
}

// gap is the time between two stories, or negative where one is undated. With a story that names only its day, whole
// days count.
func (d *Detector) gap(a, b uint32) time.Duration { return gapOf(&d.stories[a], &d.stories[b]) }

func gapOf(x, y *story) time.Duration {
	if x.undated || y.undated {
		return -1
	}
	from, to := x.milli, y.milli
	if x.dateOnly || y.dateOnly {
		day := spans{width: (24 * time.Hour).Milliseconds()}
		from, to = day.slot(from)*day.width, day.slot(to)*day.width
	}
	return time.Duration(max(from-to, to-from)) * time.Millisecond
}

// link keeps the evidence of two classes where it can ever group them or make them editions.
func (d *Detector) link(a, b uint32, e evidence) {
	verdict := d.params.decide(e, d.gap(d.classes[a].first, d.classes[b].first))
	if verdict == strangers && d.params.decide(e, 0) == strangers {
		return
	}
	d.setEdge(a, edge{to: b, evidence: e})
	d.setEdge(b, edge{to: a, evidence: e.mirror()})
	if verdict == editions {
		d.joinSeries(a, b)
	}
}

func (d *Detector) setEdge(c uint32, e edge) {
	for i := range d.edges[c] {
		if d.edges[c][i].to == e.to {
			d.edges[c][i] = e
			return
		}
	}
	d.edges[c] = append(d.edges[c], e)
}

// mayGroup reports whether stories of the two classes can be copies. For classes of one story that is their verdict.
func (d *Detector) mayGroup(c uint32, e *edge) bool {
	a, b := d.classes[c].head, d.classes[e.to].head
	if a == none || b == none {
		return false
	}
	gap := time.Duration(0)
	if d.stories[a].next == none && d.stories[b].next == none {
		gap = d.gap(a, b)
	}
	return d.params.decide(e.evidence, gap) == copies
}

// component returns the classes from which a change can reach the groups of the given ones, in order.
func (d *Detector) component(start map[uint32]bool) []uint32 {
	seen := make(map[uint32]bool, len(start))
	var list []uint32
	visit := func(c uint32) {
		if !seen[c] {
			seen[c] = true
			list = append(list, c)
		}
	}
	for c := range start {
		visit(c)
	}
	for i := 0; i < len(list); i++ {
		c := list[i]
		for j := range d.edges[c] {
			if e := &d.edges[c][j]; d.mayGroup(c, e) {
				visit(e.to)
			}
		}
		for n := d.classes[c].head; n != none; n = d.stories[n].next {
			if r := d.stories[n].rep; r != n && d.stories[r].live {
				visit(d.stories[r].class)
			}
		}
	}
	slices.Sort(list)
	return list
}

// node is the stories of one class that are copies of the first of them, whatever else is known.
type node struct {
	class   uint32
	stories []uint32 // in order
	founder bool
	with    evidence // against the class of the representative
}

// nodes splits the stories of a class by time: equal words say the same only while they are close.
func (d *Detector) nodes(dst []*node, c uint32, r *rules) []*node {
	var list []uint32
	for n := d.classes[c].head; n != none; n = d.stories[n].next {
		list = append(list, n)
	}
	slices.SortFunc(list, func(a, b uint32) int { return d.order(a).compare(d.order(b)) })
	var open *node
	for _, n := range list {
		if open != nil {
			first := &d.stories[open.stories[0]]
			if d.near(first, d.classes[c].kind, gapOf(first, &d.stories[n]), d.stories[n].undated) && r.takes(open, n) {
				open.stories = append(open.stories, n)
				continue
			}
		}
		open = &node{class: c, stories: []uint32{n}}
		dst = append(dst, open)
	}
	return dst
}

// near reports whether a story with the words of first is a copy of it, by the gap between them alone. Undated short
// texts and headlines are copies of each other only: nothing says that they are close to a dated one.
func (d *Detector) near(first *story, kind Kind, gap time.Duration, undated bool) bool {
	limit := d.params.Window
	switch kind {
	case Empty:
		return false
	case Headline:
		limit = headlineApart
	case Short:
		limit = shortApart
	}
	if gap < 0 {
		return kind == Full || first.undated && undated
	}
	return gap <= limit
}

// rebuild groups the stories of the touched classes anew and tells what changed. Each story joins the representative
// that it is most similar to; where there is none before it, it represents a group itself.
func (d *Detector) rebuild(touched, added []uint32) Changes {
	rules := d.newRules(touched)
	var all []*node
	for _, c := range touched {
		all = d.nodes(all, c, rules)
	}
	slices.SortFunc(all, func(a, b *node) int { return d.order(a.stories[0]).compare(d.order(b.stories[0])) })
	of := make(map[uint32][]*node, len(all)) // founders by class, in order
	rep := make(map[*node]*node)
	for _, n := range all {
		best := d.bestFounder(n, of, rules)
		if best == nil {
			n.founder = true
			of[n.class] = append(of[n.class], n)
			best = n
		}
		rules.joined(n, best)
		rep[n] = best
	}
	r := &report{d: d, lineage: d.lineage(all), after: make(map[uint32][]uint32), changed: make(map[uint32]bool)}
	for _, n := range d.dead {
		r.ended(n)
	}
	moved := make(map[uint32]bool)
	for _, n := range added {
		moved[n] = true
	}
	for _, n := range all {
		founder := rep[n].stories[0]
		for _, s := range n.stories {
			c := Copy{Relation: Identical, Jaccard: 1, Contained: 1, Contains: 1}
			switch {
			case s == founder:
				c.Relation = Origin
			case !n.founder:
				c = d.relate(n.with, s, founder)
			}
			r.place(s, founder, c, moved)
		}
	}
	d.nameSeries(moved)
	out := r.changes(moved)
	d.release()
	d.found = false
	return out
}

// bestFounder finds the representative that a node joins, and keeps the evidence in the node.
func (d *Detector) bestFounder(n *node, founders map[uint32][]*node, r *rules) *node {
	var best *node
	var with evidence
	for _, e := range d.edges[n.class] {
		for _, f := range founders[e.to] {
			if d.params.decide(e.evidence, d.gap(n.stories[0], f.stories[0])) != copies || !r.mayJoin(n, f) {
				continue
			}
			if best == nil || e.jaccard > with.jaccard ||
				e.jaccard == with.jaccard && d.order(f.stories[0]).compare(d.order(best.stories[0])) < 0 {
				best, with = f, e.evidence
			}
		}
	}
	if best != nil {
		n.with = with
	}
	return best
}

func (d *Detector) relate(e evidence, s, rep uint32) Copy {
	return d.params.relate(e, d.stories[s].source == d.stories[rep].source, d.gap(s, rep))
}
