package event

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"github.com/samestory/samestory/cluster/text"
)

// FeaturesVersion is the first byte of encoded Features. It changes with the layout and with anything that makes the
// counts of two versions incomparable: the tokeniser, the stemmer, the term hash, the limits of what is kept.
const FeaturesVersion = 1

// ErrFeatures reports features of another version or damaged ones.
var ErrFeatures = errors.New("not event features of this version")

// AppendBinary appends the features to dst in their stable binary form.
func (f *Features) AppendBinary(dst []byte) []byte {
	dst = append(dst, FeaturesVersion, f.flags)
	dst = append(dst, uint8(len(f.lang)))
	dst = append(dst, f.lang...)
	dst = binary.AppendUvarint(dst, uint64(f.words))
	dst = binary.LittleEndian.AppendUint32(dst, math.Float32bits(f.norm))
	dst = binary.AppendUvarint(dst, uint64(len(f.days)))
	last := int64(0)
	for _, d := range f.days {
		dst = binary.AppendVarint(dst, int64(d)-last)
		last = int64(d)
	}
	dst = binary.AppendUvarint(dst, uint64(len(f.terms)))
	prev := uint64(0)
	for _, t := range f.terms {
		dst = binary.AppendUvarint(dst, uint64(t)-prev)
		prev = uint64(t)
	}
	return append(dst, f.tf...)
}

// DecodeFeatures reads what AppendBinary wrote, all of it. It returns ErrFeatures for anything else, and keeps no
// reference to data.
func DecodeFeatures(data []byte) (Features, error) {
	var f Features
	if len(data) < 3 || data[0] != FeaturesVersion {
		return f, ErrFeatures
	}
	f.flags = data[1]
	n := int(data[2])
	data = data[3:]
	if f.flags > flagTitle|flagBody || n == 0 || n > len(data) {
		return Features{}, fmt.Errorf("%w: bad header", ErrFeatures)
	}
	f.lang, data = string(data[:n]), data[n:]
	words, data, ok := uvarint(data, math.MaxUint16)
	if !ok || len(data) < 4 {
		return Features{}, fmt.Errorf("%w: bad word count", ErrFeatures)
	}
	f.words = uint16(words)
	f.norm = math.Float32frombits(binary.LittleEndian.Uint32(data))
	if !(f.norm >= 0 && f.norm < math.MaxFloat32) {
		return Features{}, fmt.Errorf("%w: bad norm", ErrFeatures)
	}
	count, data, ok := uvarint(data[4:], maxDays)
	if !ok {
		return Features{}, fmt.Errorf("%w: bad day count", ErrFeatures)
	}
	last := int64(0)
	for i := range count {
		v, n := binary.Varint(data)
		d := last + v
		if n <= 0 || d < math.MinInt32 || d > math.MaxInt32 || i > 0 && v <= 0 {
			return Features{}, fmt.Errorf("%w: bad day", ErrFeatures)
		}
		f.days = append(f.days, int32(d))
		last, data = d, data[n:]
	}
	if count, data, ok = uvarint(data, maxTerms); !ok || int(count) > len(data) {
		return Features{}, fmt.Errorf("%w: bad term count", ErrFeatures)
	}
	f.terms = make([]text.Term, count)
	prev := uint64(0)
	for i := range f.terms {
		v, n := binary.Uvarint(data)
		if n <= 0 || v == 0 || v > math.MaxUint32-prev {
			return Features{}, fmt.Errorf("%w: bad term", ErrFeatures)
		}
		prev += v
		f.terms[i], data = text.Term(prev), data[n:]
	}
	if len(data) != len(f.terms) {
		return Features{}, fmt.Errorf("%w: %d counts for %d terms", ErrFeatures, len(data), len(f.terms))
	}
	f.tf = append([]uint8{}, data...)
	return f, nil
}

func uvarint(data []byte, most uint64) (uint64, []byte, bool) {
	v, n := binary.Uvarint(data)
	if n <= 0 || v > most {
		return 0, nil, false
	}
	return v, data[n:], true
}
