package neardup

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/samestory/samestory/cluster/text"
)

// Relearned names lines of a source that have become furniture, or are none any more.
type Relearned struct {
	Source string
	Lines  []text.EdgeLine // sorted, each once
}

// Learn counts the furniture of a batch. Call it with the whole batch before the first Prepare of the batch: then the
// order inside the batch does not matter. It tells of which sources other lines are furniture now, in order: stories
// that were prepared before and have such a line have to be prepared again.
func (d *Detector) Learn(docs []Doc) []Relearned {
	sorted := make([]int, len(docs))
	for i := range sorted {
		sorted[i] = i
	}
	at := func(i int) order { return order{docs[i].Undated, docs[i].Time.UnixMilli(), docs[i].ID} }
	slices.SortFunc(sorted, func(a, b int) int {
		return cmp.Or(cmp.Compare(docs[a].Source, docs[b].Source), at(a).compare(at(b)))
	})
	var n text.Normaliser
	var before []uint64
	var out []Relearned
	for k, i := range sorted {
		doc := &docs[i]
		f := d.furniture[doc.Source]
		if f == nil {
			f = text.NewFurniture()
			d.furniture[doc.Source] = f
		}
		if k == 0 || docs[sorted[k-1]].Source != doc.Source {
			before = f.Repeated()
		}
		frame := text.FindFrame(doc.Text)
		f.LearnText(&n, doc.Text[frame.From:frame.To])
		if k+1 == len(sorted) || docs[sorted[k+1]].Source != doc.Source {
			f.Trim()
			d.learned[doc.Source] = true
			if lines := exchanged(before, f.Repeated()); len(lines) > 0 {
				out = append(out, Relearned{doc.Source, lines})
			}
		}
	}
	if len(out) > 0 {
		d.forgetEvidence()
	}
	return out
}

// exchanged lists the lines that are in one of two sorted lists only.
func exchanged(before, after []uint64) []text.EdgeLine {
	var out []text.EdgeLine
	for i, j := 0, 0; i < len(before) || j < len(after); {
		switch {
		case j == len(after) || i < len(before) && before[i] < after[j]:
			out = append(out, text.EdgeLineOf(before[i]))
			i++
		case i == len(before) || after[j] < before[i]:
			out = append(out, text.EdgeLineOf(after[j]))
			j++
		default:
			i++
			j++
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// forgetEvidence drops what was measured under other furniture, as a restart does: a pair that matters again is measured
// again. Without it a result would depend on which texts happened to be at hand when the furniture was recognised.
func (d *Detector) forgetEvidence() {
	d.cache = cache{limit: d.cache.limit}
	clear(d.edges)
	for i := range d.classes {
		d.classes[i].asked = 0
	}
	for n := range d.stories {
		if s := &d.stories[n]; s.live && s.placed && s.rep != uint32(n) {
			d.restoreEdge(s.class, d.stories[s.rep].class, d.placement(uint32(n)).Copy)
		}
	}
}

// RestoreProfiles takes up what was learned of the sources in earlier runs. Errors wrap text.ErrProfile.
func (d *Detector) RestoreProfiles(profiles []SourceProfile) error {
	for _, p := range profiles {
		f, err := text.DecodeFurniture(p.Data)
		if err != nil {
			return fmt.Errorf("neardup: profile of source %q: %w", p.Source, err)
		}
		d.furniture[p.Source] = f
	}
	return nil
}

func (d *Detector) profiles() []SourceProfile {
	var out []SourceProfile
	for source := range d.learned {
		out = append(out, SourceProfile{Source: source, Data: d.furniture[source].AppendBinary(nil)})
	}
	clear(d.learned)
	slices.SortFunc(out, func(a, b SourceProfile) int { return cmp.Compare(a.Source, b.Source) })
	return out
}
