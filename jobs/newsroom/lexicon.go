package newsroom

import "strings"

// lexicon is all that the prose of one language is made of. Words are listed most frequent first and drawn by Zipf's
// law; behind the ordinary ones come coined ones, so that the vocabulary has the long tail of real text.
type lexicon struct {
	lang    string
	nouns   []string // with the article where the language would need its gender
	verbs   []string
	adverbs []string
	kinds   [][]string // by kind: the head noun, then words that go with it
	beats   [][]string // by beat: the same
	plain   int        // nouns before the coined ones
	rank    *zipf      // over nouns

	leads, bodies, quotes  []template
	openers                []template // may stand before a body, which begins in lower case for that
	headlines, followups   []template // of a founding event, of a later beat
	roundup, live          []template // headlines
	dateline               template   // of a wire's report
	updated                template   // the sentence that a later version adds
	local                  template   // the sentence that an editor adds to a copy
	fusions                []fusion   // what an article or preposition does before certain words
	fusing                 [256]bool  // by first byte of the word: whether a fusion may begin with it
	stop                   string     // what ends a sentence and leads to the next
	join                   string     // what stands between given name and surname
	months, weekdays       []string
	orgs, papers, agencies []frame // around a place
	footers, credits       []frame // around the name of an outlet
	byline                 frame   // around an author
	seriesTitles, seriesIn []template
	subjects               []string
	seriesTail             []string
}

// The lists are parallel: kinds of founding events and beats of what follows, the same in every language.
const (
	kinds = 20
	beats = 7
)

// tongues is the raw text of the lexicons: word lists separated by spaces (an underscore stands for a space inside a
// word), templates and kinds by lines.
type tongue struct {
	lang                             string
	nouns, verbs, adverbs            string
	onsets, nuclei, endings          string // coined nouns
	coined                           int
	kinds, beats                     string
	leads, openers, bodies, quotes   string
	headlines, followups             string
	roundup, live                    string
	dateline, updated, local         string
	stop, join                       string
	months, weekdays                 string
	orgs, papers, agencies           string
	footers, credits, byline         string
	subjects, seriesTitles, seriesIn string
	fusions                          string // "last+next=both"
	seriesT                          string
}

// newLexicon builds the lexicon of a language. The coined words depend on the language alone, not on the seed of a
// newsroom: two newsrooms of one language share their vocabulary as two newspapers do.
func newLexicon(t *tongue) *lexicon {
	l := &lexicon{
		lang: t.lang, nouns: words(t.nouns), verbs: words(t.verbs), adverbs: words(t.adverbs),
		kinds: lists(t.kinds), beats: lists(t.beats),
		leads: templates(t.leads), openers: templates(t.openers), bodies: templates(t.bodies), quotes: templates(t.quotes),
		headlines: templates(t.headlines), followups: templates(t.followups),
		roundup: templates(t.roundup), live: templates(t.live),
		dateline: parse(t.dateline), updated: parse(t.updated), local: parse(t.local),
		fusions: fusionsOf(t.fusions), stop: t.stop, join: t.join, months: words(t.months), weekdays: words(t.weekdays),
		orgs: frames(t.orgs), papers: frames(t.papers), agencies: frames(t.agencies),
		footers: frames(t.footers), credits: frames(t.credits),
		byline: frameOf(t.byline), subjects: words(t.subjects),
		seriesTitles: templates(t.seriesTitles), seriesIn: templates(t.seriesIn),
		seriesTail: lines(t.seriesT),
	}
	for _, f := range l.fusions {
		l.fusing[f.next[0]] = true
	}
	l.coin(t)
	l.rank = newZipf(len(l.nouns), 4)
	return l
}

// coin appends words that no dictionary has, each once.
func (l *lexicon) coin(t *tongue) {
	l.plain = len(l.nouns)
	onsets, nuclei, endings := words(t.onsets), words(t.nuclei), words(t.endings)
	r := newRNG(hashOf(t.lang), 1)
	seen := make(map[string]bool, t.coined)
	var b strings.Builder
	for len(seen) < t.coined {
		b.Reset()
		for range 1 + r.below(2) {
			b.WriteString(onsets[r.below(len(onsets))])
			b.WriteString(nuclei[r.below(len(nuclei))])
		}
		ending := endings[r.below(len(endings))]
		word := b.String() + ending
		// An ending of the form "die:ung" puts the article in front of the word.
		if article, tail, ok := strings.Cut(ending, ":"); ok {
			word = article + " " + upperFirst(b.String(), t.lang == "de") + tail
		}
		if !seen[word] {
			seen[word] = true
			l.nouns = append(l.nouns, word)
		}
	}
}

func words(s string) []string {
	out := strings.Fields(s)
	for i := range out {
		out[i] = strings.ReplaceAll(out[i], "_", " ")
	}
	return out
}

func lines(s string) []string {
	var out []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func lists(s string) [][]string {
	var out [][]string
	for _, line := range lines(s) {
		out = append(out, words(line))
	}
	return out
}

func templates(s string) []template {
	var out []template
	for _, line := range lines(s) {
		out = append(out, parse(line))
	}
	return out
}

// frame is a phrase around one name, written with %s in its place.
type frame struct{ before, after string }

func frameOf(s string) frame {
	before, after, _ := strings.Cut(s, "%s")
	return frame{before, after}
}

func (f frame) around(s string) string { return f.before + s + f.after }

func frames(s string) []frame {
	var out []frame
	for _, line := range lines(s) {
		out = append(out, frameOf(line))
	}
	return out
}

// fusion says that last before next becomes both: "de " before "le " becomes "du ".
type fusion struct {
	last       []byte
	next, both string
}

func fusionsOf(s string) []fusion {
	var out []fusion
	for _, field := range words(s) {
		last, rest, _ := strings.Cut(field, "+")
		next, both, _ := strings.Cut(rest, "=")
		out = append(out, fusion{[]byte(last), next, both})
	}
	return out
}
