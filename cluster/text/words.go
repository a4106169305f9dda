package text

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Kind says what a token is made of.
type Kind uint8

const (
	// Word is a run of letters of a script that separates its words.
	Word Kind = iota
	// Number starts with a digit; decimals are one token, "3,000" folds to "3000".
	Number
	// CJK is a whole run of a script without usable word boundaries: Han, Kana, Hangul syllables, Thai, Lao, Khmer,
	// Burmese. The caller cuts it into bigrams, see Bigrams.
	CJK
)

// Token is one word of a text.
type Token struct {
	Raw   string // as written
	Fold  string // NFKC, lower case, without accents; possessive, contraction and elided article cut
	Start bool   // first word of a sentence, of a quotation or of a line
	Upper bool   // begins with an upper-case letter
	Kind  Kind
	Term  Term // of a word or number in the language of its text, where a reader has left it for the next, see TermIn
	Pos   int  // byte offset of Raw in the input
}

// Bytes are classed by table; everything from 0x80 on is decoded.
const (
	byteOther = iota
	byteLower
	byteUpper
	byteDigit
)

var byteClasses = func() (t [256]uint8) {
	for b := range t {
		switch {
		case b >= 'a' && b <= 'z':
			t[b] = byteLower
		case b >= 'A' && b <= 'Z':
			t[b] = byteUpper
		case b >= '0' && b <= '9':
			t[b] = byteDigit
		}
	}
	return t
}()

func byteClass(b byte) int { return int(byteClasses[b]) }

// AppendTokens appends the words of s in order of position. It takes any input, also invalid UTF-8, whose bad bytes
// separate words. Hyphens separate, so that "follow-up" and "follow up" are the same two words; "U.S." is one token
// that folds to "us".
func AppendTokens(dst []Token, s string) []Token { return AppendFirstTokens(dst, s, math.MaxInt) }

// AppendFirstTokens is AppendTokens for a caller that looks at no more than the first n words of s.
func AppendFirstTokens(dst []Token, s string, n int) []Token {
	start := true
	var low lowered
	most := math.MaxInt
	if n < most-len(dst) {
		most = len(dst) + n
	}
	for i := 0; i < len(s) && len(dst) < most; {
		c := s[i]
		if c < utf8.RuneSelf {
			switch byteClass(c) {
			case byteOther:
				if c != ' ' { // most separators, which say nothing
					start = wordsBoundary(s, i, start, dst)
				}
				i++
				continue
			case byteDigit:
				end, fold := wordsNumber(s, i)
				dst = append(dst, Token{Raw: s[i:end], Fold: fold, Start: start, Kind: Number, Pos: i})
				start, i = false, end
				continue
			case byteLower:
				if end := wordsPlain(s, i); end > 0 {
					dst = append(dst, Token{Raw: s[i:end], Fold: s[i:end], Start: start, Pos: i})
					start, i = false, end
					continue
				}
			}
			if end := wordsAcronym(s, i); end > 0 {
				fold := strings.ToLower(strings.ReplaceAll(s[i:end], ".", ""))
				dst = append(dst, Token{Raw: s[i:end], Fold: fold, Start: start, Upper: byteClass(c) == byteUpper, Pos: i})
				start, i = false, end
				continue
			}
		} else {
			r, size := utf8.DecodeRuneInString(s[i:])
			switch {
			case wordsUnspaced(r):
				end := i + size
				for end < len(s) {
					r, size = utf8.DecodeRuneInString(s[end:])
					if !wordsUnspaced(r) && !unicode.Is(unicode.Mn, r) {
						break
					}
					end += size
				}
				dst = append(dst, Token{Raw: s[i:end], Fold: wordsNormal(s[i:end]), Start: start, Kind: CJK, Pos: i})
				start, i = false, end
				continue
			case unicode.IsDigit(r):
				end, _ := wordsNumber(s, i)
				end = max(end, i+size)
				dst = append(dst, Token{Raw: s[i:end], Fold: wordsNormal(s[i:end]), Start: start, Kind: Number, Pos: i})
				start, i = false, end
				continue
			case !unicode.IsLetter(r):
				start = wordsRuneBoundary(r, start)
				i += size
				continue
			}
		}
		end, apostrophe, plain := wordsSpan(s, i)
		raw := s[i:end]
		upper := false
		if c < utf8.RuneSelf {
			upper = byteClass(c) == byteUpper
		} else {
			first, _ := utf8.DecodeRuneInString(raw)
			upper = unicode.IsUpper(first) || unicode.IsTitle(first)
		}
		fold, ok := raw, plain
		if !plain && !apostrophe {
			fold, ok = low.word(raw, len(s)-i)
		}
		if !ok {
			fold = wordsFold(raw, apostrophe)
		}
		dst = append(dst, Token{Raw: raw, Fold: fold, Start: start, Upper: upper, Pos: i})
		start, i = false, end
	}
	return dst
}

// FirstTokens returns those of the tokens of s, which begin with its first, that lie in its first n bytes. They are what
// AppendTokens cuts from these bytes alone; false where it would cut otherwise, because the bytes end inside a word.
func FirstTokens(tokens []Token, s string, n int) ([]Token, bool) {
	if n < len(s) && s[n] != ' ' && s[n] != '\n' {
		return nil, false
	}
	k := 0
	for k < len(tokens) && tokens[k].Pos < n {
		k++
	}
	return tokens[:k:k], true
}

// wordsPlain returns the end of the word at i, most words of a text, where it is of lower-case ASCII letters alone; 0 where
// it may be more than that.
func wordsPlain(s string, i int) int {
	end := i + 1
	for end < len(s) && byteClasses[s[end]] == byteLower {
		end++
	}
	if end == len(s) {
		return end
	}
	switch c := s[end]; {
	case c >= utf8.RuneSelf, byteClasses[c] != byteOther, c == '\'', c == '.' && end == i+1: // "a.m."
		return 0
	}
	return end
}

// wordsSpan finds the end of the word that starts at i. Apostrophes between letters belong to it. plain means that
// every byte is a lower-case ASCII letter or digit, so that the word is its own folded form.
func wordsSpan(s string, i int) (end int, apostrophe, plain bool) {
	plain = true
	for end = i; end < len(s); {
		c := s[end]
		if c < utf8.RuneSelf {
			switch byteClass(c) {
			case byteLower:
				for end++; end < len(s) && byteClasses[s[end]] == byteLower; end++ {
				}
				continue
			case byteUpper:
				plain = false
			case byteOther:
				if c == '\'' && end > i && end+1 < len(s) && wordsLetterAt(s, end+1) {
					apostrophe, plain = true, false
					end++
					continue
				}
				return end, apostrophe, plain
			}
			end++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[end:])
		if (r == '\u2019' || r == '\u02bc') && end > i && end+size < len(s) && wordsLetterAt(s, end+size) {
			apostrophe, plain = true, false
			end += size
			continue
		}
		if r == utf8.RuneError || wordsUnspaced(r) || !(unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || r == '\u200c') {
			return end, apostrophe, plain
		}
		plain = false
		end += size
	}
	return end, apostrophe, plain
}

func wordsLetterAt(s string, i int) bool {
	if c := s[i]; c < utf8.RuneSelf {
		k := byteClass(c)
		return k == byteLower || k == byteUpper
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	return unicode.IsLetter(r) && !wordsUnspaced(r)
}

// wordsAcronym returns the end of an acronym written with periods ("U.S.", "J.K.", "a.m."), 0 where there is none.
func wordsAcronym(s string, i int) int {
	end, letters := i, 0
	for end+1 < len(s) && s[end+1] == '.' {
		if k := byteClass(s[end]); k != byteUpper && k != byteLower {
			break
		}
		end += 2
		letters++
	}
	if letters == 0 {
		return 0
	}
	if end < len(s) {
		if k := byteClass(s[end]); k == byteUpper || k == byteLower {
			// "U.S" without the last period, or a single initial glued to a name ("J.Smith"), which is two words.
			next := end + 1
			if next == len(s) || s[next] < utf8.RuneSelf && byteClass(s[next]) == byteOther {
				return next
			}
			if letters == 1 {
				return 0
			}
		}
	}
	if letters < 2 {
		return 0
	}
	return end
}

// wordsNumber returns the end and the folded form of the number at i: digits, then digit groups behind a period or a
// comma, then letters written on to it ("3rd", "5G", "20km").
func wordsNumber(s string, i int) (int, string) {
	end := i
	group := -1 // position of a comma that separates thousands
	for end < len(s) {
		c := s[end]
		if byteClass(c) == byteDigit {
			end++
			continue
		}
		if (c == '.' || c == ',') && end > i && end+1 < len(s) && byteClass(s[end+1]) == byteDigit {
			if c == ',' && wordsThousands(s, end+1) {
				group = end
			}
			end++
			continue
		}
		break
	}
	digits := end
	if end < len(s) && (s[end] >= utf8.RuneSelf || byteClass(s[end]) != byteOther) {
		if e, _, _ := wordsSpan(s, end); e > end {
			end = e
		}
	}
	raw := s[i:end]
	if group < 0 {
		if end == digits {
			return end, raw
		}
		return end, wordsNormal(raw)
	}
	b := make([]byte, 0, len(raw))
	for j := i; j < digits; j++ {
		if s[j] == ',' && wordsThousands(s, j+1) {
			continue
		}
		b = append(b, s[j])
	}
	return end, string(b) + wordsNormal(s[digits:end])
}

// wordsThousands reports whether exactly three digits stand at i.
func wordsThousands(s string, i int) bool {
	n := 0
	for i+n < len(s) && byteClass(s[i+n]) == byteDigit {
		n++
	}
	return n == 3
}

// lowered holds words with capitals in lower case, many in one piece of memory: a text has a hundred of them. Whoever keeps
// one of them for long copies it, as with all parts of a text.
type lowered struct{ words strings.Builder }

const (
	loweredWord  = 32  // longer words are rare
	loweredPiece = 256 // bytes
)

// word returns the folded form of a word of ASCII letters and digits; false for another one, and for a long one. The text
// has so many bytes left, the word included.
func (l *lowered) word(raw string, left int) (string, bool) {
	if len(raw) > loweredWord {
		return "", false
	}
	var buf [loweredWord]byte
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c >= utf8.RuneSelf {
			return "", false
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		buf[i] = c
	}
	if l.words.Cap()-l.words.Len() < len(raw) {
		l.words.Reset()
		l.words.Grow(max(len(raw), min(left/8, loweredPiece)))
	}
	from := l.words.Len()
	l.words.Write(buf[:len(raw)])
	return l.words.String()[from:], true
}

func wordsFold(raw string, apostrophe bool) string {
	fold := raw
	if apostrophe {
		fold = wordsApostrophe(fold)
	}
	return wordsNormal(fold)
}

// wordsApostrophe cuts the possessive, English contractions and elided articles of Romance languages, and drops the
// apostrophe of any other word ("O'Brien").
func wordsApostrophe(s string) string {
	s = strings.ReplaceAll(s, "\u2019", "'")
	s = strings.ReplaceAll(s, "\u02bc", "'")
	at := strings.LastIndexByte(s, '\'')
	head, tail := s[:at], strings.ToLower(s[at+1:])
	switch tail {
	case "s", "ll", "re", "ve", "d", "m":
		s = head
	case "t":
		if h := strings.TrimSuffix(strings.TrimSuffix(head, "n"), "N"); h != head && h != "" {
			s = h
		}
	default:
		switch strings.ToLower(s[:strings.IndexByte(s, '\'')]) {
		case "l", "d", "j", "m", "n", "s", "t", "c", "qu", "dell", "nell", "all", "un":
			s = s[strings.IndexByte(s, '\'')+1:]
		}
	}
	return strings.ReplaceAll(s, "'", "")
}

// wordsNormal is NFKC, lower case, without accents, Arabic vowel signs and joiners.
func wordsNormal(s string) string {
	ascii := true
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if ascii {
		return strings.ToLower(s)
	}
	if norm.NFKC.QuickSpanString(s) != len(s) {
		s = norm.NFKC.String(s)
	}
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if wordsDropped(r) {
			continue
		}
		if base, ok := wordsBase(r); ok {
			b = append(b, base...)
			continue
		}
		b = utf8.AppendRune(b, unicode.ToLower(r))
	}
	return string(b)
}

// wordsDropped are marks that writers leave out at will.
func wordsDropped(r rune) bool {
	return r >= 0x0300 && r <= 0x036f || r >= 0x064b && r <= 0x065f || r == 0x0640 || r == 0x200c || r == 0x200d || r == 0x00ad
}

// wordsBase returns the letter without its accent for Latin, Greek and Cyrillic letters.
func wordsBase(r rune) (string, bool) {
	if r < 0x00c0 || r > 0x04ff && (r < 0x1e00 || r > 0x1fff) || r >= 0x0410 && r <= 0x044f && r != 'й' && r != 'Й' {
		return "", false
	}
	switch r {
	case 'ß':
		return "ss", true
	case 'Æ', 'æ':
		return "ae", true
	case 'Œ', 'œ':
		return "oe", true
	case 'Ø', 'ø':
		return "o", true
	case 'Ł', 'ł':
		return "l", true
	case 'Đ', 'đ', 'Ð', 'ð':
		return "d", true
	case 'ı', 'İ':
		return "i", true
	}
	d := norm.NFD.PropertiesString(string(r)).Decomposition()
	if len(d) == 0 {
		return "", false
	}
	base, _ := utf8.DecodeRune(d)
	for {
		d = norm.NFD.PropertiesString(string(base)).Decomposition()
		if len(d) == 0 {
			break
		}
		base, _ = utf8.DecodeRune(d)
	}
	return string(unicode.ToLower(base)), true
}

// wordsUnspaced reports whether r belongs to a script that is written without spaces, or, for Hangul, whose spaced
// units carry particles that bigrams see through.
func wordsUnspaced(r rune) bool {
	switch {
	case r < 0x0e00:
		return false
	case r <= 0x0eff: // Thai, Lao
		return unicode.IsLetter(r) || unicode.IsMark(r)
	case r >= 0x1000 && r <= 0x109f, r >= 0x1780 && r <= 0x17ff: // Burmese, Khmer
		return unicode.IsLetter(r) || unicode.IsMark(r)
	case r == 0x3005 || r == 0x3007:
		return true
	case r >= 0x3041 && r <= 0x30ff:
		return r != 0x30fb && r != 0x30a0 && unicode.IsLetter(r)
	case r >= 0x3105 && r <= 0x312f, r >= 0x31f0 && r <= 0x31ff:
		return true
	case r >= 0x3400 && r <= 0x4dbf, r >= 0x4e00 && r <= 0x9fff, r >= 0xac00 && r <= 0xd7a3, r >= 0xf900 && r <= 0xfaff:
		return true
	case r >= 0xff66 && r <= 0xff9f:
		return true
	}
	return r >= 0x20000 && r <= 0x323af
}

// wordsBoundary says whether the next word starts a sentence after the ASCII separator at i.
func wordsBoundary(s string, i int, start bool, before []Token) bool {
	switch s[i] {
	case '\n', '\r', '!', '?', ':', ';', '|':
		return true
	case '.':
		return start || !wordsAbbreviation(s, i, before)
	case '"', '(', '[':
		// An opening quotation mark stands behind a separator and begins its own sentence.
		return start || i == 0 || s[i-1] == ' ' && i+1 < len(s) && s[i+1] != ' ' && s[i] == '"'
	case '*', '#', '>':
		return true
	}
	return start
}

func wordsRuneBoundary(r rune, start bool) bool {
	switch r {
	case '。', '！', '？', '…', '‼', '؟', '।', '•', '·', '▪', '●', '“', '„', '«', '‘', '「', '『', '\u2028', '\u2029', '\u0085':
		return true
	}
	return start
}

// wordsAbbreviation reports whether the period at i ends an abbreviation or an initial instead of a sentence.
func wordsAbbreviation(s string, i int, before []Token) bool {
	if i+1 < len(s) && wordsLetterAt(s, i+1) {
		return true
	}
	if len(before) == 0 {
		return false
	}
	t := before[len(before)-1]
	if t.Pos+len(t.Raw) != i || !t.Upper {
		return false
	}
	switch t.Fold {
	case "mr", "mrs", "ms", "dr", "st", "sen", "rep", "gov", "gen", "lt", "col", "sgt", "capt", "cpl", "maj", "jr", "sr",
		"prof", "rev", "hon", "mt", "ft", "vs", "no", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct",
		"nov", "dec", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "supt", "det", "insp", "pres", "sra", "hr", "mme":
		return true
	}
	return len(t.Raw) == 1
}
