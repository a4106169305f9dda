package web

import (
	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/store"
)

// mostRead bounds how many records a request keeps of those that it has read.
const mostRead = 4096

// reading is what one request reads from. The parts of a page ask for the same records again: each is read once.
type reading struct {
	Snapshot
	named   *named
	memo    *report.Memo
	stories map[string]store.StoryRecord
	events  map[string]cluster.Event
}

// read takes a snapshot for a request, which closes it.
func (h *handler) read() *reading {
	n := &named{v: h.view(), ids: map[string]bool{}}
	return &reading{Snapshot: n, named: n, memo: h.memo, stories: map[string]store.StoryRecord{}, events: map[string]cluster.Event{}}
}

// Memo is what requests before have worked out of texts.
func (r *reading) Memo() *report.Memo { return r.memo }

// Story reads a story once.
func (r *reading) Story(id string) (store.StoryRecord, error) {
	return once(r.stories, id, r.Snapshot.Story)
}

// Event reads an event once.
func (r *reading) Event(id string) (cluster.Event, error) {
	return once(r.events, id, r.Snapshot.Event)
}

func once[V any](known map[string]V, id string, read func(string) (V, error)) (V, error) {
	if v, ok := known[id]; ok {
		return v, nil
	}
	v, err := read(id)
	if err == nil && len(known) < mostRead {
		known[id] = v
	}
	return v, err
}
