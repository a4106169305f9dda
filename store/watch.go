package store

import (
	"slices"
	"sync"

	"github.com/samestory/samestory/cluster"
)

// Touched is what a commit wrote beside what the journal tells: a new version of a text changes no group, event or thread,
// and has no entry; nor has what an event or a thread is like when what is in it is the same.
type Touched struct {
	Stories []string         // whose records were written, in the order of the batch
	Events  []cluster.Event  // that were written, also those that are as they were: to be read during the call only
	Threads []cluster.Thread // as Events
	Ended   []cluster.Redirect
	All     bool // anything may have been written: stories expired, or the journal began anew
}

// Watch has f called after each commit that succeeded, in the order of the commits, until stop is called; what f reads from
// a snapshot that it takes has the commit. f is called within the commit: it must be quick, and must not commit.
func (s *Store) Watch(f func(Touched)) (stop func()) {
	w := &watcher{tell: f}
	s.watchers.mu.Lock()
	defer s.watchers.mu.Unlock()
	s.watchers.list = append(s.watchers.list, w)
	return func() {
		s.watchers.mu.Lock()
		defer s.watchers.mu.Unlock()
		s.watchers.list = slices.DeleteFunc(s.watchers.list, func(x *watcher) bool { return x == w })
	}
}

type watcher struct{ tell func(Touched) }

// watchers are called with mu held, so that none is called any more once its stop has returned.
type watchers struct {
	mu   sync.Mutex
	list []*watcher
}

func (w *watchers) tell(t Touched) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, x := range w.list {
		x.tell(t)
	}
}

func touchedBy(d *cluster.Delta, all bool) Touched {
	t := Touched{Stories: make([]string, len(d.Stories)), Events: d.Events, Threads: d.Threads, Ended: d.Ended, All: all}
	for i := range d.Stories {
		t.Stories[i] = d.Stories[i].Story.ID
	}
	for i := range d.Moved {
		t.Stories = append(t.Stories, d.Moved[i].Story)
	}
	return t
}
