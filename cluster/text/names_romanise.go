package text

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// romanTables holds what maps other scripts to Latin; built once, immutable afterwards.
type romanTables struct {
	cities map[string]string // any script to the romanised name
	heads  map[rune]int      // first character of a city in a script without word boundaries: its longest form in bytes
	pinyin map[rune]string
	// letters holds the spelling of the letters of Cyrillic and Greek.
	letters map[rune]string
}

var (
	//go:embed lists/cities.txt
	romanCityList string
	//go:embed lists/pinyin.txt
	romanPinyinList string
)

var romanTable = sync.OnceValue(func() *romanTables {
	t := &romanTables{cities: make(map[string]string), heads: make(map[rune]int), pinyin: make(map[rune]string)}
	t.letters = make(map[rune]string)
	for pair := range strings.FieldsSeq(romanPairs) {
		r, size := utf8.DecodeRuneInString(pair)
		t.letters[r] = pair[size:]
	}
	for line := range strings.Lines(romanCityList) {
		latin, forms, ok := strings.Cut(line, ":")
		if !ok || strings.HasPrefix(latin, "#") {
			continue
		}
		for f := range strings.FieldsSeq(forms) {
			f = wordsNormal(f)
			t.cities[f] = latin
			if r, _ := utf8.DecodeRuneInString(f); wordsUnspaced(r) {
				t.heads[r] = max(t.heads[r], len(f))
			}
		}
	}
	for line := range strings.Lines(romanPinyinList) {
		syllable, han, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok || syllable == "#" {
			continue
		}
		for _, r := range han {
			t.pinyin[r] = syllable
		}
	}
	return t
})

// nameCity returns the length of the city name that s begins with, 0 if there is none.
func nameCity(s string) int {
	t := romanTable()
	r, _ := utf8.DecodeRuneInString(s)
	for n := min(t.heads[r], len(s)); n >= 6; n-- {
		if _, ok := t.cities[s[:n]]; ok {
			return n
		}
	}
	return 0
}

// romanLeast is how many letters a romanised Chinese name needs before it may stand for a Latin one: below, too many
// names share a spelling.
const romanLeast = 6

// AppendRomanised appends the Latin spellings under which reports in other languages may write a name: the name itself
// without accents where it is Latin, the city it is, Cyrillic and Greek letter by letter, Chinese names in Hanyu Pinyin
// and in the older spelling that Taiwan uses ("zhang", "chang"). Japanese Han names have no derivable reading. Spellings
// are lower case without spaces or hyphens.
func AppendRomanised(dst []string, name, lang string) []string {
	fold := wordsNormal(name)
	t := romanTable()
	if city, ok := t.cities[fold]; ok {
		return append(dst, strings.ReplaceAll(city, " ", ""))
	}
	first, _ := utf8.DecodeRuneInString(fold)
	switch scriptOf(first) {
	case scriptLatin:
		return append(dst, romanLetters(fold))
	case scriptCyrillic, scriptGreek:
		return append(dst, romanAlphabet(t, fold))
	case scriptHan:
		if lang == "ja" {
			return dst
		}
		pinyin, older := romanHan(t, fold)
		for _, s := range []string{pinyin, older} {
			if len(s) >= romanLeast && !slices.Contains(dst, s) {
				dst = append(dst, s)
			}
		}
	}
	return dst
}

func romanLetters(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '-', '\'', '’', '.':
			return -1
		}
		return r
	}, s)
}

// romanAlphabet follows the commonest news spelling, not a standard: "Шойгу" is "shoigu".
func romanAlphabet(t *romanTables, s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if to, ok := t.letters[r]; ok {
			b = append(b, to...)
		} else if scriptOf(r) == scriptLatin {
			b = utf8.AppendRune(b, r)
		}
	}
	return string(b)
}

// romanPairs lists letters of Cyrillic and Greek, each followed by its Latin spelling, which may be empty.
const romanPairs = "аa бb вv гg дd еe ёe жzh зz иi йi кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щshch ъ ыy ь эe юyu яya іi їi єe ґg ўu ђdj " +
	"јj љlj њnj ћc џdz αa βv γg δd εe ζz ηi θth ιi κk λl μm νn ξx οo πp ρr σs ςs τt υy φf χch ψps ωo"

func romanHan(t *romanTables, fold string) (pinyin, older string) {
	for _, r := range fold {
		s, ok := t.pinyin[r]
		if !ok {
			return "", ""
		}
		pinyin += s
		older += romanOlder(s)
	}
	return pinyin, older
}

// romanOlder turns a Pinyin syllable into Wade-Giles without its apostrophes, as names in Taiwan are written.
func romanOlder(s string) string {
	switch s {
	case "si":
		return "szu"
	case "zi":
		return "tzu"
	case "shi", "zhi", "chi", "ri":
		return strings.Replace(strings.TrimSuffix(s, "i"), "zh", "ch", 1) + "ih"
	case "guo":
		return "kuo"
	case "luo":
		return "lo"
	case "he":
		return "ho"
	case "ke", "ge":
		return "ko"
	case "ye":
		return "yeh"
	case "you":
		return "yu"
	case "xu":
		return "hsu"
	case "rong":
		return "jung"
	}
	head := map[byte]string{'b': "p", 'd': "t", 'g': "k", 'j': "ch", 'q': "ch", 'x': "hs", 'r': "j", 'c': "ts", 'z': "ts"}
	switch {
	case strings.HasPrefix(s, "zh"):
		s = "ch" + s[2:]
	case strings.HasPrefix(s, "ch"), strings.HasPrefix(s, "sh"):
	default:
		if h, ok := head[s[0]]; ok {
			s = h + s[1:]
		}
	}
	switch {
	case strings.HasSuffix(s, "ong"):
		s = strings.TrimSuffix(s, "ong") + "ung"
	case strings.HasSuffix(s, "ian"):
		s = strings.TrimSuffix(s, "ian") + "ien"
	case strings.HasSuffix(s, "yan"):
		s = strings.TrimSuffix(s, "yan") + "yen"
	case strings.HasSuffix(s, "ie"):
		s += "h"
	}
	return s
}

// Alias says that a story writes one name in two scripts, as in "William Lai (賴清德)".
type Alias struct {
	Latin Name
	Other Name // the same name in another script
}

// AppendAliases appends the pairs of names of which one explains the other in brackets in another script. names must
// come from AppendNames over the same tokens and context.
func AppendAliases(dst []Alias, tokens []Token, names []Name, ctx NameContext) []Alias {
	for k := 1; k < len(names); k++ {
		a, b := names[k-1], names[k]
		if b.Pos < a.Pos+len(a.Text) || b.Pos+len(b.Text) > len(ctx.Text) {
			continue
		}
		if gap := strings.TrimSpace(ctx.Text[a.Pos+len(a.Text) : b.Pos]); gap != "(" && gap != "（" {
			continue
		}
		if rest := ctx.Text[b.Pos+len(b.Text):]; !strings.HasPrefix(rest, ")") && !strings.HasPrefix(rest, "）") {
			continue
		}
		first, second := nameScript(&a), nameScript(&b)
		switch {
		case first == scriptLatin && second != scriptLatin && second != scriptNone:
			dst = append(dst, Alias{Latin: a, Other: b})
		case second == scriptLatin && first != scriptLatin && first != scriptNone:
			dst = append(dst, Alias{Latin: b, Other: a})
		}
	}
	return dst
}

func nameScript(n *Name) int {
	r, _ := utf8.DecodeRuneInString(n.Text)
	return scriptOf(r)
}

func nameSort(names []Name) {
	slices.SortFunc(names, func(a, b Name) int { return a.Pos - b.Pos })
}
