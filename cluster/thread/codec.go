package thread

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/samestory/samestory/cluster/text"
)

// ProfileVersion is the first byte of a stored profile. A change of the layout, of the heads in kinds/en.txt other than
// at their end, or of what counts as a name, needs a new one.
const ProfileVersion = 1

// ErrProfile reports bytes that are no profile of this version.
var ErrProfile = errors.New("not a thread profile of this version")

const (
	flagLoose = 1 << iota
	flagSpeech
	flagAnniversary
	flagBackground
)

// maxProfileText bounds the length of one stored name, in bytes.
const maxProfileText = 255

// AppendBinary appends the stored form: about 15 bytes a name and 4 a word.
func (p *Profile) AppendBinary(dst []byte) []byte {
	flags := byte(0)
	if p.Loose {
		flags |= flagLoose
	}
	if p.Speech {
		flags |= flagSpeech
	}
	if p.Anniversary {
		flags |= flagAnniversary
	}
	if p.Background {
		flags |= flagBackground
	}
	dst = append(dst, ProfileVersion, flags, byte(len(p.Names)), p.Title)
	for i := range p.Names {
		n := &p.Names[i]
		written := n.Text
		for len(written) > maxProfileText {
			_, size := utf8.DecodeLastRuneInString(written)
			written = written[:len(written)-size]
		}
		dst = append(dst, byte(len(written)))
		dst = append(dst, written...)
		dst = binary.LittleEndian.AppendUint32(dst, uint32(n.Term))
		dst = appendTerms(dst, n.Keys)
	}
	dst = append(dst, byte(len(p.Pairs)))
	for _, q := range p.Pairs {
		dst = append(dst, q[0], q[1])
	}
	dst = append(dst, byte(len(p.Kinds)))
	for _, k := range p.Kinds {
		dst = append(dst, byte(k))
	}
	dst = append(dst, byte(len(p.Words)))
	last := text.Term(0)
	for _, w := range p.Words {
		dst = binary.AppendUvarint(dst, uint64(w-last))
		last = w
	}
	dst = append(dst, byte(len(p.Aliases)))
	for _, a := range p.Aliases {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(a.Other))
		dst = appendTerms(dst, a.Latin)
	}
	return dst
}

func appendTerms(dst []byte, terms []text.Term) []byte {
	dst = append(dst, byte(len(terms)))
	for _, t := range terms {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(t))
	}
	return dst
}

// DecodeProfile reads what AppendBinary wrote and returns the bytes behind it. It returns ErrProfile for anything else;
// it keeps no reference to data.
func DecodeProfile(data []byte) (Profile, []byte, error) {
	r := reader{rest: data}
	var p Profile
	if v := r.byte(); v != ProfileVersion {
		return Profile{}, data, fmt.Errorf("%w: version %d", ErrProfile, v)
	}
	flags := r.byte()
	if flags&^(flagLoose|flagSpeech|flagAnniversary|flagBackground) != 0 {
		return Profile{}, data, fmt.Errorf("%w: unknown flags %#x", ErrProfile, flags)
	}
	p.Loose, p.Speech = flags&flagLoose != 0, flags&flagSpeech != 0
	p.Anniversary, p.Background = flags&flagAnniversary != 0, flags&flagBackground != 0
	names := int(r.byte())
	p.Title = r.byte()
	for range names {
		n := Name{Text: string(r.bytes(int(r.byte()))), Term: text.Term(r.uint32())}
		n.Keys = r.terms()
		if r.bad {
			break
		}
		p.Names = append(p.Names, n)
	}
	for range r.byte() {
		q := [2]uint8{r.byte(), r.byte()}
		if r.bad {
			break
		}
		p.Pairs = append(p.Pairs, q)
	}
	for _, k := range r.bytes(int(r.byte())) {
		p.Kinds = append(p.Kinds, Kind(k))
	}
	last := uint64(0)
	for range r.byte() {
		last += r.uvarint()
		if r.bad || last > 1<<32-1 {
			r.bad = true
			break
		}
		p.Words = append(p.Words, text.Term(last))
	}
	for range r.byte() {
		a := Alias{Other: text.Term(r.uint32())}
		a.Latin = r.terms()
		if r.bad {
			break
		}
		p.Aliases = append(p.Aliases, a)
	}
	if err := p.check(r.bad); err != nil {
		return Profile{}, data, err
	}
	return p, r.rest, nil
}

// check holds what NewProfile guarantees and the linker relies on.
func (p *Profile) check(short bool) error {
	switch {
	case short:
		return fmt.Errorf("%w: cut short", ErrProfile)
	case int(p.Title) > len(p.Names), len(p.Names) > profileNames, len(p.Words) > profileWords:
		return fmt.Errorf("%w: impossible counts", ErrProfile)
	case !slices.IsSorted(p.Kinds):
		return fmt.Errorf("%w: kinds out of order", ErrProfile)
	}
	for _, q := range p.Pairs {
		if int(q[0]) >= len(p.Names) || int(q[1]) >= len(p.Names) {
			return fmt.Errorf("%w: pair of an unknown name", ErrProfile)
		}
	}
	return nil
}

// reader reads fields and remembers that it ran out.
type reader struct {
	rest []byte
	bad  bool
}

func (r *reader) bytes(n int) []byte {
	if r.bad || n > len(r.rest) {
		r.bad = true
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *reader) byte() byte {
	if b := r.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) uint32() uint32 {
	if b := r.bytes(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.rest)
	if r.bad || n <= 0 {
		r.bad = true
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *reader) terms() []text.Term {
	n := int(r.byte())
	if r.bad || 4*n > len(r.rest) {
		r.bad = true
		return nil
	}
	var terms []text.Term
	for range n {
		terms = append(terms, text.Term(r.uint32()))
	}
	return terms
}
