package text

import (
	"math/bits"
	"unicode"
	"unicode/utf8"
	"unsafe"

	"golang.org/x/text/unicode/norm"
)

// NormaliserVersion changes whenever the same text gives other words: stored signatures of another version must not be
// mixed with new ones.
const NormaliserVersion = 1

// Line is one line of a normalised text, as a range of its words.
type Line struct {
	From, To int    // words, half open
	Hash     uint64 // of the words in order; equal lines have equal hashes whatever their case and punctuation
}

// Normaliser turns text into hashed words: NFKC, case folded, punctuation and symbols (emoji too) stripped. Scripts
// written without spaces (Han, Kana, Thai, Lao, Khmer, Burmese) give one word per character position, see charWindow;
// Hangul and everything else is split at spaces and punctuation. The zero value is ready. It allocates only while its
// buffers grow; what it returns is valid until the next Reset. Not safe for concurrent use.
type Normaliser struct {
	words  []uint64
	lines  []Line
	open   int // first word of the line that is being read
	nfkc   []byte
	word   []byte
	window []int
}

// Reset forgets what was appended.
func (n *Normaliser) Reset() {
	n.words, n.lines, n.open = n.words[:0], n.lines[:0], 0
}

// Words returns the hashes of the words appended so far.
func (n *Normaliser) Words() []uint64 { return n.words }

// Lines returns the lines that hold a word, in order. It closes the line that is being read.
func (n *Normaliser) Lines() []Line {
	n.EndLine()
	return n.lines
}

const (
	ones     = 0x0101010101010101
	highBits = 0x80 * ones
	lowCase  = 0x20 * ones
)

// mixing constants: odd, with about half of the bits set (the wyhash secrets).
const (
	mixA = 0xa0761d6478bd642f
	mixB = 0xe7037ed1a0b428db
	mixC = 0x8ebc6af09c88c6e3
)

func fold64(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// endWord finishes the hash of a word from the state over its full 8-byte chunks, its last 0 to 7 bytes and its length.
func endWord(state, tail uint64, length int) uint64 {
	return fold64(state^tail^mixA, uint64(length)*mixC^mixB)
}

// Append adds the words of s. Invalid UTF-8 separates words.
func (n *Normaliser) Append(s string) {
	i := 0
	for i+8 <= len(s) {
		p := unsafe.Add(unsafe.Pointer(unsafe.StringData(s)), i)
		x := load64(p)
		folded, stops := scan8(x)
		if stops == 0 {
			i = n.longWord(s, i)
			if i < 0 {
				return
			}
			continue
		}
		z := bits.TrailingZeros64(stops)
		k := z >> 3
		c := byte(x >> (z & 56))
		if c >= utf8.RuneSelf {
			if i = n.slowWord(s, i); i < 0 {
				return
			}
			continue
		}
		if k > 0 {
			n.words = append(n.words, endWord(0, folded&(1<<(z&56)-1), k))
		}
		if c == '\n' {
			n.EndLine()
		}
		i += k + 1
	}
	n.rest(s, i)
}

// scan8 lower-cases the ASCII letters of eight bytes and marks with 0x80 each byte that is no ASCII letter or digit.
func scan8(x uint64) (folded, stops uint64) {
	ascii := x &^ highBits
	folded = ascii | lowCase
	letters := (folded + (0x80-'a')*ones) &^ (folded + (0x80-'z'-1)*ones)
	digits := (ascii + (0x80-'0')*ones) &^ (ascii + (0x80-'9'-1)*ones)
	word := (letters | digits) &^ x & highBits
	return folded, word ^ highBits
}

func load64(p unsafe.Pointer) uint64 {
	b := (*[8]byte)(p)
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// longWord reads a word whose first eight bytes are ASCII letters or digits. It returns where to go on, or -1 where the
// whole of s has been read another way.
func (n *Normaliser) longWord(s string, start int) int {
	var state uint64
	i := start
	for i+8 <= len(s) {
		folded, stops := scan8(load64(unsafe.Add(unsafe.Pointer(unsafe.StringData(s)), i)))
		if stops == 0 {
			state = fold64(state^folded^mixB, mixC)
			i += 8
			continue
		}
		z := bits.TrailingZeros64(stops)
		i += z >> 3
		if s[i] >= utf8.RuneSelf {
			return n.slowWord(s, start)
		}
		n.words = append(n.words, endWord(state, folded&(1<<(z&56)-1), i-start))
		return i
	}
	return n.slowWord(s, start)
}

// rest reads what is left when fewer than eight bytes are.
func (n *Normaliser) rest(s string, i int) {
	for i >= 0 && i < len(s) {
		switch c := s[i]; {
		case c == '\n':
			n.EndLine()
			i++
		case c < utf8.RuneSelf && !asciiWord(c):
			i++
		default:
			i = n.slowWord(s, i)
		}
	}
}

func asciiWord(c byte) bool {
	l := c | 0x20
	return l >= 'a' && l <= 'z' || c >= '0' && c <= '9'
}

// slowWord reads one word, or one stretch without words, that starts at s[i], rune by rune. It returns where to go on.
// Where a rune may change under NFKC the rest of s is normalised as a whole and read to its end: then it returns -1.
func (n *Normaliser) slowWord(s string, i int) int {
	n.word = n.word[:0]
	start := i
	for i < len(s) {
		c := s[i]
		if c < utf8.RuneSelf {
			if !asciiWord(c) {
				break
			}
			if c >= 'A' && c <= 'Z' {
				c |= 0x20
			}
			n.word = append(n.word, c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			i++
			break
		}
		switch classOf(r) {
		case classLetter:
			n.word = appendFolded(n.word, r)
		case classSilent:
		case classGap:
			n.endSlowWord()
			return i + size
		case classChar:
			n.endSlowWord()
			return n.charRun(s, i, false)
		default:
			n.word = n.word[:0]
			return n.normalised(s[start:])
		}
		i += size
	}
	n.endSlowWord()
	return i
}

// normalised brings s to NFKC and reads all of it.
func (n *Normaliser) normalised(s string) int {
	buf := norm.NFKC.AppendString(n.nfkc[:0], s)
	n.nfkc = buf
	i := 0
	for i < len(buf) {
		if c := buf[i]; c < utf8.RuneSelf {
			if c == '\n' {
				n.endSlowWord()
				n.EndLine()
			} else if asciiWord(c) {
				if c >= 'A' && c <= 'Z' {
					c |= 0x20
				}
				n.word = append(n.word, c)
			} else {
				n.endSlowWord()
			}
			i++
			continue
		}
		r, size := utf8.DecodeRune(buf[i:])
		switch class := classOf(r); {
		case class == classSilent:
		case class == classChar:
			n.endSlowWord()
			i = n.charRun(unsafe.String(unsafe.SliceData(buf), len(buf)), i, true)
			continue
		case class == classLetter, class == classAsk && (unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)):
			n.word = appendFolded(n.word, r)
		default:
			n.endSlowWord()
		}
		i += size
	}
	n.endSlowWord()
	return -1
}

func (n *Normaliser) endSlowWord() {
	if len(n.word) == 0 {
		return
	}
	n.words = append(n.words, hashWord(n.word))
	n.word = n.word[:0]
}

// hashWord is the hash that Append computes while it reads.
func hashWord(w []byte) uint64 {
	var state, tail uint64
	length := len(w)
	for len(w) >= 8 {
		state = fold64(state^load64(unsafe.Pointer(unsafe.SliceData(w)))^mixB, mixC)
		w = w[8:]
	}
	for i, c := range w {
		tail |= uint64(c) << (8 * i)
	}
	return endWord(state, tail, length)
}

// WordHash is the hash that a Normaliser gives to a word that is already folded (NFKC, lower case).
func WordHash(folded string) uint64 {
	return hashWord(unsafe.Slice(unsafe.StringData(folded), len(folded)))
}

// EndLine ends the line that is being read, as a newline does.
func (n *Normaliser) EndLine() {
	if n.open == len(n.words) {
		return
	}
	h := uint64(mixC)
	for _, w := range n.words[n.open:] {
		h = fold64(h^w, mixA)
	}
	n.lines = append(n.lines, Line{From: n.open, To: len(n.words), Hash: h})
	n.open = len(n.words)
}
