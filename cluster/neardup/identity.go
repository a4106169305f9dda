package neardup

import (
	"strconv"

	"github.com/samestory/samestory/cluster/identity"
)

// groupID is the id of the group that a story represents: the one that the story gives, unless the group has had another
// since before that story came.
func (d *Detector) groupID(rep uint32) string {
	if id, ok := d.kept[rep]; ok {
		return id
	}
	return GroupID(d.stories[rep].id)
}

// keep notes the id of the group that a story represents.
func (d *Detector) keep(rep uint32, id string) {
	if id != GroupID(d.stories[rep].id) {
		d.kept[rep], d.lent[id] = id, rep
	}
}

// unkeep forgets it.
func (d *Detector) unkeep(rep uint32) {
	id, ok := d.kept[rep]
	if !ok {
		return
	}
	delete(d.kept, rep)
	if d.lent[id] == rep {
		delete(d.lent, id)
	}
}

// Found lets the next Add name every group after its representative, for groups whose ids nobody has seen.
func (d *Detector) Found() {
	d.found = true
	for rep := range d.kept {
		d.dirty[d.stories[rep].class] = true
	}
}

// lineage is the groups of the touched classes as they were.
type lineage struct {
	d   *Detector
	old map[uint32][]uint32 // members by representative; a removed story is there as its next version, if it has one
}

// lineage must be taken before the stories are placed anew.
func (d *Detector) lineage(all []*node) *lineage {
	l := &lineage{d, make(map[uint32][]uint32)}
	for _, node := range all {
		for _, n := range node.stories {
			if s := &d.stories[n]; s.placed {
				l.old[s.rep] = append(l.old[s.rep], n)
			}
		}
	}
	for _, n := range d.dead {
		s := &d.stories[n]
		if !s.placed {
			continue
		}
		rep := s.rep
		if now, live := d.ids[s.id]; live {
			n = now
		}
		l.old[rep] = append(l.old[rep], n)
	}
	return l
}

// handOn gives the groups as they are now their ids. It returns which representatives have a group that has another id
// for some of its members or that is none any more, these members, and the ids that ended.
func (l *lineage) handOn(after map[uint32][]uint32) (changed, moved []uint32, ended []Redirect) {
	d := l.d
	was := make(map[uint32]uint32) // old representative of each member
	old := make([]identity.Old[uint32], 0, len(l.old))
	for rep, members := range l.old {
		old = append(old, identity.Old[uint32]{ID: d.groupID(rep), Members: members})
		for _, n := range members {
			was[n] = rep
		}
	}
	reps := make([]uint32, 0, len(after))
	now := make([][]uint32, 0, len(after))
	for rep, members := range after {
		reps = append(reps, rep)
		now = append(now, members)
	}
	result := identity.Assign(old, now, identity.Rules[uint32]{
		Compare: func(a, b uint32) int { return d.order(a).compare(d.order(b)) },
		Name: func(k, try int) string {
			name := d.stories[reps[k]].id
			if try > 1 {
				name += "\x00" + strconv.Itoa(try)
			}
			return GroupID(name)
		},
		Taken: func(id string) bool {
			rep, ok := d.lent[id]
			return ok && l.old[rep] == nil || d.reserved != nil && d.reserved(id)
		},
		Found: d.found,
	})
	before := make(map[uint32]string, len(l.old))
	for rep := range l.old {
		before[rep] = d.groupID(rep)
	}
	for rep := range l.old {
		d.unkeep(rep)
	}
	for k, rep := range reps {
		id := result.IDs[k]
		d.keep(rep, id)
		for _, n := range now[k] {
			if from, had := was[n]; had && before[from] != id {
				moved = append(moved, n)
				changed = append(changed, rep)
			}
		}
		if len(now[k]) == 1 {
			if from, had := was[rep]; had && before[from] == id && len(l.old[from]) > 1 {
				changed = append(changed, rep)
			}
		}
	}
	for _, e := range result.Ended {
		ended = append(ended, Redirect(e))
	}
	return changed, moved, ended
}

// Reserve tells of ids that no group gets, though none of those that are here has it. nil reserves none.
func (d *Detector) Reserve(reserved func(id string) bool) { d.reserved = reserved }
