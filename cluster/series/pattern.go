package series

import (
	"slices"
	"strings"

	"github.com/samestory/samestory/cluster/text"
)

// MostTitles is how many headlines Pattern looks at; later ones do not change what recurs.
const MostTitles = 12

// shares of the other headlines that have to have a word in its place before it is no slot: half of them, or a quarter
// where that leaves nothing.
var shares = [...]float64{.5, .25}

// Pattern takes out of the most typical headline what differs in the others, and marks it with what it is: {number},
// {date}, {name} or {text}. Where nothing recurs, and for a single headline, its numbers and dates are the slots.
func Pattern(titles []string) string {
	if len(titles) == 0 {
		return ""
	}
	heads := make([]headline, min(len(titles), MostTitles))
	for i := range heads {
		heads[i] = read(titles[i])
	}
	typical, counts := typicalOf(heads)
	h := heads[typical]
	fixed := make([]bool, len(h.tokens))
	for _, share := range shares {
		for i := range h.tokens {
			_, slot := slotValue(&h.tokens[i])
			switch others := len(heads) - 1; {
			case slot: // a number that stands in every headline is part of the name ("Class of 1984")
				fixed[i] = others > 0 && counts[i] == others
			default:
				fixed[i] = others > 0 && float64(counts[i]) > share*float64(others)
			}
		}
		if h.dropStrays(fixed); slices.Contains(fixed, true) {
			break
		}
	}
	if !slices.Contains(fixed, true) {
		for i := range h.tokens {
			_, slot := slotValue(&h.tokens[i])
			fixed[i] = !slot
		}
	}
	return h.render(fixed)
}

// typicalOf finds the headline that shares most of its words with the others, the first of several, and how many of
// the others have each of its words in its place.
func typicalOf(heads []headline) (typical int, counts []int) {
	best := -1.
	for i, h := range heads {
		n := make([]int, len(h.tokens))
		sum := 0.
		for j, other := range heads {
			if i == j {
				continue
			}
			shared := common(h, other)
			for _, k := range shared {
				n[k]++
			}
			sum += 2 * float64(len(shared)) / float64(len(h.tokens)+len(other.tokens)+1)
		}
		if sum > best {
			typical, counts, best = i, n, sum
		}
	}
	return typical, counts
}

// headline is a headline cut into words.
type headline struct {
	s      string
	tokens []text.Token
}

func read(s string) headline {
	s = strings.Join(strings.Fields(s), " ")
	return headline{s, text.AppendTokens(nil, s)}
}

// common gives the places of the longest common subsequence of the words of two headlines, of several the one that
// keeps the earliest words.
func common(h, other headline) []int {
	n, m := len(h.tokens), len(other.tokens)
	longest := make([][]int, n+1)
	for i := range longest {
		longest[i] = make([]int, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			if h.tokens[i].Fold == other.tokens[j].Fold {
				longest[i][j] = longest[i+1][j+1] + 1
			} else {
				longest[i][j] = max(longest[i+1][j], longest[i][j+1])
			}
		}
	}
	var out []int
	for i, j := 0, 0; i < n && j < m; {
		switch {
		case h.tokens[i].Fold == other.tokens[j].Fold && longest[i][j] == longest[i+1][j+1]+1:
			out = append(out, i)
			i++
			j++
		case longest[i][j+1] >= longest[i+1][j]:
			j++
		default:
			i++
		}
	}
	return out
}

// strayBytes is the length of a word that two unrelated headlines may share by chance: in, of, the, says.
const strayBytes = 4

// dropStrays gives up fixed runs of short words between two slots.
func (h headline) dropStrays(fixed []bool) {
	for i := 0; i < len(fixed); {
		if !fixed[i] {
			i++
			continue
		}
		j, long := i, false
		for ; j < len(fixed) && fixed[j]; j++ {
			long = long || len(h.tokens[j].Fold) > strayBytes || h.tokens[j].Kind == text.CJK
		}
		if i > 0 && j < len(fixed) && !long && j-i == 1 {
			for k := i; k < j; k++ {
				fixed[k] = false
			}
		}
		i = j
	}
}

// render writes the headline with a mark for each run of words that is not fixed.
func (h headline) render(fixed []bool) string {
	var b strings.Builder
	at := 0
	for i := 0; i < len(h.tokens); {
		if fixed[i] {
			i++
			continue
		}
		j := i
		for j < len(h.tokens) && !fixed[j] && !(j > i && h.parts(i, j)) {
			j++
		}
		b.WriteString(h.s[at:h.tokens[i].Pos])
		b.WriteString("{" + h.slotKind(i, j) + "}")
		last := h.tokens[j-1]
		at = last.Pos + len(last.Raw)
		if h.closes(h.tokens[i].Pos, at) {
			at++
		}
		if j == len(h.tokens) && !strings.ContainsAny(h.s[at:], ")]") {
			at = len(h.s) // a question mark or a quote of the first edition says nothing of the others
		}
		i = j
	}
	b.WriteString(h.s[at:])
	return b.String()
}

// closes reports whether a bracket that was opened in a slot is closed right after it.
func (h headline) closes(from, to int) bool {
	if to >= len(h.s) {
		return false
	}
	k := strings.IndexByte(">)]", h.s[to])
	return k >= 0 && strings.Count(h.s[from:to], "<(["[k:k+1]) > strings.Count(h.s[from:to], ">)]"[k:k+1])
}

// parts reports whether a colon or a bar ends a date or a number, so that what follows is another slot.
func (h headline) parts(from, at int) bool {
	last := h.tokens[at-1]
	if !strings.ContainsAny(h.s[last.Pos+len(last.Raw):h.tokens[at].Pos], ":|：｜") {
		return false
	}
	kind := h.slotKind(from, at)
	return kind == "date" || kind == "number"
}

// slotKind says what fills a slot, as far as the first edition tells.
func (h headline) slotKind(from, to int) string {
	numbers, dates, names := 0, 0, 0
	for i := from; i < to; i++ {
		t := &h.tokens[i]
		_, slot := slotValue(t)
		switch {
		case slot && (text.Weekday(t.Fold) || text.MonthOf(t.Fold) > 0):
			dates++
		case slot:
			numbers++
		case t.Upper && t.Kind == text.Word:
			names++
		}
	}
	switch n := to - from; {
	case dates > 0 && dates+numbers == n:
		return "date"
	case numbers == n:
		return "number"
	case names == n && n <= 3:
		return "name"
	}
	return "text"
}

// Values returns what a headline fills the slots of a pattern with, in order; nil where it does not fit the pattern.
func Values(pattern, title string) []string {
	var values []string
	h := read(title)
	at, next := 0, 0 // of the text and of the words that are left
	for open := false; ; {
		i := strings.IndexByte(pattern, '{')
		fixed := pattern
		if i >= 0 {
			fixed = pattern[:i]
		}
		words := read(fixed).tokens
		if open && i >= 0 && len(words) == 0 { // two slots with a mark between them
			mark := strings.TrimSpace(fixed)
			k := strings.Index(h.s[at:], mark)
			if mark == "" || k < 0 {
				return nil
			}
			values = append(values, trimValue(h.s[at:at+k]))
			at += k + len(mark)
			for next < len(h.tokens) && h.tokens[next].Pos < at {
				next++
			}
		} else {
			from := h.find(words, next, open, i < 0)
			if from < 0 {
				return nil
			}
			if open {
				end := len(h.s)
				if len(words) > 0 {
					end = h.tokens[from].Pos
				}
				values = append(values, trimValue(h.s[min(at, end):end]))
			}
			if next = from + len(words); len(words) > 0 {
				last := h.tokens[next-1]
				at = last.Pos + len(last.Raw)
			}
		}
		if i < 0 {
			return values
		}
		end := strings.IndexByte(pattern[i:], '}')
		if end < 0 {
			return nil
		}
		pattern, open = pattern[i+end+1:], true
	}
}

func trimValue(s string) string { return strings.Trim(s, " :;,|()[]–—-：，｜") }

// find returns where the words stand from the given place on: right there unless a slot is open before them, and the
// last ones where the pattern ends with them. Negative where they do not.
func (h headline) find(words []text.Token, from int, open, last bool) int {
	if len(words) == 0 {
		return from
	}
	fits := func(i int) bool {
		for k := range words {
			if h.tokens[i+k].Fold != words[k].Fold {
				return false
			}
		}
		return true
	}
	end := len(h.tokens) - len(words)
	if open && last {
		if end >= from && fits(end) {
			return end
		}
		return -1
	}
	for i := from; i <= end; i++ {
		if fits(i) {
			return i
		}
		if !open {
			break
		}
	}
	return -1
}

// FirstWords returns the first words of a text as they are written, for stories without a headline.
func FirstWords(body string, n int) string {
	const longest = 64 // bytes of a word, so that a text without spaces stays short too
	words := strings.Fields(strings.ToValidUTF8(body[:min(len(body), longest*n)], ""))
	return strings.Join(words[:min(len(words), n)], " ")
}
