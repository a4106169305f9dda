package store

import (
	"strings"
	"unicode/utf8"
)

// maxExcerpt bounds the excerpt that is kept of a reject, in bytes.
const maxExcerpt = 1024

// sources stores what was learned of sources.
func (p *planner) sources() error {
	for i := range p.delta.Sources {
		s := &p.delta.Sources[i]
		if err := p.named(keyHash(tabSource, s.Source), s.Source, s.Data, &p.counts.Sources); err != nil {
			return err
		}
	}
	return nil
}

func (p *planner) cursors(list []Cursor) error {
	for _, c := range list {
		if err := p.named(keyHash(tabCursor, c.Source), c.Source, c.Data, &p.counts.Cursors); err != nil {
			return err
		}
	}
	return nil
}

func (p *planner) named(key []byte, name string, data []byte, count *int) error {
	existed, err := p.has(key)
	if err != nil {
		return err
	}
	if !existed {
		*count++
	}
	p.put(key, encodeNamed(name, data))
	return nil
}

// rejects counts all rejects of the run and keeps the first ones.
func (p *planner) rejects(list []Reject) error {
	if len(list) == 0 {
		return nil
	}
	key := keyHash(tabRejectCount, p.run)
	total := 0
	value, err := p.get(key)
	if err != nil {
		return err
	}
	if value != nil {
		if total, err = decodeTotal(value); err != nil {
			return err
		}
	}
	for _, r := range list {
		if total < MaxRejects {
			r.Excerpt = cutExcerpt(r.Excerpt)
			p.put(keyReject(p.run, total), encodeReject(&r))
		}
		total++
	}
	p.put(key, encodeTotal(total))
	return nil
}

// cutExcerpt keeps the beginning, in whole characters.
func cutExcerpt(s string) string {
	if len(s) > maxExcerpt {
		end := maxExcerpt
		for end > maxExcerpt-utf8.UTFMax && !utf8.RuneStart(s[end]) {
			end--
		}
		s = s[:end]
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// runs stores the state of the run. A run whose start was corrected moves to its new place in the order.
func (p *planner) runs(r *Run) error {
	if r == nil {
		return nil
	}
	if r.ID == "" {
		return invalid("a run has no id")
	}
	for _, n := range [...]int{
		r.Ticks, r.Read, r.New, r.Revised, r.Unchanged, r.Rejected, r.Groups, r.Events, r.Threads,
		r.Embeddings.Made, r.Embeddings.Cached, r.Embeddings.Missing,
	} {
		if n < 0 {
			return invalid("run %s has a negative count", r.ID)
		}
	}
	index := keyHash(tabRunIndex, r.ID)
	value, err := p.get(index)
	if err != nil {
		return err
	}
	switch {
	case value == nil:
		p.counts.Runs++
	case len(value) != timeWidth:
		return corrupt("run index: %d bytes, expected %d", len(value), timeWidth)
	default:
		p.delete(keyRun(timeOfKey(value), r.ID))
	}
	p.put(keyRun(r.Started, r.ID), encodeRun(r))
	p.put(index, encodeIndex(r.Started))
	return nil
}
