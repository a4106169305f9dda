package neardup

import (
	"cmp"
	"slices"
)

// report collects what a rebuild changes.
type report struct {
	d       *Detector
	before  map[uint32]bool     // representatives of groups that were touched
	after   map[uint32][]uint32 // members of the groups as they are now, in the order of placing
	changed map[uint32]bool     // representatives whose group has other members or evidence
}

// ended notes a story that left: its group loses it.
func (r *report) ended(n uint32) {
	s := &r.d.stories[n]
	if !s.placed {
		return
	}
	if s.rep != n {
		r.before[s.rep] = true
		r.changed[s.rep] = true
	} else if s.members > 1 {
		r.before[n] = true
	}
}

func (r *report) place(n, rep uint32, c Copy, moved map[uint32]bool) {
	s := &r.d.stories[n]
	if s.placed {
		if s.rep != n || s.members > 1 {
			r.before[s.rep] = true
		}
	}
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
	var out Changes
	for n := range moved {
		out.Placements = append(out.Placements, d.placement(n))
	}
	for rep := range r.before {
		s := &d.stories[rep]
		if len(r.after[rep]) > 1 {
			continue
		}
		s.members = 0
		end := Redirect{From: GroupID(s.id), Reason: "dissolved"}
		if now, live := d.ids[s.id]; live { // the story itself, or its next version
			if to := d.stories[now].rep; to != now {
				end.To, end.Reason = GroupID(d.stories[to].id), "merged"
			} else if len(r.after[now]) > 1 {
				continue
			}
		}
		out.Ended = append(out.Ended, end)
	}
	for rep, members := range r.after {
		d.stories[rep].members = 0
		if len(members) < 2 {
			continue
		}
		d.stories[rep].members = uint32(len(members))
		if !r.changed[rep] {
			continue
		}
		slices.SortFunc(members, func(a, b uint32) int { return d.order(a).compare(d.order(b)) })
		g := Group{ID: GroupID(d.stories[rep].id), Representative: d.stories[rep].id}
		for _, n := range members {
			g.Members = append(g.Members, d.stories[n].id)
		}
		out.Groups = append(out.Groups, g)
	}
	slices.SortFunc(out.Placements, func(a, b Placement) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(out.Groups, func(a, b Group) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(out.Ended, func(a, b Redirect) int { return cmp.Compare(a.From, b.From) })
	return out
}

func (d *Detector) placement(n uint32) Placement {
	s := &d.stories[n]
	return Placement{
		ID: s.id, Group: GroupID(d.stories[s.rep].id), Series: s.series,
		Copy: Copy{
			Relation: s.relation, Jaccard: float64(s.jaccard), Contained: float64(s.inside), Contains: float64(s.contains),
		},
	}
}
