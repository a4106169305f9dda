package newsroom

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// template is a sentence with slots, parsed once. A slot is written {X}:
//
//	K B   head noun of the event's kind, of the beat (of the kind where there is no beat)
//	k b   a word that goes with the kind or the beat, with the beat
//	L LL  the place, the place in capitals
//	P p   a person in full, by surname
//	O W   an organisation, the outlet itself
//	T     a term that only this event has
//	N V U any noun, verb, adverb
//	M #   the figure of the event, some number
//	D d h date, weekday and time of day
//	S     the subject of a series
type template []piece

type piece struct {
	text string // before the slot
	slot byte   // 0: none
}

const placeInCapitals = 'l'

func parse(s string) template {
	var t template
	for {
		text, rest, ok := strings.Cut(s, "{")
		if !ok {
			if text != "" || len(t) == 0 {
				t = append(t, piece{text: text})
			}
			return t
		}
		name, rest, _ := strings.Cut(rest, "}")
		slot := name[0]
		if name == "LL" {
			slot = placeInCapitals
		}
		t = append(t, piece{text: text, slot: slot})
		s = rest
	}
}

// upperFirst returns s with a capital as its first letter.
func upperFirst(s string, really bool) string {
	if !really || s == "" {
		return s
	}
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// capitalise makes the first letter of b from offset on a capital. Letters of the scripts here that have capitals keep
// their length in UTF-8.
func capitalise(b []byte, offset int) {
	for offset < len(b) {
		first, size := utf8.DecodeRune(b[offset:])
		if unicode.IsLetter(first) {
			if up := unicode.ToUpper(first); utf8.RuneLen(up) == size {
				utf8.EncodeRune(b[offset:], up)
			}
			return
		}
		if unicode.IsDigit(first) {
			return
		}
		offset += size
	}
}
