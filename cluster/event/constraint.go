package event

import (
	"maps"
	"slices"

	"github.com/samestory/samestory/cluster/constraint"
)

// Constrain tells which stories are reports of one event and which are not, whatever their words say, in place of what
// was told before. It names resident stories. edited are those that the next Cluster looks at for it.
func (c *Clusterer) Constrain(set *constraint.Set, edited []string) {
	c.orders = set
	for _, id := range edited {
		if i, ok := c.byID[id]; ok {
			c.touched[i] = true
		}
	}
}

// edits are the orders of editors as a clustering needs them, by numbers of stories.
type edits struct {
	classes [][]int32          // stories that are together, each list sorted
	class   map[int32]int32    // of a story that is in one
	forest  *constraint.Forest // nil where nothing is to be apart or together
}

// number makes the edits of the orders, when all stories have their numbers.
func (c *Clusterer) number() {
	c.edits = edits{}
	if c.orders.Empty() {
		return
	}
	c.edits.class = make(map[int32]int32)
	c.edits.forest = c.orders.Forest()
	classes := make(map[string][]int32)
	for _, id := range c.edits.forest.Stories() {
		if i, ok := c.byID[id]; ok {
			name := c.edits.forest.EventClass(id)
			classes[name] = append(classes[name], i)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(classes)) {
		list := classes[name]
		if len(list) < 2 {
			continue
		}
		slices.Sort(list)
		for _, i := range list {
			c.edits.class[i] = int32(len(c.edits.classes))
		}
		c.edits.classes = append(c.edits.classes, list)
	}
}

// leave notes the events that a clustering of some stories does not touch.
func (e *edits) leave(c *Clusterer, visited []int32) {
	if e.forest == nil {
		return
	}
	events := make(map[string][]string)
	for _, id := range e.forest.Stories() {
		i, ok := c.byID[id]
		if !ok || c.stories[i].event == nil {
			continue
		}
		if _, again := slices.BinarySearch(visited, i); !again {
			name := c.stories[i].event.id
			events[name] = append(events[name], id)
		}
	}
	for _, stories := range events {
		e.forest.JoinEvent(stories)
	}
}

// with lists the stories that are together with one, itself included; none where no order says so.
func (e *edits) with(i int32) []int32 {
	if k, ok := e.class[i]; ok {
		return e.classes[k]
	}
	return nil
}

// placesOf lists, for the classes that lie in a component, the places of their stories in it.
func (e *edits) placesOf(comp []int32) [][]int32 {
	var out [][]int32
	for place, i := range comp {
		var places []int32
		for _, m := range e.with(i) {
			if p, ok := slices.BinarySearch(comp, m); ok {
				places = append(places, int32(p))
			}
		}
		if len(places) > 1 && int(places[0]) == place {
			out = append(out, places)
		}
	}
	return out
}

// named lists those of some stories that orders name.
func (c *Clusterer) named(stories []int32) []string {
	var out []string
	for _, i := range stories {
		if id := c.stories[i].id; c.edits.forest.Knows(id) {
			out = append(out, id)
		}
	}
	return out
}

// forbidden tells whether orders hold two clusters apart.
func (c *Clusterer) forbidden(a, b []int32) bool {
	if c.edits.forest == nil {
		return false
	}
	left := c.named(a)
	return len(left) > 0 && !c.edits.forest.MayJoin(left, c.named(b))
}
