package text

import (
	_ "embed"
	"math"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed lists/numbers.txt
var numberList string

// numberWord is what a word is worth as a number, or what it multiplies the number before it by.
type numberWord struct {
	value    float64
	multiple bool
}

var numberWords = sync.OnceValue(func() map[nameWord]numberWord {
	table := make(map[nameWord]numberWord)
	var tokens []Token
	for line := range strings.Lines(numberList) {
		head, words, ok := strings.Cut(line, ":")
		lang, value, spaced := strings.Cut(head, " ")
		if !ok || !spaced || strings.HasPrefix(head, "#") {
			continue
		}
		w := numberWord{multiple: strings.HasPrefix(value, "x")}
		w.value, _ = strconv.ParseFloat(strings.TrimPrefix(value, "x"), 64)
		tokens = AppendTokens(tokens[:0], words)
		for i := range tokens {
			table[nameWord{lang, tokens[i].Fold}] = w
		}
	}
	return table
})

// numberWordOf reads one word as a number.
func numberWordOf(fold, lang string) (numberWord, bool) {
	table := numberWords()
	if w, ok := table[nameWord{lang, fold}]; ok {
		return w, true
	}
	switch lang {
	case "de":
		if v, ok := germanNumber(fold, table); ok {
			return numberWord{value: v}, true
		}
	case "ar":
		// "and" is written on the word that follows it.
		if rest, ok := strings.CutPrefix(fold, "و"); ok {
			w, found := table[nameWord{lang, rest}]
			return w, found
		}
	}
	return numberWord{}, false
}

// germanNumber reads compounds: "dreiundzwanzig", "zweihundertfünfzig", "viertausend".
func germanNumber(fold string, table map[nameWord]numberWord) (float64, bool) {
	if len(fold) > 60 {
		return 0, false
	}
	for _, part := range [...]struct {
		word  string
		times float64
	}{{"tausend", 1000}, {"hundert", 100}} {
		before, after, ok := strings.Cut(fold, part.word)
		if !ok {
			continue
		}
		times, rest := 1.0, 0.0
		if before != "" && before != "ein" {
			if times, ok = germanNumber(before, table); !ok {
				return 0, false
			}
		}
		after = strings.TrimPrefix(after, "und")
		if after != "" {
			if rest, ok = germanNumber(after, table); !ok {
				return 0, false
			}
		}
		return times*part.times + rest, true
	}
	if w, ok := table[nameWord{"de", fold}]; ok && !w.multiple {
		return w.value, true
	}
	units, tens, ok := strings.Cut(fold, "und")
	if !ok {
		return 0, false
	}
	u, known := table[nameWord{"de", units}]
	if units == "ein" {
		u, known = numberWord{value: 1}, true
	}
	t, round := table[nameWord{"de", tens}]
	if !known || !round || u.multiple || t.multiple || u.value > 9 || t.value < 20 {
		return 0, false
	}
	return u.value + t.value, true
}

// decimalComma says that a language writes 3.000,5 and not 3,000.5.
func decimalComma(lang string) bool {
	switch lang {
	case "de", "fr", "es", "pt", "ru", "it", "nl", "pl", "uk", "sv", "tr":
		return true
	}
	return false
}

// readDigits reads what begins with a digit at s[i]: the value, the end, and the letters that stick to it ("m" of "340m").
// ok is false for what is no plain number: a clock time, a code with leading zeros, a number of too many digits.
func readDigits(s string, i int, lang string) (value float64, end int, suffix string, ok bool) {
	var digits []byte
	var groups []int // digits since each separator
	var marks []rune
	run := 0
	end = i
	for end < len(s) {
		r, size := utf8.DecodeRuneInString(s[end:])
		if d, isDigit := digitOf(r); isDigit {
			digits = append(digits, d)
			run++
			end += size
			continue
		}
		next, _ := utf8.DecodeRuneInString(s[end+size:])
		if _, more := digitOf(next); !more || !separator(r, lang, s[end+size:]) {
			break
		}
		groups, marks, run = append(groups, run), append(marks, r), 0
		end += size
	}
	groups = append(groups, run)
	stuck := end
	for stuck < len(s) {
		r, size := utf8.DecodeRuneInString(s[stuck:])
		if !unicode.IsLetter(r) || wordsUnspaced(r) {
			break
		}
		stuck += size
	}
	suffix, end = s[end:stuck], stuck
	whole, fraction, fine := placeValues(digits, groups, marks, lang)
	if !fine || len(whole) > 15 || len(whole) > 1 && whole[0] == '0' {
		return 0, end, suffix, false
	}
	value, err := strconv.ParseFloat(string(whole)+"."+string(fraction)+"0", 64)
	return value, end, suffix, err == nil
}

// separator reports whether a mark between two digits may be part of a number.
func separator(r rune, lang, rest string) bool {
	switch r {
	case '.', ',', '\u066b', '\u066c', '，':
		return true
	case '\'', '’':
		return lang == "de" && threeDigits(rest)
	case '\u00a0', '\u202f', '\u2009':
		return threeDigits(rest)
	case ' ':
		return (lang == "fr" || lang == "ru" || lang == "pl" || lang == "uk" || lang == "sv") && threeDigits(rest)
	}
	return false
}

// threeDigits reports whether exactly three digits begin s.
func threeDigits(s string) bool {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n == 3
}

// placeValues splits the digits at the decimal mark.
func placeValues(digits []byte, groups []int, marks []rune, lang string) (whole, fraction []byte, ok bool) {
	if len(marks) == 0 {
		return digits, nil, true
	}
	last := marks[len(marks)-1]
	decimal := false
	switch last {
	case '.':
		decimal = groups[len(groups)-1] != 3 || !decimalComma(lang)
	case ',', '，':
		decimal = groups[len(groups)-1] != 3 || groups[0] > 3 && len(marks) == 1
	case '\u066b':
		decimal = true
	}
	thousands := marks
	if decimal {
		thousands = marks[:len(marks)-1]
	}
	for k, m := range thousands {
		// All separators of thousands are one mark, and three digits follow each.
		if m != thousands[0] || groups[k+1] != 3 || decimal && m == last {
			return nil, nil, false
		}
	}
	if len(thousands) > 0 && (groups[0] > 3 || groups[0] == 0) {
		return nil, nil, false
	}
	cut := len(digits)
	if decimal {
		cut -= groups[len(groups)-1]
	}
	return digits[:cut], digits[cut:], true
}

// digitOf is the ASCII digit of a digit of any script that news is written in.
func digitOf(r rune) (byte, bool) {
	switch {
	case r >= '0' && r <= '9':
		return byte(r), true
	case r >= '０' && r <= '９':
		return byte(r-'０') + '0', true
	case r >= 0x0660 && r <= 0x0669:
		return byte(r-0x0660) + '0', true
	case r >= 0x06f0 && r <= 0x06f9:
		return byte(r-0x06f0) + '0', true
	}
	return 0, false
}

// sum builds a number of several words: "two hundred and fifty", "2.3 million", "mil millones".
type sum struct {
	lang                    string
	total, current, largest float64
	words                   int
	digits                  bool
}

// add takes the next word; false says that it begins another number.
func (n *sum) add(w numberWord, digits bool) bool {
	defer func() { n.words++ }()
	if n.words == 0 {
		n.current, n.digits = w.value, digits
		if w.multiple && w.value > 100 {
			n.total, n.current, n.largest = w.value, 0, w.value
		}
		return true
	}
	switch {
	case digits:
		return false
	case w.multiple && w.value <= 100: // two hundred, two dozen
		if n.digits || n.current <= 0 || n.current >= 10 {
			return false
		}
		n.current *= w.value
	case w.multiple && n.largest > 0 && w.value > n.largest:
		n.total, n.current, n.largest = (n.total+n.current)*w.value, 0, w.value
	case w.multiple:
		if n.current <= 0 {
			return false
		}
		n.total, n.current, n.largest = n.total+n.current*w.value, 0, w.value
	case n.digits:
		return false
	case n.current == 0 && n.largest > w.value:
		n.current = w.value
	case n.current >= 100 && math.Mod(n.current, 100) == 0 && w.value < 100,
		n.current >= 20 && n.current != 100 && math.Mod(n.current, 10) == 0 && w.value < 10,
		n.french(w.value), n.arabic(w.value):
		n.current += w.value
	case n.lang == "fr" && math.Mod(n.current, 100) == 4 && w.value == 20:
		n.current += 76 // quatre-vingt
	default:
		return false
	}
	return true
}

// french is "soixante-dix" and "quatre-vingt-onze".
func (n *sum) french(v float64) bool {
	tens := math.Mod(n.current, 100)
	return n.lang == "fr" && (tens == 60 || tens == 80) && v >= 10 && v <= 16 || (tens == 70 || tens == 90 || tens == 10) && v >= 7 && v <= 9
}

// arabic is "three and twenty".
func (n *sum) arabic(v float64) bool {
	units := math.Mod(n.current, 100)
	return n.lang == "ar" && units > 0 && units < 10 && v >= 20 && v < 100 && math.Mod(v, 10) == 0
}

func (n *sum) value() float64 { return n.total + n.current }

// CountingWord reports whether a folded word is a number or belongs to one: what is counted, a unit, a qualifier.
func CountingWord(fold, lang string) bool {
	lang = anchorLang(lang)
	if figureWords(lang)[fold] != nil {
		return true
	}
	_, ok := numberWordOf(fold, lang)
	return ok
}
