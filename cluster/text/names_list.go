package text

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// nameClass says why a word that is written like a name does not identify a story.
type nameClass uint8

const (
	nameCountry     nameClass = 1 << iota // countries, territories and their adjectives
	nameInstitution                       // bureau, ministry, police, party
	nameFacility                          // station, airport, street
	nameRole                              // titles and honorifics
	nameTime                              // weekdays, months
	namePlain                             // words that open sentences
)

//go:embed lists/names.txt
var nameList string

// nameWord is a folded word with the language whose texts it is listed for, "" for all.
type nameWord struct{ lang, fold string }

// nameListed is the class of a word in the texts of a language, "" for all.
type nameListed struct {
	lang  string
	class nameClass
}

// nameTable is a list of words. Hardly any word of a text is listed, which a look at a few bits says of nearly all others.
type nameTable struct {
	words map[string][]nameListed // by folded word
	sieve [nameBits / 64]uint64
}

const nameBits = 1 << 16

// nameBit is the bit of a word, by its length and three of its bytes.
func nameBit(fold string) uint32 {
	n := len(fold)
	if n == 0 {
		return 0
	}
	h := uint32(fold[0]) | uint32(fold[n/2])<<8 | uint32(fold[n-1])<<16 | uint32(n)<<24
	return h * 0x9e3779b1 >> 16
}

func (t *nameTable) of(fold string) []nameListed {
	if b := nameBit(fold); t.sieve[b/64]&(1<<(b%64)) == 0 {
		return nil
	}
	return t.words[fold]
}

// nameClasses is the parsed list with the territories of CLDR, built once and immutable afterwards.
var nameClasses = sync.OnceValue(func() *nameTable {
	classes := map[string]nameClass{
		"country": nameCountry, "institution": nameInstitution, "facility": nameFacility,
		"role": nameRole, "time": nameTime, "plain": namePlain,
	}
	table := make(map[string][]nameListed)
	var tokens []Token
	add := func(words, lang string, class nameClass) {
		tokens = AppendTokens(tokens[:0], words)
		for _, t := range tokens {
			if l := (nameListed{lang, class}); !slices.Contains(table[t.Fold], l) {
				table[t.Fold] = append(table[t.Fold], l)
			}
		}
	}
	for line := range strings.Lines(nameList) {
		head, words, ok := strings.Cut(line, ":")
		if ok && !strings.HasPrefix(head, "#") {
			class, lang, _ := strings.Cut(head, " ")
			add(words, lang, classes[class])
		}
	}
	// Names of one word only: the words of the others ("Saint Martin", "Isle of Man") are people's names too.
	for _, lang := range []string{"en", "de", "fr", "es", "pt", "it", "nl", "ru", "uk", "pl", "sv", "tr", "ar", "ja", "ko", "zh-Hans", "zh-Hant"} {
		names := display.Regions(language.MustParse(lang))
		for _, code := range strings.Fields(nameTerritories) {
			name := names.Name(language.MustParseRegion(code))
			if name != "" && !strings.ContainsAny(name, " -(") {
				add(name, "", nameCountry)
			}
		}
	}
	t := &nameTable{words: table}
	for fold := range table {
		b := nameBit(fold)
		t.sieve[b/64] |= 1 << (b % 64)
	}
	return t
})

// nameTerritories lists the ISO 3166 codes of the states and of the territories that news is reported from.
const nameTerritories = "AD AE AF AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL " +
	"CM CN CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FR GA GB GD GE GH GL GM GN GQ GR GT GW GY HN HR HT HU " +
	"ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MH MK ML MM " +
	"MN MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NR NZ OM PA PE PG PH PK PL PS PT PY QA RO RS RU RW SA SB SC SD SE SG SI SK " +
	"SL SM SN SO SR SS ST SV SY SZ TD TG TH TJ TL TM TN TO TR TT TV TW TZ UA UG US UY UZ VC VE VN VU WS XK YE ZA ZM ZW"

// nameClassOf returns the classes of a folded word in a text of a language, 0 for a word that may identify a story.
// Words that open sentences are listed by language: the Italian "su" is a Chinese surname.
func nameClassOf(fold, lang string) nameClass {
	if lang == "" || lang == Undetermined {
		lang = "en"
	}
	class := nameClass(0)
	for _, w := range nameClasses().of(fold) {
		if w.lang == "" || w.lang == lang {
			class |= w.class
		}
	}
	return class
}
