package neardup

import (
	"context"
	"fmt"
)

// Chunks of verification bound what is held beside the cache.
const (
	chunkSheets = 2048
	chunkWords  = 4 << 20
)

// verify measures pairs exactly, in chunks, and keeps the evidence of the similar ones.
func (b *batch) verify(ctx context.Context, pairs []pair) error {
	for len(pairs) > 0 {
		at := make(map[uint32]int)
		var list []uint32
		words, end := 0, 0
		for ; end < len(pairs) && len(list) < chunkSheets && (words < chunkWords || end == 0); end++ {
			for _, c := range [2]uint32{pairs[end].a, pairs[end].b} {
				if _, ok := at[c]; !ok {
					at[c] = len(list)
					list = append(list, c)
					words += int(b.d.classes[c].words)
				}
			}
		}
		if err := b.verifyChunk(ctx, pairs[:end], list, at); err != nil {
			return err
		}
		pairs = pairs[end:]
	}
	return nil
}

// verifyChunk compares the sets of all pairs first. Slots are read only of the texts that turn out to be alike: most
// candidates are not, and slots cost more than all the rest.
func (b *batch) verifyChunk(ctx context.Context, pairs []pair, list []uint32, at map[uint32]int) error {
	d := b.d
	sheets, err := b.sheets(ctx, list)
	if err != nil {
		return err
	}
	found := make([]evidence, len(pairs))
	err = parallel(ctx, len(b.workers), len(pairs), func(_, i int) error {
		found[i] = compareSets(sheets[at[pairs[i].a]], sheets[at[pairs[i].b]])
		return nil
	})
	if err != nil {
		return err
	}
	var missing []int
	wanted := make([]bool, len(list))
	for i, p := range pairs {
		if !d.params.slotsDecide(found[i], sheets[at[p.a]], sheets[at[p.b]]) {
			continue
		}
		for _, c := range [2]uint32{p.a, p.b} {
			if k := at[c]; !wanted[k] && sheets[k].slots == nil {
				wanted[k] = true
				missing = append(missing, k)
			}
		}
	}
	if err := b.readSlots(ctx, list, sheets, missing); err != nil {
		return err
	}
	for i, p := range pairs {
		x, y := sheets[at[p.a]], sheets[at[p.b]]
		if d.params.slotsDecide(found[i], x, y) {
			found[i].compareSlots(x, y)
		}
		d.link(p.a, p.b, found[i])
	}
	for i, c := range list {
		d.cache.put(c, sheets[i])
	}
	d.stats.Verified += len(pairs)
	return nil
}

// sheets returns the sheets of classes, out of the cache or from their texts. They may lack their slots.
func (b *batch) sheets(ctx context.Context, list []uint32) ([]*sheet, error) {
	d := b.d
	sheets := make([]*sheet, len(list))
	var missing []int
	for i, c := range list {
		if sheets[i] = d.cache.get(c); sheets[i] == nil {
			missing = append(missing, i)
		}
	}
	err := b.read(ctx, list, missing, func(s *Scratch, k int, n uint32, title, body string) {
		sheets[k] = s.sheet(title, body, d.furniture[d.names[d.stories[n].source]])
	})
	return sheets, err
}

// readSlots completes the sheets of the given places of list.
func (b *batch) readSlots(ctx context.Context, list []uint32, sheets []*sheet, places []int) error {
	return b.read(ctx, list, places, func(s *Scratch, k int, _ uint32, title, body string) {
		sheets[k].slots = s.findSlots(title, body, sheets[k].words)
	})
}

// read calls f with the text of the first story of each of the classes at the given places of list, in parallel.
func (b *batch) read(ctx context.Context, list []uint32, places []int, f func(s *Scratch, k int, n uint32, title, body string)) error {
	d := b.d
	firsts := make([]uint32, len(places))
	for i, k := range places {
		firsts[i] = d.classes[list[k]].first
		if b.items[firsts[i]] == nil {
			d.stats.Read++
		}
	}
	return parallel(ctx, len(b.workers), len(places), func(worker, i int) error {
		title, body, err := b.text(ctx, firsts[i])
		if err == nil {
			f(&b.workers[worker], places[i], firsts[i], title, body)
		}
		return err
	})
}

// text returns title and text of a live story.
func (b *batch) text(ctx context.Context, n uint32) (title, body string, err error) {
	if it := b.items[n]; it != nil {
		return it.Title, it.Text, nil
	}
	id := b.d.stories[n].id
	if b.texts == nil {
		return "", "", fmt.Errorf("neardup: text of story %q is needed and there is no source of texts", id)
	}
	title, body, err = b.texts.StoryText(ctx, id)
	if err != nil {
		return "", "", fmt.Errorf("neardup: text of story %q: %w", id, err)
	}
	return title, body, nil
}
