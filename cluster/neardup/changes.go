package neardup

import (
	"cmp"
	"slices"
)

// report collects what a rebuild changes.
type report struct {
	d       *Detector
	lineage *lineage
	after   map[uint32][]uint32 // members of the groups as they are now, in the order of placing
	changed map[uint32]bool     // representatives whose group has other members or evidence
}

// ended notes a story that left: its group loses it.
func (r *report) ended(n uint32) {
	if s := &r.d.stories[n]; s.placed && s.rep != n {
		r.changed[s.rep] = true
	}
}

func (r *report) place(n, rep uint32, c Copy, moved map[uint32]bool) {
	s := &r.d.stories[n]
	same := s.placed && s.rep == rep && s.relation == c.Relation && s.jaccard == float32(c.Jaccard) &&
		s.inside == float32(c.Contained) && s.contains == float32(c.Contains)
	if !same {
		moved[n] = true
		if s.placed && s.rep != rep {
			r.changed[s.rep] = true
		}
		r.changed[rep] = true
		s.placed, s.rep, s.relation = true, rep, c.Relation
		s.jaccard, s.inside, s.contains = float32(c.Jaccard), float32(c.Contained), float32(c.Contains)
	}
	r.after[rep] = append(r.after[rep], n)
}

// changes sorts everything out. Stories of touched classes are all in after, so that a group that was touched and has
// no members there is none any more.
func (r *report) changes(moved map[uint32]bool) Changes {
	d := r.d
	renamed, left, ended := r.lineage.handOn(r.after)
	out := Changes{Ended: ended}
	for _, n := range left {
		moved[n] = true
	}
	shrunk := make(map[uint32]bool)
	for _, rep := range renamed {
		r.changed[rep] = true
		shrunk[rep] = len(r.after[rep]) == 1
	}
	for n := range moved {
		out.Placements = append(out.Placements, d.placement(n))
	}
	for rep, members := range r.after {
		if !r.changed[rep] || len(members) < 2 && !shrunk[rep] {
			continue
		}
		slices.SortFunc(members, func(a, b uint32) int { return d.order(a).compare(d.order(b)) })
		g := Group{ID: d.groupID(rep), Representative: d.stories[rep].id}
		for _, n := range members {
			g.Members = append(g.Members, d.stories[n].id)
		}
		out.Groups = append(out.Groups, g)
	}
	slices.SortFunc(out.Placements, func(a, b Placement) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(out.Groups, func(a, b Group) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

func (d *Detector) placement(n uint32) Placement {
	s := &d.stories[n]
	return Placement{
		ID: s.id, Group: d.groupID(s.rep), Series: s.series,
		Copy: Copy{
			Relation: s.relation, Jaccard: float64(s.jaccard), Contained: float64(s.inside), Contains: float64(s.contains),
		},
	}
}
