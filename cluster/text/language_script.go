package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	scriptNone = iota
	scriptLatin
	scriptCyrillic
	scriptArabic
	scriptDevanagari
	scriptHan
	scriptKana
	scriptHangul
	scriptHebrew
	scriptGreek
	scriptThai
	scriptGeorgian
	scriptArmenian
	scriptBengali
	scriptTamil
	scriptTelugu
	scriptEthiopic
	scriptKhmer
	scriptLao
	scriptBurmese
	scriptSinhala
	scriptGujarati
	scriptGurmukhi
	scriptKannada
	scriptMalayalam
	scriptTibetan
	scriptCount
)

// languageOfScript names the language that the script alone settles, or nearly always does.
var languageOfScript = [scriptCount]string{
	scriptNone: Undetermined, scriptHangul: "ko", scriptHebrew: "he", scriptGreek: "el", scriptThai: "th",
	scriptGeorgian: "ka", scriptArmenian: "hy", scriptBengali: "bn", scriptTamil: "ta", scriptTelugu: "te",
	scriptEthiopic: "am", scriptKhmer: "km", scriptLao: "lo", scriptBurmese: "my", scriptSinhala: "si",
	scriptGujarati: "gu", scriptGurmukhi: "pa", scriptKannada: "kn", scriptMalayalam: "ml", scriptTibetan: "bo",
}

// scripts counts the letters of the beginning of a story by script.
type scripts struct {
	letters   [scriptCount]int
	shinjitai bool // has a character that only Japanese writes in this form
}

func languageScan(title, body string) scripts {
	var s scripts
	s.scan(languagePrefix(title, 120))
	s.scan(languagePrefix(body, 240))
	return s
}

func (s *scripts) scan(text string) {
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			if c |= 0x20; c >= 'a' && c <= 'z' {
				s.letters[scriptLatin]++
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		i += size
		s.letters[scriptOf(r)]++
		if r >= 0x4e00 && r <= 0x9fff && strings.ContainsRune(languageShinjitai, r) {
			s.shinjitai = true
		}
	}
}

// languageShinjitai holds characters common in Japanese news whose form neither Chinese script uses.
const languageShinjitai = "発対図広売県駅気円込働戦経済総実権択沢浜辺込転軽鉄変労児仏仮価剤効単営団囲圧増壊拡拠検験様歳歩毎収営"

// scriptOf classes a letter; anything that is no letter, or of a script without news in it, is scriptNone.
func scriptOf(r rune) int {
	switch {
	case r < 0x0250:
		if unicode.IsLetter(r) {
			return scriptLatin
		}
		return scriptNone
	case r >= 0x1e00 && r <= 0x1eff:
		return scriptLatin
	case r >= 0x0370 && r <= 0x03ff, r >= 0x1f00 && r <= 0x1fff:
		return scriptGreek
	case r >= 0x0400 && r <= 0x052f:
		return scriptCyrillic
	case r >= 0x0530 && r <= 0x058f:
		return scriptArmenian
	case r >= 0x0590 && r <= 0x05ff:
		return scriptHebrew
	case r >= 0x0600 && r <= 0x077f, r >= 0x08a0 && r <= 0x08ff, r >= 0xfb50 && r <= 0xfdff, r >= 0xfe70 && r <= 0xfefc:
		return scriptArabic
	case r >= 0x0900 && r <= 0x0eff:
		// The Indic blocks are 128 code points each, in this order.
		return [...]int{
			scriptDevanagari, scriptBengali, scriptGurmukhi, scriptGujarati, scriptNone, scriptTamil, scriptTelugu,
			scriptKannada, scriptMalayalam, scriptSinhala, scriptThai, scriptLao,
		}[(r-0x0900)/0x80]
	case r >= 0x0f00 && r <= 0x0fff:
		return scriptTibetan
	case r >= 0x1000 && r <= 0x109f:
		return scriptBurmese
	case r >= 0x10a0 && r <= 0x10ff:
		return scriptGeorgian
	case r >= 0x1200 && r <= 0x139f:
		return scriptEthiopic
	case r >= 0x1780 && r <= 0x17ff:
		return scriptKhmer
	case r >= 0x3041 && r <= 0x30ff && r != 0x30fb, r >= 0xff66 && r <= 0xff9f:
		return scriptKana
	case r >= 0x3400 && r <= 0x4dbf, r >= 0x4e00 && r <= 0x9fff, r >= 0xf900 && r <= 0xfaff, r >= 0x20000 && r <= 0x323af:
		return scriptHan
	case r >= 0x1100 && r <= 0x11ff, r >= 0xac00 && r <= 0xd7a3:
		return scriptHangul
	}
	return scriptNone
}

// main is the script with the most letters. A CJK character says as much as two or three letters, so that a Chinese
// headline around an English product name is Chinese.
func (s *scripts) main() int {
	best, most := scriptNone, 0
	for k := scriptLatin; k < scriptCount; k++ {
		n := 2 * s.letters[k]
		switch k {
		case scriptHan, scriptKana, scriptHangul:
			n *= 3
		case scriptLatin:
			// Latin words stand in texts of every script, other scripts hardly ever in Latin texts.
			n = n * 2 / 3
		}
		if n > most {
			best, most = k, n
		}
	}
	return best
}
