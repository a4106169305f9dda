package report

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Rewrite is what a version of a story changed of the one before.
type Rewrite struct {
	TitleBefore string `json:"title_before,omitempty"` // where the headline is another
	TitleAfter  string `json:"title_after,omitempty"`
	Added       int    `json:"words_added"`
	Removed     int    `json:"words_removed"`
	// Passages are the first places that differ, in the order of the text.
	Passages []Passage `json:"passages"`
	LeftOut  int       `json:"passages_left_out"`
}

// Passage is a place where two texts differ.
type Passage struct {
	Before  string `json:"before"` // a few words in front of it, the same in both
	Removed string `json:"removed"`
	Added   string `json:"added"`
	After   string `json:"after"` // a few words behind it
}

const (
	// maxPassages are told of one version.
	maxPassages = 6
	// aroundWords are told in front of a passage and behind it.
	aroundWords = 4
	// passageBytes is how much of a passage is told on each side.
	passageBytes = 240
	// maxRewrite bounds the words that are compared place by place, of both texts together and without what they begin and
	// end with alike; the work grows with the product of the words and of the differences.
	maxRewrite = 6000
	// maxDifferences bounds the words that differ: texts that differ more are others, and are told by their words alone.
	maxDifferences = 1500
)

// rewrite compares two versions.
func rewrite(titleBefore, before, titleAfter, after string) Rewrite {
	r := Rewrite{Passages: []Passage{}}
	if titleBefore != titleAfter {
		r.TitleBefore, r.TitleAfter = titleBefore, titleAfter
	}
	a, b := wordsOf(before), wordsOf(after)
	head := 0
	for head < len(a) && head < len(b) && a[head].text == b[head].text {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail].text == b[len(b)-1-tail].text {
		tail++
	}
	midA, midB := a[head:len(a)-tail], b[head:len(b)-tail]
	gaps, ok := differences(midA, midB)
	if !ok {
		gaps = []edited{{0, len(midA), 0, len(midB)}}
		r.Removed, r.Added = apart(midA, midB)
	}
	for _, g := range gaps {
		if ok {
			r.Removed += g.toA - g.fromA
			r.Added += g.toB - g.fromB
		}
		if len(r.Passages) == maxPassages {
			r.LeftOut++
			continue
		}
		fromB, toB := head+g.fromB, head+g.toB
		r.Passages = append(r.Passages, Passage{
			Before:  stretch(after, b, max(0, fromB-aroundWords), fromB),
			Removed: clipped(stretch(before, a, head+g.fromA, head+g.toA)), Added: clipped(stretch(after, b, fromB, toB)),
			After: stretch(after, b, toB, min(len(b), toB+aroundWords)),
		})
	}
	return r
}

// wordAt is a word with its place in the text. In scripts that do not write spaces each character is one.
type wordAt struct {
	text     string
	from, to int
}

func wordsOf(s string) []wordAt {
	var list []wordAt
	from := -1
	end := func(at int) {
		if from >= 0 {
			list = append(list, wordAt{s[from:at], from, at})
			from = -1
		}
	}
	for i, c := range s {
		switch {
		case unicode.IsSpace(c):
			end(i)
		case unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Khmer, unicode.Lao):
			end(i)
			n := i + utf8.RuneLen(c)
			list = append(list, wordAt{s[i:n], i, n})
		case from < 0:
			from = i
		}
	}
	end(len(s))
	return list
}

// stretch is the text from one word up to another.
func stretch(s string, words []wordAt, from, to int) string {
	if from >= to {
		return ""
	}
	return strings.Join(strings.Fields(s[words[from].from:words[to-1].to]), " ")
}

func clipped(s string) string {
	if len(s) <= passageBytes {
		return s
	}
	cut := passageBytes
	for !utf8.RuneStart(s[cut]) {
		cut--
	}
	if at := strings.LastIndexByte(s[:cut], ' '); at > cut/2 {
		cut = at
	}
	return s[:cut] + " …"
}

// edited is a stretch of words of one text in the place of one of the other; either may be empty.
type edited struct{ fromA, toA, fromB, toB int }

// differences finds the fewest words to take out and to put in, after Myers. It gives up on texts that are too long or
// too different for it.
func differences(a, b []wordAt) ([]edited, bool) {
	if len(a)+len(b) > maxRewrite {
		return nil, false
	}
	limit := min(len(a)+len(b), maxDifferences)
	furthest := make([]int, 2*limit+3)
	var trace [][]int
	at := limit + 1
	for d := 0; d <= limit; d++ {
		trace = append(trace, append([]int(nil), furthest[at-d-1:at+d+2]...))
		for k := -d; k <= d; k += 2 {
			x := furthest[at+k-1] + 1
			if k == -d || k != d && furthest[at+k-1] < furthest[at+k+1] {
				x = furthest[at+k+1]
			}
			y := x - k
			for x < len(a) && y < len(b) && a[x].text == b[y].text {
				x, y = x+1, y+1
			}
			furthest[at+k] = x
			if x >= len(a) && y >= len(b) {
				return backtrack(trace, len(a), len(b), d), true
			}
		}
	}
	return nil, false
}

// backtrack walks from the end of both texts to their beginning and joins the steps that touch.
func backtrack(trace [][]int, x, y, d int) []edited {
	var gaps []edited // last first
	for ; d > 0; d-- {
		row := trace[d] // of the diagonals -d-1 to d+1
		k := x - y
		from := k - 1 // a word of a was taken out
		if k == -d || k != d && row[k-1+d+1] < row[k+1+d+1] {
			from = k + 1 // a word of b was put in
		}
		beforeX := row[from+d+1]
		beforeY := beforeX - from
		g := edited{beforeX, beforeX, beforeY, beforeY}
		if from == k-1 {
			g.toA++
		} else {
			g.toB++
		}
		if n := len(gaps); n > 0 && gaps[n-1].fromA == g.toA && gaps[n-1].fromB == g.toB {
			gaps[n-1].fromA, gaps[n-1].fromB = g.fromA, g.fromB
		} else {
			gaps = append(gaps, g)
		}
		x, y = beforeX, beforeY
	}
	for i, j := 0, len(gaps)-1; i < j; i, j = i+1, j-1 {
		gaps[i], gaps[j] = gaps[j], gaps[i]
	}
	return gaps
}

// apart counts the words that only one of two texts has, as often as it has them more.
func apart(a, b []wordAt) (removed, added int) {
	count := make(map[string]int, len(a))
	for _, w := range a {
		count[w.text]++
	}
	for _, w := range b {
		if count[w.text] > 0 {
			count[w.text]--
		} else {
			added++
		}
	}
	return len(a) - (len(b) - added), added
}
