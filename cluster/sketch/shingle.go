package sketch

import "math/bits"

// Words is how many words make a shingle. On news, three keep recall on light edits where five lose it, while unrelated
// stories still share next to nothing.
const Words = 3

const (
	mulA = 0xa0761d6478bd642f
	mulB = 0xe7037ed1a0b428db
	mulC = 0x8ebc6af09c88c6e3
	mulD = 0x589965cc75374cc3
)

func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

func shingle(a, b, c uint64) uint64 {
	return fold(a*mulA+b*mulB+c^mulC, mulD)
}

// AppendShingles adds the hash of every shingle of words to dst, in order, repeats included. One or two words give one
// shingle; no word gives none, so that empty texts are never alike.
func AppendShingles(dst, words []uint64) []uint64 {
	switch len(words) {
	case 0:
		return dst
	case 1:
		return append(dst, shingle(words[0], 0, 1))
	case 2:
		return append(dst, shingle(words[0], words[1], 2))
	}
	a, b := words[0], words[1]
	for _, c := range words[2:] {
		dst = append(dst, shingle(a, b, c))
		a, b = b, c
	}
	return dst
}
