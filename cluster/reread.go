package cluster

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"github.com/samestory/samestory/cluster/neardup"
	"github.com/samestory/samestory/cluster/text"
)

// Reread lets the next tick read resident stories once more, give them their features anew and measure their copies
// anew, whatever was found before. It holds their texts while it runs, so a store is best read in chunks.
func (e *Engine) Reread(stories []string) {
	e.again = make(map[string]bool, len(stories))
	for _, id := range stories {
		e.again[id] = true
	}
}

// rereads finds the resident stories with a line that has become furniture of their source in this tick, or is none any
// more, and fetches their texts. What a story is compared by so depends on which stories are there and not on which came
// first. A line changes sides when a fiftieth of the stories of the source have it, so these few are all there is to
// read.
func (t *tick) rereads(relearned []neardup.Relearned, batch []delivery, lib Library) ([]delivery, error) {
	if len(relearned) == 0 && len(t.again) == 0 {
		return nil, nil
	}
	coming := make(map[string]bool, len(batch))
	for _, d := range batch {
		coming[d.story.ID] = true
	}
	var out []delivery
	seen := make(map[*resident]bool) // a story that went to another source and back is listed twice
	read := func(r *resident) error {
		// What the window has left behind stays, and so does its group.
		if coming[r.id] || seen[r] || !t.detector.Has(r.id) {
			return nil
		}
		seen[r] = true
		s, err := lib.Current(r.id)
		if err != nil {
			return fmt.Errorf("read story %s again: %w", r.id, err)
		}
		out = append(out, delivery{&s, r.content})
		return nil
	}
	for _, l := range relearned {
		for _, r := range t.sources[l.Source] {
			if r.source != l.Source || !meet(r.features.edges, l.Lines) {
				continue
			}
			if err := read(r); err != nil {
				return nil, err
			}
		}
	}
	for id := range t.again {
		if r := t.stories[id]; r != nil {
			t.detector.Touch(id)
			if err := read(r); err != nil {
				return nil, err
			}
		}
	}
	t.again = nil
	slices.SortFunc(out, func(a, b delivery) int { return cmp.Compare(a.story.ID, b.story.ID) })
	return out, nil
}

// meet reports whether a story has one of some sorted lines.
func meet(of, lines []text.EdgeLine) bool {
	return slices.ContainsFunc(of, func(l text.EdgeLine) bool {
		_, ok := slices.BinarySearch(lines, l)
		return ok
	})
}

// readAgain gives a resident story its new features, and reports whether they are others.
func (t *tick) readAgain(s *Story, f features) bool {
	r := t.stories[s.ID]
	if bytes.Equal(r.features.encode(), f.encode()) {
		return false
	}
	t.withdraw(r)
	t.forgetLabel(r)
	r.features = f
	t.labelled(r)
	t.reread[s.ID] = s
	return true
}
