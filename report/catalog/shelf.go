package catalog

import (
	"sync/atomic"
	"time"

	"github.com/samestory/samestory/report"
)

// entry is an event's or a thread's.
type entry interface {
	comparable
	ID() string
	Span() (first, last time.Time)
	Weight() float64
	Mark() uint64
}

// shelf holds entries in slots.
type shelf[E entry] struct {
	at    map[string]uint32 // slot by id
	slots []slot[E]
	dead  int
}

// slot is an entry with what a list looks at first. An empty slot has no entry, and no time is within it.
type slot[E entry] struct {
	first, last int64 // seconds
	weight      float64
	entry       E
	changed     uint64 // sequence number of the state with which it came
	names       *atomic.Pointer[[]string]
	beats       []uint32 // of a thread, the slots of its events
}

func newShelf[E entry]() shelf[E] { return shelf[E]{at: map[string]uint32{}} }

// put gives an entry a new slot.
func (s *shelf[E]) put(e E, seq uint64) uint32 {
	s.drop(e.ID())
	first, last := e.Span()
	n := uint32(len(s.slots))
	s.slots = append(s.slots, slot[E]{first.Unix(), last.Unix(), e.Weight(), e, seq, new(atomic.Pointer[[]string]), nil})
	s.at[e.ID()] = n
	return n
}

// drop empties the slot of an id, if it has one.
func (s *shelf[E]) drop(id string) {
	if n, ok := s.at[id]; ok {
		s.slots[n] = slot[E]{}
		s.dead++
		delete(s.at, id)
	}
}

func (s *shelf[E]) get(id string) (e E, ok bool) {
	n, ok := s.at[id]
	if ok {
		e = s.slots[n].entry
	}
	return e, ok
}

// packed is the shelf without its empty slots, and where each slot went.
func (s *shelf[E]) packed() (shelf[E], []uint32) {
	to := make([]uint32, len(s.slots))
	p := shelf[E]{at: make(map[string]uint32, len(s.at)), slots: make([]slot[E], 0, len(s.at))}
	var none E
	for i := range s.slots {
		to[i] = gone
		if e := s.slots[i].entry; e != none {
			to[i] = uint32(len(p.slots))
			p.at[e.ID()] = to[i]
			p.slots = append(p.slots, s.slots[i])
		}
	}
	return p, to
}

// books are all that queries read.
type books struct {
	seq     uint64
	edition uint64 // counts the changes since the start; a new version of a text has no sequence number
	events  shelf[*report.EventEntry]
	threads shelf[*report.ThreadEntry]
	index   index // of the slots of events
}

func newBooks() *books {
	return &books{events: newShelf[*report.EventEntry](), threads: newShelf[*report.ThreadEntry](), index: newIndex()}
}

// packed is a copy without empty slots, or nil where there are too few to matter.
func (b *books) packed() *books {
	if b.events.dead < 1024+len(b.events.at)/2 && b.threads.dead < 1024+len(b.threads.at)/2 {
		return nil
	}
	p := &books{seq: b.seq, edition: b.edition}
	var to []uint32
	p.events, to = b.events.packed()
	p.threads, _ = b.threads.packed()
	for i := range p.threads.slots {
		beats := make([]uint32, len(p.threads.slots[i].beats))
		for k, slot := range p.threads.slots[i].beats {
			beats[k] = to[slot]
		}
		p.threads.slots[i].beats = beats
	}
	p.index = b.index.packed(to)
	return p
}
