package neardup

import (
	"slices"

	"github.com/samestory/samestory/cluster/constraint"
)

// Constrain tells which stories are no copies of each other, whatever their texts say, in place of what was told before:
// forest gives what is to be together and apart, with what holds outside of groups, and may be grown. The groups of the
// edited stories are rebuilt by the next Add, which may be one of no items.
func (d *Detector) Constrain(forest func() *constraint.Forest, edited []string) {
	for _, id := range edited {
		d.Touch(id)
	}
	d.orders = forest
}

// rules tells a rebuild which stories it may not bring into one group: those that are to be apart, or that would bring
// together what is to be apart by way of other groups and of what is to be together.
type rules struct {
	d       *Detector
	forest  *constraint.Forest // nil where there is nothing to obey
	members map[*node][]string // of the group of a founder, those that constraints name
}

// newRules takes up the groups that a rebuild of some classes leaves as they are.
func (d *Detector) newRules(touched []uint32) *rules {
	r := &rules{d: d}
	if d.orders == nil {
		return r
	}
	r.forest, r.members = d.orders(), make(map[*node][]string)
	groups := make(map[uint32][]string)
	for _, id := range r.forest.Stories() {
		n, live := d.ids[id]
		if !live {
			continue
		}
		if _, again := slices.BinarySearch(touched, d.stories[n].class); !again {
			rep := d.stories[n].rep
			groups[rep] = append(groups[rep], id)
		}
	}
	for _, stories := range groups {
		r.forest.JoinEvent(stories)
	}
	return r
}

// named lists the stories of a node that constraints name.
func (r *rules) named(n *node) []string {
	var out []string
	for _, s := range n.stories {
		if id := r.d.stories[s].id; r.forest.Knows(id) {
			out = append(out, id)
		}
	}
	return out
}

// takes tells whether a node may take one more story, and notes that it does.
func (r *rules) takes(n *node, story uint32) bool {
	if r.forest == nil || !r.forest.Knows(r.d.stories[story].id) {
		return true
	}
	with := r.named(n)
	id := []string{r.d.stories[story].id}
	if !r.forest.MayJoin(with, id) {
		return false
	}
	r.forest.JoinEvent(append(with, id...))
	return true
}

// mayJoin tells whether a node may join the group of a founder.
func (r *rules) mayJoin(n, founder *node) bool {
	return r.forest == nil || r.forest.MayJoin(r.named(n), r.members[founder])
}

// joined notes that a node is in the group of a founder, which may be itself.
func (r *rules) joined(n, founder *node) {
	if r.forest == nil {
		return
	}
	r.members[founder] = append(r.members[founder], r.named(n)...)
	r.forest.JoinEvent(r.members[founder])
}
