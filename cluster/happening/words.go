package happening

import (
	"cmp"
	"slices"
	"strings"

	"github.com/samestory/samestory/cluster/thread"
)

// sharedMost bounds the words that a link names.
const sharedMost = 6

// posting is a term of a space.
type posting struct {
	space int
	term  uint32
}

// spelled is a word of an event with the terms that it is compared by.
type spelled struct {
	text  string
	terms []posting
	score float32
}

// sharedWords names what two events have in common, heaviest first.
func sharedWords(a, b *profile) []string {
	common := make(map[posting]float32)
	for _, space := range []int{gramSpace, skeletonSpace, numberSpace, hanSpace, nameSpace} {
		w := b.unit[space]
		for _, e := range a.unit[space] {
			if i, ok := slices.BinarySearchFunc(w, e, func(x, y entry) int { return cmp.Compare(x.term, y.term) }); ok {
				common[posting{space: space, term: uint32(e.term)}] = e.weight * w[i].weight
			}
		}
	}
	if len(common) == 0 {
		return nil
	}
	left, right := a.spell(common), b.spell(common)
	var out []string
	for i := range left {
		l := &left[i]
		best, overlap := -1, float32(0)
		for k := range right {
			sum := float32(0)
			for _, t := range right[k].terms {
				if slices.Contains(l.terms, t) {
					sum += common[t]
				}
			}
			if sum > overlap || sum == overlap && best >= 0 && sum > 0 && right[k].text == l.text {
				best, overlap = k, sum
			}
		}
		if best < 0 {
			continue
		}
		said := l.text
		if r := right[best].text; !strings.EqualFold(r, said) {
			said += " ~ " + r
		}
		if !slices.Contains(out, said) {
			out = append(out, said)
		}
		if len(out) == sharedMost {
			break
		}
	}
	return out
}

// spell returns the words of an event that have a term in common with another one, heaviest first. A word is named if
// most of it is common, or its skeleton: half a word is chance.
func (p *profile) spell(common map[posting]float32) []spelled {
	var out []spelled
	seen := make(map[string]bool)
	var r reader
	keep := func(word string) {
		s := spelled{text: word}
		all, whole := 0, false
		for space := range r.found {
			for _, key := range r.found[space] {
				at := posting{space: space, term: uint32(entryOf(key).term)}
				if space == headSpace || space == wordSpace {
					continue
				}
				if space != skeletonSpace {
					all++
				}
				if w, ok := common[at]; ok {
					s.terms = append(s.terms, at)
					s.score += w
					whole = whole || space == skeletonSpace
				}
			}
		}
		if len(s.terms) > 0 && (whole || 2*len(s.terms) >= all) {
			out = append(out, s)
		}
	}
	stories := p.read()
	for i := range stories {
		stories[i].Print.each(func(flags byte, word string) {
			if seen[word] {
				return
			}
			seen[word] = true
			r.clear()
			r.word(flags, word)
			keep(word)
		})
		for _, n := range stories[i].Profile.Names {
			// What has a spelling by sound is named by it already.
			if seen[n.Text] || !p.unheard {
				continue
			}
			seen[n.Text] = true
			r.clear()
			for _, k := range n.Keys {
				r.put(nameSpace, k, 1)
			}
			keep(n.Text)
		}
	}
	slices.SortStableFunc(out, func(a, b spelled) int {
		return cmp.Or(cmp.Compare(b.score, a.score), strings.Compare(a.text, b.text))
	})
	return out
}

// sharedKinds lists the event words that both have.
func sharedKinds(a, b *profile) []string {
	var out []string
	w := b.unit[kindSpace]
	for _, e := range a.unit[kindSpace] {
		if _, ok := slices.BinarySearchFunc(w, e, func(x, y entry) int { return cmp.Compare(x.term, y.term) }); ok {
			out = append(out, thread.Kind(e.term-1).String())
		}
	}
	return out
}
