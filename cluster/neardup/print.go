package neardup

import (
	"encoding/binary"
	"errors"

	"github.com/zeebo/xxh3"

	"github.com/samestory/samestory/cluster/sketch"
)

// Version names the function from a text to its print: the normaliser, the shingles, the sketch, the bands and the
// thresholds between the kinds. Prints of another version must not be compared with new ones.
const Version = 1

// ErrPrint reports a print that cannot be decoded: damaged, or of another version.
var ErrPrint = errors.New("neardup: print cannot be read")

// Kind says by which rule a story is compared.
type Kind uint8

const (
	// Empty stories have no word, neither in the title nor in the text. They are copies of nothing.
	Empty Kind = iota
	// Headline stories have no word in the text. They are copies when the titles are equal and the times close.
	Headline
	// Short texts carry too few shingles to tell templates apart: their titles must agree too.
	Short
	// Full texts are compared by their shingles.
	Full
)

// Print is what is kept of one story: it is found again by it, and nothing can be read back out of it.
type Print struct {
	Kind  Kind
	Exact [16]byte // hash of the words: of the title for Headline, of title and text for Short, of the text for Full
	Keys  Keys     // of the masked text; zero for Empty and Headline
	Words uint32   // words of the text
	Form  uint64   // hash of the template skeleton of a text short enough for one, else 0
}

const (
	// leadKeys are the keys of the lead alone. A brief cut from the top of a long report shares too few bands with it to
	// be found by them; its lead is the same.
	leadKeys = 3
	keyCount = sketch.Bands + leadKeys
)

// Keys are what the index finds a story by: the band keys of its signature, then those of its lead.
type Keys [keyCount]uint32

func (k *Keys) hash() uint64 {
	var b [4 * keyCount]byte
	for i, v := range k {
		binary.LittleEndian.PutUint32(b[4*i:], v)
	}
	return xxh3.Hash(b[:])
}

// PrintSize is the length of the binary form at most, in bytes.
const PrintSize = 2 + 16 + binary.MaxVarintLen32 + 8 + 4*keyCount

// AppendBinary appends the versioned binary form.
func (p *Print) AppendBinary(dst []byte) []byte {
	dst = append(dst, Version, byte(p.Kind))
	if p.Kind == Empty {
		return dst
	}
	dst = append(dst, p.Exact[:]...)
	if p.Kind == Headline {
		return dst
	}
	dst = binary.AppendUvarint(dst, uint64(p.Words))
	dst = binary.LittleEndian.AppendUint64(dst, p.Form)
	for _, k := range p.Keys {
		dst = binary.LittleEndian.AppendUint32(dst, k)
	}
	return dst
}

// DecodePrint reads what AppendBinary wrote. Errors wrap ErrPrint.
func DecodePrint(data []byte) (Print, error) {
	var p Print
	if len(data) < 2 || data[0] != Version || Kind(data[1]) > Full {
		return p, ErrPrint
	}
	p.Kind = Kind(data[1])
	data = data[2:]
	if p.Kind != Empty {
		if len(data) < len(p.Exact) {
			return Print{}, ErrPrint
		}
		data = data[copy(p.Exact[:], data):]
	}
	if p.Kind >= Short {
		words, n := binary.Uvarint(data)
		if n <= 0 || words > 1<<32-1 || len(data) != n+8+4*keyCount {
			return Print{}, ErrPrint
		}
		p.Words = uint32(words)
		data = data[n:]
		p.Form = binary.LittleEndian.Uint64(data)
		data = data[8:]
		for i := range p.Keys {
			p.Keys[i] = binary.LittleEndian.Uint32(data[4*i:])
		}
		data = nil
	}
	if len(data) != 0 {
		return Print{}, ErrPrint
	}
	return p, nil
}
