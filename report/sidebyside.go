package report

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report/internal/typeset"
)

const (
	// compareBytes is how much of each of two texts is set side by side.
	compareBytes = 64 << 10
	// fewWords is how many words that two texts have in common between two changes are counted as changed too: a "the" that
	// both have by chance is no help to a reader.
	fewWords = 2
)

// Compared is two texts side by side.
type Compared struct {
	Left  StoryLine `json:"left"`
	Right StoryLine `json:"right"`
	// Copy is what the second story is of the first, where one stands for the duplicate group of both; else nil.
	Copy      *Evidence   `json:"copy"`
	Lag       *int64      `json:"lag_seconds"` // of the second after the first; nil where a time is not known to the minute
	Title     ComparedRow `json:"title"`
	Rows      []ComparedRow
	Same      int  `json:"same"`       // words of the texts that both have
	OnlyLeft  int  `json:"only_left"`  // words that only the first has at their place
	OnlyRight int  `json:"only_right"` // likewise the second
	Cut       bool `json:"cut"`        // a text is longer than what is shown of it
	Gone      bool `json:"gone"`       // a text has expired
}

// ComparedRow is a paragraph of each text, with what differs marked.
type ComparedRow struct {
	Left, Right []Piece
	Same        bool // nothing differs
}

// Piece is a stretch of a text that the other text has too, or has not. It is fit to be shown.
type Piece struct {
	Text    string // with the space behind it, where one follows in its paragraph
	Changed bool
}

// Word is the text without the space behind it.
func (p Piece) Word() string { return strings.TrimSuffix(p.Text, " ") }

// Space is the space behind the text, if one follows.
func (p Piece) Space() string { return p.Text[len(p.Word()):] }

// Compare sets the texts of two stories side by side, the earlier one first.
func Compare(r Reader, left, right string) (Compared, error) {
	var v Compared
	a, err := r.Story(left)
	if err != nil {
		return v, fmt.Errorf("story %s: %w", left, err)
	}
	b, err := r.Story(right)
	if err != nil {
		return v, fmt.Errorf("story %s: %w", right, err)
	}
	if b.Published.Before(a.Published) {
		a, b = b, a
	}
	v.Left, v.Right, v.Lag = storyLine(&a), storyLine(&b), lagBetween(&a, &b)
	if a.Placement.Group == b.Placement.Group {
		for _, c := range []cluster.Copy{b.Placement.Copy, a.Placement.Copy} {
			if c.Relation != cluster.Origin && (a.Placement.Copy.Relation == cluster.Origin || b.Placement.Copy.Relation == cluster.Origin) {
				e := evidence(c)
				v.Copy = &e
				break
			}
		}
	}
	_, textA, goneA, err := textLeft(r, a.ID)
	if err != nil {
		return v, fmt.Errorf("text of story %s: %w", a.ID, err)
	}
	_, textB, goneB, err := textLeft(r, b.ID)
	if err != nil {
		return v, fmt.Errorf("text of story %s: %w", b.ID, err)
	}
	v.Gone = goneA || goneB
	titles := newParallel(a.Title, b.Title).rows()
	if len(titles) > 0 {
		v.Title = titles[0]
	}
	var cutA, cutB bool
	textA, cutA = cutText(textA)
	textB, cutB = cutText(textB)
	v.Cut = cutA || cutB
	p := newParallel(textA, textB)
	v.Rows = p.rows()
	v.OnlyLeft, v.OnlyRight = p.changed()
	v.Same = len(p.b) - v.OnlyRight
	return v, nil
}

func cutText(s string) (string, bool) {
	if len(s) <= compareBytes {
		return s, false
	}
	cut := compareBytes
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut], true
}

// parallel is two texts in words with the stretches that differ.
type parallel struct {
	textA, textB string
	a, b         []wordAt
	gaps         []edited // in order, none touching another
}

func newParallel(textA, textB string) *parallel {
	p := &parallel{textA: textA, textB: textB, a: wordsOf(textA), b: wordsOf(textB)}
	p.gaps = joined(p.align())
	return p
}

// align finds the stretches that differ: by words, and in texts that are too long or too different for that first by
// sentences.
func (p *parallel) align() []edited {
	if gaps, ok := trimmedDifferences(p.a, p.b); ok {
		return gaps
	}
	sa, sb := sentences(p.textA, p.a), sentences(p.textB, p.b)
	coarse, ok := trimmedDifferences(sa, sb)
	if !ok {
		return []edited{{0, len(p.a), 0, len(p.b)}}
	}
	var gaps []edited
	for _, g := range coarse {
		w := edited{wordIndex(sa, g.fromA, len(p.a)), wordIndex(sa, g.toA, len(p.a)), wordIndex(sb, g.fromB, len(p.b)), wordIndex(sb, g.toB, len(p.b))}
		fine, ok := trimmedDifferences(p.a[w.fromA:w.toA], p.b[w.fromB:w.toB])
		if !ok {
			gaps = append(gaps, w)
			continue
		}
		for _, f := range fine {
			gaps = append(gaps, edited{w.fromA + f.fromA, w.fromA + f.toA, w.fromB + f.fromB, w.fromB + f.toB})
		}
	}
	return gaps
}

// trimmedDifferences is differences without what two texts begin and end with alike, which costs nothing.
func trimmedDifferences(a, b []wordAt) ([]edited, bool) {
	head, tail := 0, 0
	for head < len(a) && head < len(b) && a[head].text == b[head].text {
		head++
	}
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail].text == b[len(b)-1-tail].text {
		tail++
	}
	gaps, ok := differences(a[head:len(a)-tail], b[head:len(b)-tail])
	for i := range gaps {
		g := &gaps[i]
		g.fromA, g.toA, g.fromB, g.toB = g.fromA+head, g.toA+head, g.fromB+head, g.toB+head
	}
	return gaps, ok
}

// sentences groups words; of each group from and to are the first word and the one after the last.
func sentences(s string, words []wordAt) []wordAt {
	var list []wordAt
	from := 0
	for i := range words {
		if last := i == len(words)-1; last || strings.ContainsAny(words[i].text[len(words[i].text)-1:], ".!?") ||
			strings.ContainsAny(words[i].text, "。！？") || strings.Contains(s[words[i].to:words[i+1].from], "\n") {
			list = append(list, wordAt{stretch(s, words, from, i+1), from, i + 1})
			from = i + 1
		}
	}
	return list
}

// wordIndex is the first word of a sentence, or the end.
func wordIndex(sentences []wordAt, i, end int) int {
	if i == len(sentences) {
		return end
	}
	return sentences[i].from
}

// joined makes one change of two that only a few words lie between, fewer than were changed on either side of them.
func joined(gaps []edited) []edited {
	var out []edited
	for _, g := range gaps {
		if n := len(out); n > 0 {
			l := &out[n-1]
			between := g.fromA - l.toA
			if between <= fewWords && between < max(l.toA-l.fromA, l.toB-l.fromB) && between < max(g.toA-g.fromA, g.toB-g.fromB) {
				l.toA, l.toB = g.toA, g.toB
				continue
			}
		}
		out = append(out, g)
	}
	return out
}

func (p *parallel) changed() (left, right int) {
	for _, g := range p.gaps {
		left += g.toA - g.fromA
		right += g.toB - g.fromB
	}
	return left, right
}

// rows cuts both texts where either begins a paragraph, and keeps what corresponds in one row.
func (p *parallel) rows() []ComparedRow {
	w := rowWriter{}
	i, j := 0, 0
	same := func(toA int) {
		for i < toA {
			n := 1
			for i+n < toA && !breaks(p.textA, p.a, i+n) && !breaks(p.textB, p.b, j+n) {
				n++
			}
			if breaks(p.textA, p.a, i) || breaks(p.textB, p.b, j) {
				w.flush()
			}
			w.add(&w.row.Left, piece(p.textA, p.a, i, i+n), false)
			w.add(&w.row.Right, piece(p.textB, p.b, j, j+n), false)
			i, j = i+n, j+n
		}
	}
	for _, g := range p.gaps {
		same(g.fromA)
		left, right := paragraphs(p.textA, p.a, g.fromA, g.toA), paragraphs(p.textB, p.b, g.fromB, g.toB)
		if g.fromA < g.toA && breaks(p.textA, p.a, g.fromA) || g.fromB < g.toB && breaks(p.textB, p.b, g.fromB) {
			w.flush()
		}
		for k := range max(len(left), len(right)) {
			if k > 0 {
				w.flush()
			}
			if k < len(left) {
				w.add(&w.row.Left, left[k], true)
			}
			if k < len(right) {
				w.add(&w.row.Right, right[k], true)
			}
		}
		i, j = g.toA, g.toB
	}
	same(len(p.a))
	w.flush()
	return w.list
}

type rowWriter struct {
	row  ComparedRow
	list []ComparedRow
}

func (w *rowWriter) add(side *[]Piece, text string, changed bool) {
	if text != "" {
		*side = append(*side, Piece{text, changed})
	}
}

func (w *rowWriter) flush() {
	if len(w.row.Left)+len(w.row.Right) == 0 {
		return
	}
	w.row.Same = true
	for _, p := range append(append([]Piece{}, w.row.Left...), w.row.Right...) {
		w.row.Same = w.row.Same && !p.Changed
	}
	w.list = append(w.list, w.row)
	w.row = ComparedRow{}
}

// breaks tells whether a paragraph begins with a word.
func breaks(s string, words []wordAt, i int) bool {
	return i > 0 && i < len(words) && strings.Contains(s[words[i-1].to:words[i].from], "\n")
}

// piece is the text from one word up to another, with the space that follows it within its paragraph.
func piece(s string, words []wordAt, from, to int) string {
	if from >= to {
		return ""
	}
	text := typeset.Clean(stretch(s, words, from, to))
	if to < len(words) && words[to-1].to < words[to].from && text != "" {
		text += " "
	}
	return text
}

func paragraphs(s string, words []wordAt, from, to int) []string {
	var list []string
	for from < to {
		n := 1
		for from+n < to && !breaks(s, words, from+n) {
			n++
		}
		list = append(list, piece(s, words, from, from+n))
		from += n
	}
	return list
}
