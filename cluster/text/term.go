package text

import "github.com/zeebo/xxh3"

// Term is the 32-bit hash of a stem. Zero is never a term, so that it can mark an empty slot. Two stems share a term
// about once in four thousand million pairs; nothing is decided by a single term, so collisions are not resolved.
type Term uint32

// TermOf hashes a stem: the low 32 bits of xxh3, the same for every language.
func TermOf(stem string) Term {
	if t := Term(xxh3.HashString(stem)); t != 0 {
		return t
	}
	return 1
}

// TermOfBytes is TermOf for a stem in a buffer.
func TermOfBytes(stem []byte) Term {
	if t := Term(xxh3.Hash(stem)); t != 0 {
		return t
	}
	return 1
}

// TermIn returns the term of a word or a number of a text in the given language.
func (t *Token) TermIn(lang string) Term {
	if t.Term != 0 {
		return t.Term
	}
	if lang == "en" {
		if n, last := stemCut(t.Fold); last == 0 {
			return TermOf(t.Fold[:n])
		}
	}
	var buf [64]byte
	return TermOfBytes(AppendStem(buf[:0], t.Fold, lang))
}

// AppendTerms appends the terms of one token: one for a word or a number, its bigrams for a run of CJK.
func AppendTerms(dst []Term, t *Token, lang string) []Term {
	if t.Kind == CJK {
		Bigrams(t.Fold, func(s string) { dst = append(dst, TermOf(s)) })
		return dst
	}
	if t.Fold == "" {
		return dst
	}
	return append(dst, t.TermIn(lang))
}
