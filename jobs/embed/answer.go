package embed

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/samestory/samestory/cluster/event"
)

// ErrAnswer reports an answer that is not what was asked for.
var ErrAnswer = errors.New("unusable answer")

// answerBytes bounds what is read of an answer for each text: MaxDimensions numbers of some twenty digits.
const answerBytes = event.MaxDimensions * 24

type answer struct {
	Data []struct {
		Index     *int            `json:"index"`
		Embedding json.RawMessage `json:"embedding"`
	} `json:"data"`
}

// readAnswer reads the embeddings of n texts in their order. Servers that number none of them give them in order.
func readAnswer(r io.Reader, n int) ([]*event.Embedding, error) {
	limit := int64(n)*answerBytes + 64<<10
	body, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	if int64(len(body)) > limit {
		return nil, fmt.Errorf("%w: longer than %d bytes for %d texts", ErrAnswer, limit, n)
	}
	var a answer
	if err := json.Unmarshal(body, &a); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	if len(a.Data) != n {
		return nil, fmt.Errorf("%w: %d embeddings for %d texts", ErrAnswer, len(a.Data), n)
	}
	out := make([]*event.Embedding, n)
	for k, d := range a.Data {
		at := k
		if d.Index != nil {
			at = *d.Index
		}
		if (d.Index == nil) != (a.Data[0].Index == nil) || at < 0 || at >= n || out[at] != nil {
			return nil, fmt.Errorf("%w: its numbering is not 0 to %d", ErrAnswer, n-1)
		}
		numbers, err := readNumbers(d.Embedding)
		if err != nil {
			return nil, fmt.Errorf("%w: embedding %d: %w", ErrAnswer, at, err)
		}
		if out[at], err = event.NewEmbedding(numbers); err != nil {
			return nil, fmt.Errorf("%w: embedding %d: %w", ErrAnswer, at, err)
		}
		if out[at].Dimensions() != len(numbers) || out[at].Dimensions() != out[first(out)].Dimensions() {
			return nil, fmt.Errorf("%w: embedding %d has %d dimensions, others have %d", ErrAnswer, at, len(numbers), out[first(out)].Dimensions())
		}
	}
	return out, nil
}

func first(list []*event.Embedding) int {
	for i, e := range list {
		if e != nil {
			return i
		}
	}
	return 0
}

// readNumbers reads an array of numbers, or the base64 of little-endian floats of four bytes.
func readNumbers(raw json.RawMessage) ([]float64, error) {
	raw = bytes.TrimSpace(raw)
	if len(raw) > 0 && raw[0] == '"' {
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return nil, err
		}
		b, err := base64.StdEncoding.DecodeString(s)
		if err != nil {
			return nil, err
		}
		if len(b)%4 != 0 {
			return nil, fmt.Errorf("%d bytes are no floats", len(b))
		}
		numbers := make([]float64, len(b)/4)
		for i := range numbers {
			numbers[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])))
		}
		return numbers, nil
	}
	if bytes.Contains(raw, []byte("null")) { // which the decoder would read as 0
		return nil, errors.New("a number is missing")
	}
	var numbers []float64
	err := json.Unmarshal(raw, &numbers)
	return numbers, err
}
