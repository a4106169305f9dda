package constraint

import (
	"maps"
	"slices"
)

// Forest grows the classes of a set by what the stages hold together for reasons of their own, and tells which further
// joins would bring together what is to be apart, also by way of other clusters: two stories that are in one thread by
// order of an editor carry the events that they are in along. It only knows stories that constraints name; others are free.
type Forest struct {
	layers [2]layer // by level
}

// layer is the classes of one level, and what must not become one class.
type layer struct {
	classes classes
	apart   [][2]string
}

// Forest returns the classes of a set, to be grown.
func (s *Set) Forest() *Forest {
	f := &Forest{}
	for level := range f.layers {
		l := &f.layers[level]
		l.classes = classesOf(s.All(), Level(level))
		seen := make(map[[2]string]bool)
		for _, c := range s.All() {
			for _, id := range slices.Concat(c.A, c.B) {
				l.classes.join(id, id)
			}
		}
		for _, c := range s.All() {
			if !c.Apart || c.Level < Level(level) {
				continue
			}
			for _, a := range c.A {
				for _, b := range c.B {
					pair := [2]string{l.classes.find(a), l.classes.find(b)}
					if pair[0] > pair[1] {
						pair[0], pair[1] = pair[1], pair[0]
					}
					if !seen[pair] {
						seen[pair] = true
						l.apart = append(l.apart, pair)
					}
				}
			}
		}
	}
	return f
}

// Knows tells whether a constraint names the story.
func (f *Forest) Knows(id string) bool {
	_, ok := f.layers[Event].classes[id]
	return ok
}

// Stories lists the stories that constraints name, sorted.
func (f *Forest) Stories() []string { return slices.Sorted(maps.Keys(f.layers[Event].classes)) }

// MayJoin tells whether some stories may be in one event with some others. Stories that no constraint names may be passed.
func (f *Forest) MayJoin(a, b []string) bool {
	for i := range f.layers {
		l := &f.layers[i]
		if len(l.apart) == 0 {
			continue
		}
		left := l.roots(a)
		if len(left) == 0 {
			return true
		}
		right := l.roots(b)
		for _, p := range l.apart {
			x, y := l.classes.find(p[0]), l.classes.find(p[1])
			if left[x] && right[y] || left[y] && right[x] {
				return false
			}
		}
	}
	return true
}

// JoinEvent notes that some stories are in one event, as copies or as reports.
func (f *Forest) JoinEvent(stories []string) {
	f.layers[Event].join(stories)
	f.layers[Thread].join(stories)
}

// JoinThread notes that the events of some stories are in one thread.
func (f *Forest) JoinThread(stories []string) { f.layers[Thread].join(stories) }

// EventClass names the class of a story that constraints name.
func (f *Forest) EventClass(id string) string { return f.layers[Event].classes.find(id) }

// ThreadClass names the class in threads of a story that constraints name.
func (f *Forest) ThreadClass(id string) string { return f.layers[Thread].classes.find(id) }

func (l *layer) join(stories []string) {
	first := ""
	for _, id := range stories {
		if _, ok := l.classes[id]; !ok {
			continue
		}
		if first == "" {
			first = id
		}
		l.classes.join(first, id)
	}
}

func (l *layer) roots(stories []string) map[string]bool {
	var out map[string]bool
	for _, id := range stories {
		if _, ok := l.classes[id]; ok {
			if out == nil {
				out = make(map[string]bool)
			}
			out[l.classes.find(id)] = true
		}
	}
	return out
}
