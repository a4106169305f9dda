package text

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
)

// Undetermined is the language of a text that says too little about it.
const Undetermined = "und"

const (
	// languageTitle and languageBody bound how much of a story is looked at: function words settle a language within
	// a few dozen words, and a longer look costs time that ingest does not have.
	languageTitle = 300
	languageBody  = 700

	// languageEnough is the evidence that settles a language, in function words that no other language has;
	// languageMargin is how far the best must lead the second. On a headline alone, languageHeadline is enough, for
	// there is rarely more than one function word in it. Chosen on headlines in nine languages.
	languageEnough   = 2.0
	languageHeadline = 0.75
	languageMargin   = 1.4
)

// Language returns the primary BCP 47 subtag of a story's language in lower case. A declared language ("en-GB",
// "deu", "Deutsch") is believed unless the script of the text refutes it, as when a feed left at its default says
// English over Chinese. Undeclared, the script decides where it belongs to one language, else function words and
// letters of the first lines. Undetermined is returned where the evidence is thin, as for a headline of names only.
//
// The decision is the project's own rather than whatlanggo's, which costs milliseconds and breaks ties by map order, so
// that one text may get two languages on two days.
func Language(declared, title, body string) string {
	lang := languageSubtag(declared)
	script := languageScan(title, body)
	if lang != Undetermined && script.agrees(lang) {
		return lang
	}
	switch script.main() {
	case scriptHan, scriptKana:
		if script.letters[scriptKana]*20 >= script.letters[scriptHan] && script.letters[scriptKana] > 0 || script.shinjitai {
			return "ja"
		}
		return "zh"
	case scriptLatin, scriptCyrillic, scriptArabic, scriptDevanagari:
		return languageByWords(script.main(), title, body)
	case scriptNone:
		return lang
	default:
		return languageOfScript[script.main()]
	}
}

// languageSubtag normalises what feeds and pages declare.
func languageSubtag(declared string) string {
	declared = strings.TrimSpace(declared)
	if i := strings.IndexAny(declared, "-_,;"); i > 0 {
		declared = declared[:i]
	}
	switch s := strings.ToLower(declared); s {
	case "", "und", "mul", "mis", "zxx", "xx", "unknown", "none", "null":
		return Undetermined
	case "nb", "nn":
		return "no"
	case "cmn":
		return "zh"
	case "iw":
		return "he"
	case "in":
		return "id"
	default:
		if len(s) > 3 {
			return languageNamed(s)
		}
		base, err := language.ParseBase(s)
		if err != nil {
			return Undetermined
		}
		return base.String()
	}
}

// languageNamed reads the names that feeds write in place of a code.
func languageNamed(name string) string {
	switch name {
	case "english":
		return "en"
	case "german", "deutsch":
		return "de"
	case "french", "français", "francais":
		return "fr"
	case "spanish", "español", "espanol", "castellano":
		return "es"
	case "portuguese", "português", "portugues":
		return "pt"
	case "italian", "italiano":
		return "it"
	case "dutch", "nederlands":
		return "nl"
	case "russian", "русский":
		return "ru"
	case "arabic", "العربية":
		return "ar"
	case "chinese", "中文", "mandarin":
		return "zh"
	case "japanese", "日本語":
		return "ja"
	case "korean", "한국어":
		return "ko"
	}
	return Undetermined
}

// agrees reports whether a text in lang could be written like this.
func (s *scripts) agrees(lang string) bool {
	main := s.main()
	switch lang {
	case "ja":
		return main != scriptHangul && main != scriptCyrillic && main != scriptArabic
	case "zh", "yue", "wuu":
		return main == scriptHan || main == scriptNone || main == scriptLatin && s.letters[scriptHan] > 0
	case "en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "no", "fi", "pl", "cs", "hu", "ro", "tr", "id", "vi":
		return main == scriptLatin || main == scriptNone
	case "ru", "uk", "be", "bg", "mk":
		return main == scriptCyrillic || main == scriptNone
	}
	return true
}

// languageProfiles is the parsed word list: which languages a function word or a letter speaks for.
type languageProfiles struct {
	tags    []string // language of each index
	script  []int    // its script
	words   map[string][]languageVote
	letters map[rune][]languageVote
}

// languageVote is how much one word or letter speaks for a language: the votes of a word sum to 1.
type languageVote struct {
	index  uint16
	weight float64
}

// languageCommon is how much more often a text that could be in either is in one of the languages most news is in.
const languageCommon = 2

//go:embed lists/languages.txt
var languageList string

// languageTable parses the list once; it is immutable afterwards.
var languageTable = sync.OnceValue(func() *languageProfiles {
	p := &languageProfiles{words: make(map[string][]languageVote), letters: make(map[rune][]languageVote)}
	index := make(map[string]uint16)
	common := make(map[string]bool)
	for line := range strings.Lines(languageList) {
		tag, words, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok || strings.HasPrefix(tag, "#") {
			continue
		}
		fields := strings.Fields(words)
		switch tag {
		case "common":
			for _, f := range fields {
				common[f] = true
			}
			continue
		case "letters":
			for _, f := range fields[1:] {
				r, _ := utf8.DecodeRuneInString(f)
				p.letters[r] = append(p.letters[r], languageVote{index[fields[0]], 1})
			}
			continue
		}
		i := uint16(len(p.tags))
		index[tag] = i
		first, _ := utf8.DecodeRuneInString(fields[0])
		p.tags = append(p.tags, tag)
		p.script = append(p.script, scriptOf(first))
		for rank, f := range fields {
			if l := p.words[f]; len(l) > 0 && l[len(l)-1].index == i {
				continue
			}
			// Function words follow Zipf's law well enough for their rank to stand for their frequency.
			w := 1 / float64(4+rank)
			if common[tag] {
				w *= languageCommon
			}
			p.words[f] = append(p.words[f], languageVote{i, w})
		}
	}
	for _, l := range p.words {
		languageNormalise(l, 1)
	}
	for _, l := range p.letters {
		languageNormalise(l, .7)
	}
	return p
})

func languageNormalise(votes []languageVote, sum float64) {
	total := 0.0
	for _, v := range votes {
		total += v.weight
	}
	for i := range votes {
		votes[i].weight *= sum / total
	}
}

// languageByWords decides between the languages of one script.
func languageByWords(script int, title, body string) string {
	p := languageTable()
	var buf [64]float64
	scores := buf[:len(p.tags)]
	p.score(scores, languagePrefix(title, languageTitle))
	enough := languageHeadline
	if len(body) > len(title) && len(body) > 120 {
		enough = languageEnough
	}
	p.score(scores, languagePrefix(body, languageBody))
	best, second := -1, 0.0
	for i, s := range scores {
		if p.script[i] != script {
			continue
		}
		if best < 0 || s > scores[best] {
			if best >= 0 {
				second = max(second, scores[best])
			}
			best = i
		} else {
			second = max(second, s)
		}
	}
	if best < 0 || scores[best] < enough || scores[best] < languageMargin*second {
		return Undetermined
	}
	return p.tags[best]
}

// score adds the evidence of a text.
func (p *languageProfiles) score(scores []float64, text string) {
	var buf [48]byte
	word := buf[:0]
	flush := func() {
		if len(word) > 0 {
			for _, v := range p.words[string(word)] {
				scores[v.index] += v.weight
			}
		}
		word = word[:0]
	}
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case c >= 'a' && c <= 'z' || c == '\'' && len(word) > 0:
			case c >= 'A' && c <= 'Z':
				c |= 0x20
			default:
				if c == '.' && len(word) == 1 {
					word = word[:0] // "U.S." holds no Croatian "u"
				}
				flush()
				continue
			}
			if len(word) < cap(word) {
				word = append(word, c)
			}
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		if r == '\u2019' {
			r = '\''
		} else if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			flush()
			continue
		}
		r = unicode.ToLower(r)
		for _, v := range p.letters[r] {
			scores[v.index] += v.weight
		}
		if len(word)+utf8.RuneLen(r) <= cap(word) {
			word = utf8.AppendRune(word, r)
		}
	}
	flush()
}

// languagePrefix cuts s to at most n bytes at a character boundary.
func languagePrefix(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
