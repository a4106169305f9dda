package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// numberSpan is a number with where it stands.
type numberSpan struct {
	from, to int // items
	value    float64
	most     float64 // of a range
	digits   bool
	article  bool // "a", "ein", "un": a number only in front of a word that is counted
	bound    Bound
	pos      int // of the number with its qualifier
	at       int // item in front of the qualifier
}

// number reads the number that begins at item i.
func (f *figureFinder) number(i int) (numberSpan, bool) {
	n := numberSpan{from: i, to: i, at: i - 1, pos: f.items[i].pos}
	parts := sum{lang: f.Lang}
	for n.to < len(f.items) && (n.to == i || f.items[n.to].sentence == f.items[i].sentence) {
		it := &f.items[n.to]
		if n.to > i && !f.sameNumber(it) {
			break
		}
		if it.digits {
			w := numberWord{value: it.value}
			if it.multiple > 0 {
				w.value *= it.multiple
			}
			if !parts.add(w, true) {
				break
			}
			n.digits = true
			n.to++
			continue
		}
		w, ok := it.number, it.isNumber
		if !ok || it.code {
			if n.to > i && f.conjunction(n.to) {
				n.to++
				continue
			}
			break
		}
		if !parts.add(w, false) {
			break
		}
		n.to++
	}
	for n.to > i && n.to > n.from && f.conjunctionWord(&f.items[n.to-1]) {
		n.to-- // an "and" that joins something else
	}
	if n.to == i {
		if _, ok := f.article(i); !ok {
			return n, false
		}
		n.to, n.value, n.most, n.article = i+1, 1, 1, true
	} else {
		n.value = parts.value()
		n.most = n.value
	}
	f.extendRange(&n)
	f.qualify(&n)
	return n, true
}

func (f *figureFinder) article(i int) (string, bool) { return f.items[i].key("one") }

// sameNumber reports whether what stands before an item lets it continue a number.
func (f *figureFinder) sameNumber(it *anchorItem) bool {
	switch it.gap {
	case " ", "-", "\u00a0", "\u202f", ". ", "\n":
		return it.gap != ". " || f.Lang == "ru" || f.Lang == "de" // тыс. человек
	}
	return false
}

func (f *figureFinder) conjunctionWord(it *anchorItem) bool {
	switch it.fold {
	case "and":
		return f.Lang == "en"
	case "et":
		return f.Lang == "fr"
	case "y":
		return f.Lang == "es"
	case "e":
		return f.Lang == "pt"
	}
	return false
}

// conjunction reports whether item i is an "and" inside a number of words: something that can follow comes next.
func (f *figureFinder) conjunction(i int) bool {
	if !f.conjunctionWord(&f.items[i]) || i+1 >= len(f.items) || f.items[i-1].digits || f.items[i+1].gap != " " {
		return false
	}
	before, w := f.items[i-1].number, f.items[i+1].number
	if !f.items[i-1].isNumber || before.value < 20 {
		return false
	}
	return f.items[i+1].isNumber && !w.multiple && w.value < 100 && (before.value >= 100 || w.value < 20)
}

// extendRange reads "10-15" and "10 to 15".
func (f *figureFinder) extendRange(n *numberSpan) {
	next := f.near(n.to, n.from)
	if next == nil || !n.digits {
		return
	}
	k := n.to
	if !next.digits {
		if !next.has("to") || k+1 >= len(f.items) || !f.items[k+1].digits || next.gap != " " || f.items[k+1].gap != " " || f.Lang != "en" || next.fold != "to" {
			return
		}
		if prev := f.near(n.from-1, n.from); prev != nil && prev.has("from") {
			return // "rose from 11 to 14"
		}
		k++
	} else if next.gap != "-" && next.gap != "–" && next.gap != "—" {
		return
	}
	top := f.items[k].value
	if f.items[k].multiple > 0 {
		top *= f.items[k].multiple
	}
	if top <= n.value {
		return
	}
	n.most, n.to = top, k+1
}

// qualify reads "at least", "more than", "about" in front of a number.
func (f *figureFinder) qualify(n *numberSpan) {
	k := n.from - 1
	glued := false
	for range 3 {
		it := f.near(k, n.from)
		if it == nil || strings.ContainsAny(f.items[k+1].gap, ",.;:()\"") {
			return
		}
		bound, found := Exact, true
		switch {
		case it.has("least"):
			bound = AtLeast
		case it.has("over") && (glued || !it.has("more") && !it.has("most")):
			bound = AtLeast
		case it.has("under") && (glued || it.fold == "under" || it.fold == "below" || it.fold == "unter"), it.has("most") && (glued || f.Lang != "fr"):
			bound = AtMost
		case it.has("more") && !glued:
			bound = Further
		case it.has("about"):
			bound = About
		default:
			found = false
		}
		if found {
			n.bound, n.pos, n.at = bound, it.pos, k-1
			if it.fold == "least" || it.fold == "most" || it.fold == "moins" || it.fold == "menos" || it.fold == "الأقل" {
				if prev := f.near(k-1, n.from); prev != nil && qualifierGlue(prev.fold) {
					n.pos, n.at = prev.pos, k-2
				}
			}
			return
		}
		if !qualifierGlue(it.fold) {
			return
		}
		glued = true
		k--
	}
}

func qualifierGlue(fold string) bool {
	switch fold {
	case "at", "up", "to", "than", "as", "many", "de", "que", "als", "zu", "al", "au", "a", "pelo", "por", "lo", "من", "على", "ما", "do", "d":
		return true
	}
	return false
}

// plain reports whether a number can be a count at all.
func (f *figureFinder) plain(n *numberSpan) bool {
	first, last := &f.items[n.from], &f.items[n.to-1]
	before, after := first.gap, ""
	if n.to < len(f.items) {
		after = f.items[n.to].gap
	} else {
		after = f.s[last.end:]
	}
	prev, next := f.near(n.from-1, n.from), f.near(n.to, n.from)
	b, _ := utf8.DecodeLastRuneInString(before)
	a, size := utf8.DecodeRuneInString(after)
	beyond, _ := utf8.DecodeRuneInString(f.s[min(len(f.s), last.end+size):])
	if before != "" && strings.ContainsRune("-–#§№/:.'’+$€£@_=&", b) && (b != ':' && b != '.' || prev != nil && before == string(b)) {
		return false
	}
	if strings.ContainsRune("/:°'’_=@", a) && !unicode.IsSpace(beyond) || strings.ContainsRune("-–", a) && !unicode.IsSpace(beyond) {
		return false
	}
	if strings.HasSuffix(before, "(") && strings.HasPrefix(after, ")") {
		return false // an age
	}
	if prev != nil && (prev.has("label") && n.value < 10000 && n.at == n.from-1 || prev.code || f.month(prev) && n.value <= 31) {
		return false
	}
	if next != nil {
		if f.month(next) || next.has("time") || next.code || next.digits && after != " " {
			return false
		}
		if next.fold == "de" && n.value <= 31 && n.to+1 < len(f.items) && f.month(&f.items[n.to+1]) {
			return false
		}
		if strings.HasPrefix(after, ". ") && f.Lang == "de" && n.digits {
			return false
		}
	}
	if first.fold == "one" && prev != nil {
		switch prev.fold {
		case "no", "any", "every", "each", "this", "that", "the", "which", "some":
			return false
		}
	}
	if n.to-n.from == 1 && f.isYear(first) && (next == nil || !next.has("person")) {
		return false
	}
	return n.value == float64(int64(n.value)) && n.value > 0 && n.value < 1e12
}

func (f *figureFinder) month(it *anchorItem) bool {
	return it.upper && MonthOf(f.s[it.pos:it.end]) > 0 || it.has("time") && (f.Lang == "ru" || f.Lang == "ar") || !it.upper && f.Lang != "en" && f.Lang != "de" && len(it.fold) > 3 && MonthOf(it.fold) > 0
}

// figure says what a number is.
func (f *figureFinder) figure(n *numberSpan) (Figure, bool) {
	fig := Figure{
		Value: n.value, Most: n.most, Bound: n.bound, Pos: n.pos, End: f.items[n.to-1].end, To: f.items[n.to-1].end,
		Aside: f.aside[f.items[n.from].sentence],
	}
	if !n.article {
		if f.money(n, &fig) || f.percent(n, &fig) || f.measure(n, &fig) {
			fig.From = fig.Pos
			return fig, true
		}
	}
	fig.Pos, fig.End, fig.To = n.pos, f.items[n.to-1].end, f.items[n.to-1].end
	fig.From = fig.Pos
	if f.items[n.to-1].multiple > 0 || !f.plain(n) {
		return fig, false
	}
	if n.article {
		return fig, f.article1(n, &fig)
	}
	return fig, f.counted(n, &fig)
}
