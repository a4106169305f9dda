package digest

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/samestory/samestory/cluster/text"
)

// Beat is what one event adds to its thread.
type Beat struct {
	Event   string
	Names   []string // that no earlier event has, best first
	Figures []Said   // likewise, those in headlines first
	Terms   []string // words of headlines and leads that no earlier event has, as written
	Quotes  []Quote
}

// Said is a figure as a story writes it.
type Said struct {
	Text  string // with its qualifier and what it counts
	Story string
}

// Quote is a quotation with who said it.
type Quote struct {
	Text    string
	Speaker string
	Story   string
}

// What a beat shows at most: enough for two lines.
const (
	beatNames   = 5
	beatFigures = 5
	beatTerms   = 6
	beatQuotes  = 1
	// termBytes is how much of a lead is read for words.
	termBytes = 500
	// termCommon is the share of articles from which on a word is too common to be news.
	termCommon = .04
	// quoteMost is the longest quotation that is shown, in bytes.
	quoteMost = 240
)

type novelty struct {
	names   map[string]bool // folded words of names
	figures map[matterValue]bool
	terms   map[string]bool
	quotes  map[string]bool
	langs   map[string]bool // in which there was a text
}

func beats(events []*Event, passages []passage, tables func(string) *text.Background) []Beat {
	n := novelty{names: map[string]bool{}, figures: map[matterValue]bool{}, terms: map[string]bool{}, quotes: map[string]bool{}, langs: map[string]bool{}}
	out := make([]Beat, len(events))
	for i, from := 0, 0; i < len(events); i++ {
		to := from
		for to < len(passages) && passages[to].event == i {
			to++
		}
		out[i] = n.beat(events[i], passages[from:to], tables)
		from = to
	}
	return out
}

func (n *novelty) beat(e *Event, passages []passage, tables func(string) *text.Background) Beat {
	b := Beat{Event: e.ID, Figures: n.newFigures(passages)}
	var tally text.NameTally
	for i := range passages {
		p := &passages[i]
		tally.Add(p.Title, p.Text, p.Lang, p.Source, tables(p.Lang))
	}
	all := tally.Top(maxInt)
	for _, name := range all {
		if n.newName(name) && len(b.Names) < beatNames {
			b.Names = append(b.Names, name)
		}
	}
	inNames := map[string]bool{}
	for _, name := range all {
		for _, w := range folds(name) {
			inNames[w], n.names[w] = true, true
		}
	}
	b.Terms = n.newTerms(passages, inNames, tables)
	b.Quotes = n.newQuotes(passages, tables)
	return b
}

const maxInt = int(^uint(0) >> 1)

// newName reports whether a name has a word that no earlier name had.
func (n *novelty) newName(name string) bool {
	return slices.ContainsFunc(folds(name), func(w string) bool { return !n.names[w] })
}

func folds(s string) []string {
	var out []string
	for _, t := range text.AppendTokens(nil, s) {
		out = append(out, t.Fold)
	}
	return out
}

func (n *novelty) newFigures(passages []passage) []Said {
	type found struct {
		said   Said
		key    matterValue
		title  bool
		people bool
		times  int
		order  int
	}
	byKey := map[matterValue]*found{}
	var list []*found
	note := func(p *passage, s string, figures []text.Figure, title bool) {
		for i := range figures {
			f := &figures[i]
			if f.Aside || plainThing(f) {
				continue
			}
			k := matterValue{matterOf(f), f.Value, f.Most}
			if n.figures[k] {
				continue
			}
			if was := byKey[k]; was != nil {
				was.times++
				was.title = was.title || title
				continue
			}
			x := &found{Said{squeeze(s[f.From:f.To]), p.ID}, k, title, f.What != "" || f.Of != "" && f.Kind != text.Count, 1, len(list)}
			byKey[k] = x
			list = append(list, x)
		}
	}
	for i := range passages {
		note(&passages[i], passages[i].Title, passages[i].title, true)
		note(&passages[i], passages[i].lead, passages[i].figures, false)
	}
	slices.SortFunc(list, func(a, b *found) int {
		return cmp.Or(-compareBool(a.title, b.title), -compareBool(a.people, b.people), cmp.Compare(b.times, a.times), cmp.Compare(a.order, b.order))
	})
	var out []Said
	shown := map[string]bool{}
	for _, x := range list {
		n.figures[x.key] = true
		if low := strings.ToLower(x.said.Text); len(out) < beatFigures && !shown[low] {
			shown[low] = true
			out = append(out, x.said)
		}
	}
	return out
}

// plainThing reports whether a figure is too small to be news without a word that says what it is for.
func plainThing(f *text.Figure) bool {
	switch f.Kind {
	case text.Count:
		return f.What == "" && f.Value < thingsLeast
	case text.Money:
		return f.Of == "" && f.Value < 1000
	case text.Measure:
		return f.What != "magnitude" && f.Value < thingsLeast
	}
	return false
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// squeeze makes one line of a passage.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

func (n *novelty) newTerms(passages []passage, names map[string]bool, tables func(string) *text.Background) []string {
	type found struct {
		word  string
		stem  string
		texts int
		title bool
		share float64
		order int
		last  int
	}
	byStem := map[string]*found{}
	var list []*found
	seen := map[string]bool{}
	note := func(at int, p *passage, s string, title bool) {
		table := tables(p.Lang)
		for _, t := range text.AppendTokens(nil, s) {
			if t.Kind != text.Word || utf8.RuneCountInString(t.Fold) < 4 || t.Upper && p.Lang != "de" && !title || names[t.Fold] ||
				n.names[t.Fold] || text.FunctionWord(t.Fold, p.Lang) || text.CountingWord(t.Fold, p.Lang) {
				continue
			}
			stem := text.Stem(t.Fold, p.Lang)
			seen[stem] = true
			if n.terms[stem] {
				continue
			}
			x := byStem[stem]
			if x == nil {
				share := 0.0
				if table != nil {
					share = table.Share(text.TermOf(stem))
				}
				if share > termCommon || t.Upper && table != nil && table.Counted() && properNoun(table, stem) {
					continue
				}
				x = &found{word: t.Raw, stem: stem, share: share, order: len(list), last: -1}
				if t.Upper && p.Lang != "de" {
					x.word = t.Fold
				}
				byStem[stem] = x
				list = append(list, x)
			}
			x.title = x.title || title
			if x.last != at {
				x.texts, x.last = x.texts+1, at
			}
		}
	}
	lang := mainLanguage(passages)
	for i := range passages {
		if passages[i].Lang != lang {
			continue
		}
		note(i, &passages[i], passages[i].Title, true)
		note(i, &passages[i], cut(passages[i].lead, termBytes), false)
	}
	list = slices.DeleteFunc(list, func(x *found) bool { return !x.title && 2*x.texts <= len(passages) })
	slices.SortFunc(list, func(a, b *found) int {
		return cmp.Or(cmp.Compare(b.texts, a.texts), -compareBool(a.title, b.title), cmp.Compare(a.share, b.share), cmp.Compare(a.order, b.order))
	})
	maps.Copy(n.terms, seen)
	// The first text in another language has all its words for the first time, and they say nothing new.
	if len(n.langs) > 0 && !n.langs[lang] {
		list = nil
	}
	n.langs[lang] = true
	var out []string
	for _, x := range list[:min(len(list), beatTerms)] {
		out = append(out, x.word)
	}
	return out
}

// mainLanguage is that of most passages.
func mainLanguage(passages []passage) string {
	counts := map[string]int{}
	best := ""
	for i := range passages {
		l := passages[i].Lang
		counts[l]++
		if best == "" || counts[l] > counts[best] {
			best = l
		}
	}
	return best
}

// properNoun reports whether a word is written with a capital nearly always.
func properNoun(table *text.Background, stem string) bool {
	share, uses := table.Capital(text.TermOf(stem))
	return uses >= 4 && share >= .8
}

func (n *novelty) newQuotes(passages []passage, tables func(string) *text.Background) []Quote {
	var out []Quote
	for i := range passages {
		p := &passages[i]
		if !strings.ContainsAny(p.lead, "“\"„«「『") {
			continue
		}
		tokens := text.AppendTokens(nil, p.lead)
		names := text.AppendNames(nil, tokens, text.NameContext{Text: p.lead, Lang: p.Lang, Table: tables(p.Lang)})
		for _, q := range text.AppendQuotes(nil, p.lead, names) {
			key := strings.Join(folds(q.Text), " ")
			if q.Speaker == "" || len(q.Text) > quoteMost || n.quotes[key] {
				continue
			}
			n.quotes[key] = true
			if len(out) < beatQuotes {
				out = append(out, Quote{Text: squeeze(q.Text), Speaker: q.Speaker, Story: p.ID})
			}
		}
	}
	return out
}
