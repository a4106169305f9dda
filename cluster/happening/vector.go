package happening

import (
	"math"
	"slices"

	"github.com/samestory/samestory/cluster/text"
)

// The spaces that the words of an event are compared in.
const (
	gramSpace     = iota // sequences of four letters
	skeletonSpace        // consonants of names
	numberSpace
	hanSpace  // pairs of Han characters, between Chinese and Japanese
	nameSpace // keys of names, aliases included
	kindSpace // event words
	headSpace // grams of the headline alone
	wordSpace // whole words; events are only found by them
	spaces
)

type entry struct {
	term   text.Term
	weight float32
}

// vector is an event in one space: unit length, sorted by term.
type vector []entry

func (a vector) dot(b vector) float64 {
	sum, i, j := 0.0, 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i].term < b[j].term:
			i++
		case a[i].term > b[j].term:
			j++
		default:
			sum += float64(a[i].weight) * float64(b[j].weight)
			i++
			j++
		}
	}
	return sum
}

// profile is an event prepared for comparison.
type profile struct {
	*Event
	lang    int
	unit    [spaces]vector
	mass    [spaces]float32 // lengths before they were made 1
	letters int             // the script that its sounds are written in
	unheard bool            // of a script that is not spelled by sound
}

// tally counts in how many stories a term stands, by open addressing: terms are hashes already.
type tally struct {
	keys []text.Term
	vals []int32
	n    int
}

func (c *tally) slot(t text.Term) int {
	mask := len(c.keys) - 1
	i := int(uint32(t)*2654435769>>7) & mask
	for c.keys[i] != 0 && c.keys[i] != t {
		i = (i + 1) & mask
	}
	return i
}

func (c *tally) add(t text.Term) {
	if 2*(c.n+1) > len(c.keys) {
		old := *c
		size := max(1<<10, 2*len(old.keys))
		c.keys, c.vals = make([]text.Term, size), make([]int32, size)
		for i, k := range old.keys {
			if k != 0 {
				j := c.slot(k)
				c.keys[j], c.vals[j] = k, old.vals[i]
			}
		}
	}
	i := c.slot(t)
	if c.keys[i] == 0 {
		c.keys[i] = t
		c.n++
	}
	c.vals[i]++
}

func (c *tally) get(t text.Term) int32 {
	if len(c.keys) == 0 {
		return 0
	}
	return c.vals[c.slot(t)]
}

// frequencies are those of one language.
type frequencies struct {
	df      [spaces]tally
	stories int
	// weights are the inverse document frequencies of what stands in 0, 1, 2... stories, once all are counted.
	weights []float32
}

const (
	// idfStories is how many stories a language counts for at least: in a handful every word is rare.
	idfStories = 100
	// weightLeast is the least weight of a term that is kept.
	weightLeast = .3
)

// idfKept bounds the weights that are worked out once. Most terms are rare.
const idfKept = 1 << 10

// settle works out the weights of rare terms, after the last story.
func (f *frequencies) settle() {
	f.weights = make([]float32, min(f.stories+1, idfKept))
	for df := range f.weights {
		f.weights[df] = f.weight(int32(df))
	}
}

func (f *frequencies) weight(df int32) float32 {
	n := float64(max(f.stories, idfStories))
	return float32(math.Log(n / (float64(df) + .5)))
}

func (f *frequencies) idf(space int, t text.Term) float32 {
	df := f.df[space].get(t)
	if int(df) < len(f.weights) {
		return f.weights[df]
	}
	return f.weight(df)
}

// rarity is what a word weighs by how rare it is in its language at large, leadShare what a word of the lead does
// against one of the headline.
var rarity = [4]float32{.5, .7, .85, 1}

const leadShare = .6

// reader turns stories into terms.
type reader struct {
	aliases map[text.Term][]text.Term
	found   [spaces][]uint64 // terms of one story with the weights of their words, as keys
	all     [spaces][]uint64 // those of all stories of an event
	buf     []byte
}

// key orders by term, the heaviest first: numbers are sorted faster than structures. Weights are positive, so that their
// bits are in their order.
func (e entry) key() uint64 { return uint64(e.term)<<32 | uint64(^math.Float32bits(e.weight)) }

func entryOf(key uint64) entry {
	return entry{text.Term(key >> 32), math.Float32frombits(^uint32(key))}
}

func (r *reader) clear() {
	for k := range r.found {
		r.found[k] = r.found[k][:0]
	}
}

// word takes up the terms of one word of a print.
func (r *reader) word(flags byte, word string) {
	w := rarity[flags&wordWeight]
	if flags&wordTitle == 0 {
		w *= leadShare
	}
	switch {
	case flags&wordNumber != 0:
		r.put(numberSpace, text.TermOf(word), w/rarity[0])
	case flags&wordHan != 0:
		text.Bigrams(word, func(b string) { r.put(hanSpace, text.TermOf(b), w) })
	default:
		r.grams(gramSpace, word, w)
		r.put(wordSpace, text.TermOf(word), w)
		if flags&wordTitle != 0 {
			r.grams(headSpace, word, w)
		}
		if flags&wordName != 0 {
			r.skeletons(word, w)
		}
	}
}

// read takes up the terms of a story, each once.
func (r *reader) read(s *Story) {
	r.clear()
	s.Print.each(r.word)
	for i := range s.Profile.Names {
		for _, k := range s.Profile.Names[i].Keys {
			r.put(nameSpace, k, 1)
			for _, a := range r.aliases[k] {
				r.put(nameSpace, a, 1)
			}
		}
	}
	for _, k := range s.Profile.Kinds {
		r.put(kindSpace, text.Term(k)+1, 1)
	}
	for k := range r.found {
		r.found[k] = distinct(r.found[k])
	}
}

func (r *reader) put(space int, t text.Term, w float32) {
	r.found[space] = append(r.found[space], entry{t, w}.key())
}

// distinct sorts by term and keeps the heaviest of each.
func distinct(keys []uint64) []uint64 {
	slices.Sort(keys)
	return slices.CompactFunc(keys, func(a, b uint64) bool { return a>>32 == b>>32 })
}

// gramLength is in bytes, which are letters here but for a few.
const gramLength = 4

// grams puts the sequences of letters of a word, the beginning of which is marked.
func (r *reader) grams(space int, word string, w float32) {
	r.buf = append(append(r.buf[:0], '^'), word...)
	if len(r.buf) <= gramLength {
		r.put(space, text.TermOfBytes(r.buf), w)
		return
	}
	for i := 0; i+gramLength <= len(r.buf); i++ {
		r.put(space, text.TermOfBytes(r.buf[i:i+gramLength]), w)
	}
}

func (r *reader) skeletons(word string, w float32) {
	r.buf = appendSkeleton(r.buf[:0], word)
	n := len(r.buf)
	if n < skeletonLeast {
		return
	}
	r.put(skeletonSpace, text.TermOfBytes(r.buf), w)
	if n >= skeletonLong {
		r.put(skeletonSpace, text.TermOfBytes(r.buf[:n-1]), w)
	}
}

// prepare counts the terms of all events and weighs them.
func prepare(order []*Event) []profile {
	r := reader{aliases: aliasesOf(order)}
	langs := make(map[string]int)
	var freq []*frequencies
	out := make([]profile, len(order))
	for i, e := range order {
		at, ok := langs[e.Lang]
		if !ok {
			at = len(freq)
			langs[e.Lang] = at
			freq = append(freq, &frequencies{})
		}
		out[i] = profile{Event: e, lang: at, letters: lettersOf(e.Lang), unheard: unheard(e.Lang)}
		r.sum(&out[i], freq[at])
	}
	for _, f := range freq {
		f.settle()
	}
	for i := range out {
		p := &out[i]
		for space := range p.unit {
			p.unit[space], p.mass[space] = freq[p.lang].weigh(space, p.unit[space])
		}
	}
	return out
}

// aliasesOf collects which names of other scripts are which Latin ones.
func aliasesOf(order []*Event) map[text.Term][]text.Term {
	out := make(map[text.Term][]text.Term)
	for _, e := range order {
		for i := range e.read() {
			for _, a := range e.Stories[i].Profile.Aliases {
				keys := out[a.Other]
				for _, k := range a.Latin {
					if !slices.Contains(keys, k) {
						keys = append(keys, k)
					}
				}
				out[a.Other] = keys
			}
		}
	}
	return out
}

// sum gathers the terms of an event and counts them: each with the weight of its word, times the root of the share of
// stories that have it.
func (r *reader) sum(p *profile, f *frequencies) {
	stories := p.read()
	for space := range r.all {
		r.all[space] = r.all[space][:0]
	}
	for k := range stories {
		r.read(&stories[k])
		f.stories++
		for space, keys := range r.found {
			for _, key := range keys {
				f.df[space].add(entryOf(key).term)
			}
			r.all[space] = append(r.all[space], keys...)
		}
	}
	for space, keys := range r.all {
		if len(stories) > 1 {
			slices.Sort(keys)
		}
		terms := make(vector, 0, len(keys))
		for i := 0; i < len(keys); {
			e, j := entryOf(keys[i]), i
			for j < len(keys) && entryOf(keys[j]).term == e.term {
				j++
			}
			e.weight *= float32(math.Sqrt(float64(j-i) / float64(len(stories))))
			terms = append(terms, e)
			i = j
		}
		p.unit[space] = slices.Clip(terms)
	}
}

func (e *Event) read() []Story { return e.Stories[:min(len(e.Stories), storiesRead)] }

// The scripts that spell sounds in their own ways.
const (
	latinLetters = iota // also Chinese, whose names are given in Latin letters
	cyrillicLetters
	greekLetters
	arabicLetters
	hebrewLetters
	kanaLetters
	hangulLetters
)

// lettersOf returns the script of the sounds of a language. From one to another only the consonants of a name stay.
func lettersOf(lang string) int {
	switch lang {
	case "ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg":
		return cyrillicLetters
	case "el":
		return greekLetters
	case "ar", "fa", "ur", "ps", "ckb":
		return arabicLetters
	case "he", "yi":
		return hebrewLetters
	case "ja":
		return kanaLetters
	case "ko":
		return hangulLetters
	}
	return latinLetters
}

// unheard reports whether a language is written in a script that has no spelling by sound.
func unheard(lang string) bool {
	switch lang {
	case "zh", "ja", "yue", "wuu":
		return true
	}
	return false
}

// weigh turns the terms of an event into its vector: each times its inverse document frequency, light ones left out,
// the whole of unit length.
func (f *frequencies) weigh(space int, terms vector) (vector, float32) {
	out := terms[:0]
	square := 0.0
	for _, e := range terms {
		if w := e.weight * f.idf(space, e.term); w >= weightLeast {
			out = append(out, entry{e.term, w})
			square += float64(w) * float64(w)
		}
	}
	if len(out) == 0 {
		return nil, 0
	}
	length := float32(math.Sqrt(square))
	for i := range out {
		out[i].weight /= length
	}
	return out, length
}
