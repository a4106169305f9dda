package constraint

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Level is what a constraint is about.
type Level uint8

// The levels.
const (
	Event  Level = iota // the stories themselves
	Thread              // the events that the stories are in
)

func (l Level) String() string {
	if l == Thread {
		return "thread"
	}
	return "event"
}

// Constraint is one statement of an editor.
type Constraint struct {
	ID    uint64 // number of the override that says it
	Level Level
	// Apart tells that no story of A may be with one of B. Otherwise all stories of A and B are together.
	Apart bool
	// Guests tells that the events of A come into the thread of B, and not both into that which is older.
	Guests bool
	A, B   []string // story ids
}

// ContradictionError tells that two stories are to be apart and together at once.
type ContradictionError struct {
	Level    Level
	Stories  [2]string
	Apart    uint64   // the constraint that holds them apart
	Together []uint64 // those that hold them together, each with the next
}

func (e *ContradictionError) Error() string {
	if len(e.Together) == 0 {
		return fmt.Sprintf("override %d: story %s is on both sides", e.Apart, e.Stories[0])
	}
	by := make([]string, len(e.Together))
	for i, id := range e.Together {
		by[i] = fmt.Sprint(id)
	}
	what := "one event"
	if e.Level == Thread {
		what = "one thread"
	}
	return fmt.Sprintf("override %d keeps %s and %s apart, but override %s puts them into %s",
		e.Apart, e.Stories[0], e.Stories[1], strings.Join(by, " with "), what)
}

// Set is some constraints that do not contradict each other. The zero value holds none.
type Set struct {
	list  []Constraint
	named map[string]bool
}

// NewSet takes up constraints in the order of their ids. The error is a *ContradictionError.
func NewSet(list []Constraint) (*Set, error) {
	s := &Set{list: slices.Clone(list), named: make(map[string]bool)}
	slices.SortStableFunc(s.list, func(a, b Constraint) int { return cmp.Compare(a.ID, b.ID) })
	events, threads := classesOf(s.list, Event), classesOf(s.list, Thread)
	for i := range s.list {
		c := &s.list[i]
		for _, id := range slices.Concat(c.A, c.B) {
			s.named[id] = true
		}
		if !c.Apart {
			continue
		}
		together := events
		if c.Level == Thread {
			together = threads
		}
		if err := together.check(c, s.list); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Renamed returns the constraints with other names for the stories, and without those that have none.
func (s *Set) Renamed(name func(story string) (string, bool)) *Set {
	named := func(ids []string) []string {
		var out []string
		for _, id := range ids {
			if other, ok := name(id); ok {
				out = append(out, other)
			}
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	out := &Set{}
	for _, c := range s.All() {
		c.A, c.B = named(c.A), named(c.B)
		if c.Apart && (len(c.A) == 0 || len(c.B) == 0) || len(c.A)+len(c.B) < 2 {
			continue
		}
		out.list = append(out.list, c)
	}
	return out
}

// All lists the constraints in the order of their ids.
func (s *Set) All() []Constraint {
	if s == nil {
		return nil
	}
	return s.list
}

// Names tells whether a constraint names the story.
func (s *Set) Names(story string) bool { return s != nil && s.named[story] }

// Empty tells that there is nothing to obey.
func (s *Set) Empty() bool { return s == nil || len(s.list) == 0 }

// Decides tells whether the constraint puts a story of one list with one of the other, or holds them apart, at a level.
// What is in one event is in one thread, and what is in two threads is in two events.
func (c *Constraint) Decides(a, b []string, level Level) bool {
	if c.Apart && c.Level < level || !c.Apart && c.Level > level {
		return false
	}
	in := func(side, list []string) bool {
		return slices.ContainsFunc(side, func(id string) bool { return slices.Contains(list, id) })
	}
	if c.Apart {
		return in(c.A, a) && in(c.B, b) || in(c.B, a) && in(c.A, b)
	}
	all := slices.Concat(c.A, c.B)
	return slices.ContainsFunc(all, func(x string) bool {
		return slices.Contains(a, x) && slices.ContainsFunc(all, func(y string) bool { return x != y && slices.Contains(b, y) })
	})
}

// Changed lists the stories that the difference of two sets may concern, sorted: those of the constraints that only one of
// them has, and what is together with one of these in either, for what holds one apart from others holds all.
func Changed(a, b *Set) []string {
	has := make(map[uint64]bool)
	for _, c := range a.All() {
		has[c.ID] = true
	}
	var out []string
	add := func(c *Constraint) { out = append(append(out, c.A...), c.B...) }
	for i, c := range b.All() {
		if !has[c.ID] {
			add(&b.list[i])
		}
		delete(has, c.ID)
	}
	for i, c := range a.All() {
		if has[c.ID] {
			add(&a.list[i])
		}
	}
	for _, s := range []*Set{a, b} {
		together := classesOf(s.All(), Thread)
		touched := make(map[string]bool)
		for _, id := range out {
			touched[together.find(id)] = true
		}
		for id := range together {
			if touched[together.find(id)] {
				out = append(out, id)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// classes is a union-find over story ids.
type classes map[string]string

// classesOf joins what is together at a level.
func classesOf(list []Constraint, level Level) classes {
	f := make(classes)
	for _, c := range list {
		if c.Apart || c.Level > level {
			continue
		}
		first := ""
		for _, id := range slices.Concat(c.A, c.B) {
			if first == "" {
				first = id
			}
			f.join(first, id)
		}
	}
	return f
}

func (f classes) find(id string) string {
	for {
		up, ok := f[id]
		if !ok || up == id {
			return id
		}
		id = up
	}
}

// join names the class by its least member.
func (f classes) join(a, b string) {
	for _, id := range [2]string{a, b} {
		if _, ok := f[id]; !ok {
			f[id] = id
		}
	}
	a, b = f.find(a), f.find(b)
	f[max(a, b)] = min(a, b)
}

// check looks for a story of one side that is in a class with one of the other.
func (f classes) check(c *Constraint, list []Constraint) error {
	side := make(map[string]string) // class -> the story of A in it
	for _, a := range c.A {
		side[f.find(a)] = a
	}
	for _, b := range c.B {
		a, ok := side[f.find(b)]
		if !ok {
			continue
		}
		e := &ContradictionError{Level: c.Level, Stories: [2]string{a, b}, Apart: c.ID}
		if a != b {
			e.Together = chain(list, c.Level, a, b)
		}
		return e
	}
	return nil
}

// chain finds a shortest row of constraints that leads from one story to another.
func chain(list []Constraint, level Level, from, to string) []uint64 {
	type step struct {
		story string
		by    []uint64
	}
	seen := map[string]bool{from: true}
	for queue := []step{{story: from}}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		if at.story == to {
			return at.by
		}
		for _, c := range list {
			if c.Apart || c.Level > level {
				continue
			}
			all := slices.Concat(c.A, c.B)
			if !slices.Contains(all, at.story) {
				continue
			}
			for _, id := range all {
				if !seen[id] {
					seen[id] = true
					queue = append(queue, step{id, append(slices.Clip(at.by), c.ID)})
				}
			}
		}
	}
	return nil
}
