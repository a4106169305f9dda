package text

import (
	"strings"
	"unicode/utf8"
)

const (
	// countReach is how many words may stand between a number and the word that says what it counts.
	countReach = 7
	// countUnknown is how many of them may be words that the list does not know.
	countUnknown = 2
	// asideReach is how many words a bracketed remark between the two may have: "three people, including a child, died".
	asideReach = 12
	// tollReach is how many words lie between "death toll" and its number at most.
	tollReach = 8
)

// counted finds what a plain number counts.
func (f *figureFinder) counted(n *numberSpan, fig *Figure) bool {
	fig.Kind = Count
	if f.countAfter(n, fig) || f.countBefore(n, fig) || f.countToll(n, fig) {
		return true
	}
	return f.countThings(n, fig)
}

// article1 is "ein Toter", "un muerto": an article is a number only directly in front of such a word.
func (f *figureFinder) article1(n *numberSpan, fig *Figure) bool {
	next := f.near(n.to, n.from)
	if next == nil || next.gap != " " || f.Lang == "en" {
		return false
	}
	key, ok := next.key("after")
	if !ok || f.Lang == "de" && !next.upper {
		return false
	}
	if after := f.near(n.to+1, n.from); after != nil && f.Lang != "de" && !closes(after) {
		return false // "un mort" and no "une blessée grave", "un herido leve": those stay, but not "un muerto viviente"
	}
	fig.Kind, fig.What, fig.To = Count, key, next.end
	return true
}

func closes(it *anchorItem) bool {
	return strings.ContainsAny(it.gap, ",.;:") || it.has("aux") || len(it.fold) <= 3
}

// countAfter looks for the word behind the number.
func (f *figureFinder) countAfter(n *numberSpan, fig *Figure) bool {
	unknown, of, severe, more, skipped := 0, "", false, false, false
	k := n.to
	for range countReach {
		it := f.near(k, n.from)
		if it == nil || it.digits || it.code {
			return false
		}
		if strings.ContainsAny(it.gap, ".;:!?()\"“”«»\n–—") {
			return false
		}
		if strings.Contains(it.gap, ",") {
			if k == n.to || skipped {
				return false
			}
			to, ok := f.afterAside(k)
			if !ok {
				return false
			}
			k, skipped = to, true
			if it = f.near(k, n.from); it == nil || !it.has("aux") && !it.has("passive") {
				return false
			}
		}
		if key, ok := it.key("after"); ok && !f.object(k, it) {
			return f.found(fig, key, of, severe, more, it)
		}
		if key, ok := it.key("passive"); ok && !it.has("aux") {
			if !f.passive(k, n) {
				return false
			}
			return f.found(fig, key, of, severe, more, it)
		}
		switch {
		case it.isNumber:
			return false
		case it.has("severe"):
			severe = true
		case it.has("more") && k > n.to-1 && (f.Lang == "en" || k == n.to):
			more = more || !it.has("person")
		case it.has("person"), it.has("aux"):
		case it.has("before"), it.has("label"), it.has("under"), it.has("time"), FunctionWord(it.fold, f.Lang):
			return false
		default:
			if unknown++; unknown > countUnknown {
				return false
			}
			if f.Lang != "en" || !strings.HasSuffix(it.fold, "ly") {
				of = f.noun(it, of)
			}
		}
		k++
	}
	return false
}

// noun keeps the word that says who they are: the last one before the figure word in English and German, the first in
// languages whose adjectives follow.
func (f *figureFinder) noun(it *anchorItem, of string) string {
	switch {
	case utf8.RuneCountInString(it.fold) < 3:
		return of // the "al" of a name
	case f.Lang == "en":
	case f.Lang == "de":
		if !it.upper {
			return of
		}
	default:
		if of != "" {
			return of
		}
	}
	return Stem(it.fold, f.Lang)
}

func (f *figureFinder) found(fig *Figure, key, of string, severe, more bool, it *anchorItem) bool {
	fig.What, fig.Of, fig.To = key, of, it.end
	if severe {
		fig.Of = "severe"
	}
	if more {
		fig.Bound = Further
	}
	return true
}

// object reports whether a word that is also a verb has another number for its object: "two gunmen shot dead 11".
func (f *figureFinder) object(k int, it *anchorItem) bool {
	next := f.near(k+1, k)
	if next == nil || next.gap != " " {
		return false
	}
	return (next.digits || next.isNumber) && (it.has("before") || f.Lang == "en")
}

// passive reports whether an English participle is one: behind an auxiliary, or with no object behind it.
func (f *figureFinder) passive(k int, n *numberSpan) bool {
	if k > n.to {
		if prev := &f.items[k-1]; prev.has("aux") && prev.fold != "of" && prev.fold != "shot" && prev.fold != "so" && prev.fold != "has" && prev.fold != "have" && prev.fold != "had" {
			return true
		}
	}
	next := f.near(k+1, k)
	if next == nil || strings.ContainsAny(next.gap, ",.;:!?()\"”—–") {
		return true
	}
	switch next.fold {
	case "a", "an", "the", "his", "her", "their", "its", "him", "them", "himself", "this", "that", "one", "more", "at":
		return next.fold == "at" && !f.leastFollows(k+2)
	}
	if next.digits || next.isNumber {
		return false
	}
	return FunctionWord(next.fold, f.Lang) || next.has("time") || next.has("to")
}

func (f *figureFinder) leastFollows(k int) bool { return k < len(f.items) && f.items[k].has("least") }

// afterAside jumps over a remark between commas that begins at item k.
func (f *figureFinder) afterAside(k int) (int, bool) {
	if f.items[k].fold != "including" && f.items[k].fold != "among" && f.items[k].fold != "darunter" && f.items[k].fold != "dont" && f.items[k].fold != "entre" && f.items[k].fold != "incluidos" && f.items[k].fold != "incluindo" && f.items[k].fold != "most" && f.items[k].fold != "all" && f.items[k].fold != "some" {
		return 0, false
	}
	for j := k + 1; j < k+asideReach; j++ {
		it := f.near(j, k)
		if it == nil || strings.ContainsAny(it.gap, ";:()\"") {
			return 0, false
		}
		if strings.Contains(it.gap, ",") {
			return j, true
		}
	}
	return 0, false
}

// countBefore looks for the word in front of the number: "killing at least 11".
func (f *figureFinder) countBefore(n *numberSpan, fig *Figure) bool {
	verb := f.near(n.at, n.from)
	if verb == nil || strings.ContainsAny(f.items[n.at+1].gap, ",.;:()\"–—-") {
		return false
	}
	key, ok := verb.key("before")
	if !ok {
		return false
	}
	if prev := f.near(n.at-1, n.from); prev != nil && f.Lang == "en" && (prev.fold == "to" || prev.fold == "not" || prev.fold == "who") && prev.gap == " " && prev.fold != "who" {
		fig.Aside = true
	}
	of := ""
	for k := n.to; k < n.to+3; k++ {
		it := f.near(k, n.from)
		if it == nil || it.gap != " " || it.digits || it.has("aux") || FunctionWord(it.fold, f.Lang) && !it.has("person") {
			break
		}
		if it.has("person") {
			fig.To = it.end
			break
		}
		if it.has("more") {
			fig.Bound, fig.To = Further, it.end
			continue
		}
		if it.has("currency") || it.has("unit") || it.has("time") {
			return false
		}
		if k > n.to && f.Lang != "en" {
			break
		}
		of, fig.To = f.noun(it, of), it.end
	}
	fig.What, fig.Of, fig.From = key, of, verb.pos
	return true
}

// countToll reads "the death toll has risen to 14" and "the number of injured rose to 30".
func (f *figureFinder) countToll(n *numberSpan, fig *Figure) bool {
	to := f.near(n.at, n.from)
	if to == nil || !to.has("to") && !to.has("toll") {
		return false
	}
	key := ""
	for k := n.at; k > n.at-tollReach; k-- {
		it := f.near(k, n.from)
		if it == nil || strings.ContainsAny(f.items[k+1].gap, ";()") {
			return false
		}
		if what, ok := it.key("toll"); ok {
			if prev := f.near(k-1, k); prev != nil && prev.fold == "injury" {
				what = "injured"
			}
			fig.What, fig.From = what, it.pos
			return true
		}
		if what, ok := it.key("after"); ok && key == "" {
			key = what
		} else if what, ok := it.key("passive"); ok && key == "" {
			key = what
		}
		if it.has("many") && key != "" {
			fig.What, fig.From = key, it.pos
			return true
		}
	}
	return false
}

// countThings is a number with the noun behind it, for things that the list has no key for.
func (f *figureFinder) countThings(n *numberSpan, fig *Figure) bool {
	if n.value < 2 {
		return false
	}
	of := ""
	for k := n.to; k < n.to+3; k++ {
		it := f.near(k, n.from)
		if it == nil || it.gap != " " && it.gap != "\u00a0" || it.digits || it.code || it.word != nil && !it.has("thing") && !it.has("person") ||
			FunctionWord(it.fold, f.Lang) || utf8.RuneCountInString(it.fold) < 3 || it.upper != (f.Lang == "de") {
			break
		}
		if it.has("person") {
			fig.Of, fig.To = "", it.end
			return true
		}
		of, fig.To = f.noun(it, of), it.end
		if plural(it.fold, f.Lang) {
			fig.Of = of
			return true
		}
		if f.Lang != "en" {
			break // an adjective or a verb behind the noun
		}
		of = ""
	}
	fig.Of = of
	return fig.To > fig.End && (f.Lang != "en" || of != "")
}

// plural reports whether a word looks like a noun in the plural, where the language shows it.
func plural(fold, lang string) bool {
	return lang == "en" && strings.HasSuffix(fold, "s") && !strings.HasSuffix(fold, "ss") || lang == "de"
}
