package cluster

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"github.com/samestory/samestory/cluster/neardup"
	"github.com/samestory/samestory/cluster/text"
)

// rereads finds the resident stories with a line that has become furniture of their source in this tick, or is none any
// more, and fetches their texts. What a story is compared by so depends on which stories are there and not on which came
// first. A line changes sides when a fiftieth of the stories of the source have it, so these few are all there is to
// read.
func (t *tick) rereads(relearned []neardup.Relearned, batch []delivery, lib Library) ([]delivery, error) {
	if len(relearned) == 0 {
		return nil, nil
	}
	coming := make(map[string]bool, len(batch))
	for _, d := range batch {
		coming[d.story.ID] = true
	}
	var out []delivery
	for _, l := range relearned {
		seen := make(map[*resident]bool) // a story that went to another source and back is listed twice
		for _, r := range t.sources[l.Source] {
			if r.source != l.Source || coming[r.id] || seen[r] || !meet(r.features.edges, l.Lines) {
				continue
			}
			if !t.detector.Has(r.id) {
				continue // the window has left it behind, and its group stands
			}
			seen[r] = true
			s, err := lib.Current(r.id)
			if err != nil {
				return nil, fmt.Errorf("read story %s again: %w", r.id, err)
			}
			out = append(out, delivery{&s, r.content})
		}
	}
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
