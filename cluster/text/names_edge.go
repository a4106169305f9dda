package text

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// displayEdge reports whether a word may begin or end a name that is shown.
func displayEdge(t *Token, lang string) bool {
	if !t.Upper && nameConnector(t.Fold) {
		return false
	}
	class := nameClassOf(t.Fold, lang)
	return class&(nameRole|nameTime) == 0 && (class&namePlain == 0 || nameAcronym(t.Raw))
}

// displaySpan cuts from a name what belongs to the words around it: the office in "Secretary of State Hillary Clinton", the
// party in front of a person, the compound in "London-based", and the place in "Dan Oates of Aurora".
func displaySpan(tokens []Token, from, to int, lang string) (int, int) {
	if lang != "en" && lang != Undetermined && lang != "" {
		return from, to
	}
	if from >= 2 && to-from > 1 && tokens[from-1].Fold == "of" && (tokens[from-2].Fold == "secretary" || tokens[from-2].Fold == "minister") {
		from++
	}
	institution := false
	for i := from; i < to; i++ {
		switch tokens[i].Fold {
		case "based", "era", "ruled", "led", "backed", "run", "born", "held", "controlled", "style", "wide", "area":
			if tokens[i].Upper {
				break
			}
			if i+1 < to {
				return i + 1, to
			}
			return from, i
		case "of":
			if i > from && !institution && to-from > 3 {
				return from, i
			}
		case "republican", "democrat", "democratic", "conservative", "labour":
			if i == from && to-from > 1 && nameClassOf(tokens[to-1].Fold, lang)&(nameInstitution|nameFacility) == 0 {
				from++
			}
		}
		institution = institution || nameClassOf(tokens[i].Fold, lang)&(nameInstitution|nameFacility) != 0
	}
	return from, to
}

// germanRole reports whether a German noun in front of a name says who or what bears it: "Innenminister", "Bahnhof".
func germanRole(fold string) bool {
	for _, end := range [...]string{
		"minister", "ministerin", "chef", "chefin", "prasident", "prasidentin", "sprecher", "sprecherin", "kanzler", "kanzlerin", "anwalt",
		"anwaltin", "richter", "richterin", "meister", "meisterin", "klager", "klagerin", "verteidiger", "verteidigerin", "vorsitzende",
		"vorsitzender", "direktor", "direktorin", "trainer", "trainerin", "bahnhof", "betreiber", "firma", "konzern", "gewerkschaft", "agentur",
		"hersteller", "fahre", "insel", "hauptstadt", "stadt", "gefangnis",
	} {
		if strings.HasSuffix(fold, end) {
			return true
		}
	}
	return false
}

// credited reports whether a name is the outlet's own, or a part of it that is more than one word.
func credited(words, own []string) bool {
	return slices.Equal(own, words) || len(words) > 1 && containsWords(own, words)
}

func displayFold(s string) string {
	var words []string
	for _, t := range AppendTokens(nil, s) {
		words = append(words, t.Fold)
	}
	return strings.Join(words, " ")
}

// agency reports whether a name is that of whoever wrote or photographed it.
func agency(key string) bool {
	if strings.HasPrefix(key, "redaccion") || strings.HasPrefix(key, "redaktion") || strings.HasPrefix(key, "redacao") {
		return true
	}
	switch key {
	case "ap", "afp", "reuters", "dpa", "efe", "ansa", "tass", "xinhua", "kyodo", "upi", "pa", "associated press", "agence france presse", "agence france", "france presse",
		"getty images", "getty", "epa", "press association", "photo", "image", "images", "video", "advertisement", "twitter", "facebook post", "instagram", "et", "gmt", "est", "pst", "edt", "utc", "bst",
		"ala", "ariz", "ark", "calif", "colo", "conn", "del", "fla", "ga", "ill", "ind", "kan", "ky", "la", "md", "mass", "mich", "minn", "miss",
		"mo", "mont", "neb", "nev", "okla", "ore", "tenn", "tex", "va", "vt", "wash", "wis", "wyo":
		return true
	}
	return false
}

// territories are the names of states and territories, folded, in the languages that news is read in.
var territories = sync.OnceValue(func() map[nameWord]bool {
	table := make(map[nameWord]bool)
	for _, lang := range []string{"en", "de", "fr", "es", "pt", "it", "nl", "ru"} {
		names := display.Regions(language.MustParse(lang))
		for _, code := range strings.Fields(nameTerritories) {
			table[nameWord{lang, displayFold(names.Name(language.MustParseRegion(code)))}] = true
		}
	}
	return table
})

func territory(key, lang string) bool {
	return territories()[nameWord{anchorLang(lang), key}]
}
