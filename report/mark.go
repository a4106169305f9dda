package report

import (
	"math"

	"github.com/samestory/samestory/cluster"
)

// MarkOfEvent names what the record of an event gives to an EventEntry. Ticks write many events again of which lists show
// nothing new.
func MarkOfEvent(e *cluster.Event) uint64 {
	h := newMemoHash()
	h.text(e.ID, e.Thread, e.Representative, e.Lang)
	h.text(e.Members...)
	h.text(e.Names...)
	h.number(uint64(e.First.UnixNano()))
	h.number(uint64(e.Last.UnixNano()))
	h.number(math.Float64bits(e.Cohesion))
	return h.h.Sum64()
}

// MarkOfThread is to a ThreadEntry what MarkOfEvent is to an EventEntry.
func MarkOfThread(t *cluster.Thread) uint64 {
	h := newMemoHash()
	h.text(t.ID)
	for i := range t.Links {
		h.text(t.Links[i].Event)
	}
	h.number(uint64(t.First.UnixNano()))
	h.number(uint64(t.Last.UnixNano()))
	return h.h.Sum64()
}
