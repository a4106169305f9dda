package event

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// ErrEmbedding reports numbers or bytes that are no embedding.
var ErrEmbedding = errors.New("not an embedding")

// MaxDimensions bounds an embedding, so that a damaged record or a wrong answer cannot ask for all memory.
const MaxDimensions = 1 << 14

// Embedding is what a model of the user's choice made of a text, rounded to one byte a dimension. Only its direction
// counts. It is immutable, and the same whether it was just made or read back, so that a restored engine decides as the
// one before it did.
type Embedding struct {
	values []int8
	norm   float64
}

// NewEmbedding rounds the numbers of a model: the largest becomes 127. Numbers that are not finite, none at all, more
// than MaxDimensions and nothing but zeros are ErrEmbedding.
func NewEmbedding(numbers []float64) (*Embedding, error) {
	if len(numbers) == 0 || len(numbers) > MaxDimensions {
		return nil, fmt.Errorf("%w: %d dimensions", ErrEmbedding, len(numbers))
	}
	largest := 0.0
	for i, x := range numbers {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, fmt.Errorf("%w: number %d is %v", ErrEmbedding, i, x)
		}
		largest = max(largest, math.Abs(x))
	}
	if largest == 0 {
		return nil, fmt.Errorf("%w: all zeros", ErrEmbedding)
	}
	values := make([]int8, len(numbers))
	for i, x := range numbers {
		values[i] = int8(math.Round(x / largest * 127))
	}
	return &Embedding{values, norm(values)}, nil
}

func norm(values []int8) float64 {
	return math.Sqrt(float64(dot(values, values)))
}

// dot is a sum of integers: no order of summing can change it.
func dot(a, b []int8) int64 {
	sum := int64(0)
	b = b[:len(a)]
	for i, x := range a {
		sum += int64(int32(x) * int32(b[i]))
	}
	return sum
}

// Dimensions is how many numbers the model gave.
func (e *Embedding) Dimensions() int { return len(e.values) }

// Cosine compares two embeddings of one model, -1..1; false for those of different dimensions.
func (e *Embedding) Cosine(o *Embedding) (float64, bool) {
	if len(e.values) != len(o.values) {
		return 0, false
	}
	return float64(dot(e.values, o.values)) / (e.norm * o.norm), true
}

// Equal tells whether two embeddings are the same to the last bit; nil equals nil.
func (e *Embedding) Equal(o *Embedding) bool {
	if e == nil || o == nil {
		return e == o
	}
	return string(e.AppendBinary(nil)) == string(o.AppendBinary(nil))
}

// embeddingVersion leads the binary form; the number of dimensions follows as an unsigned varint, then one byte for each
// in two's complement.
const embeddingVersion = 1

// AppendBinary appends the form that DecodeEmbedding reads.
func (e *Embedding) AppendBinary(b []byte) []byte {
	b = append(b, embeddingVersion)
	b = binary.AppendUvarint(b, uint64(len(e.values)))
	for _, v := range e.values {
		b = append(b, byte(v))
	}
	return b
}

// DecodeEmbedding reads what AppendBinary wrote.
func DecodeEmbedding(b []byte) (*Embedding, error) {
	if len(b) == 0 || b[0] != embeddingVersion {
		return nil, fmt.Errorf("%w: not of version %d", ErrEmbedding, embeddingVersion)
	}
	n, used := binary.Uvarint(b[1:])
	if used <= 0 || n == 0 || n > MaxDimensions || n != uint64(len(b)-1-used) {
		return nil, fmt.Errorf("%w: %d bytes for %d dimensions", ErrEmbedding, len(b), n)
	}
	values := make([]int8, n)
	for i, v := range b[1+used:] {
		if values[i] = int8(v); values[i] == math.MinInt8 {
			return nil, fmt.Errorf("%w: byte %d is -128", ErrEmbedding, i)
		}
	}
	e := &Embedding{values, norm(values)}
	if e.norm == 0 {
		return nil, fmt.Errorf("%w: all zeros", ErrEmbedding)
	}
	return e, nil
}
