package event

import (
	"encoding/hex"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

func TestNumbersThatAreNoEmbedding(t *testing.T) {
	for name, numbers := range map[string][]float64{
		"none": {}, "too many": make([]float64, MaxDimensions+1), "all zeros": {0, 0}, "not a number": {1, math.NaN()},
		"infinite": {math.Inf(-1), 1},
	} {
		if e, err := NewEmbedding(numbers); !errors.Is(err, ErrEmbedding) {
			t.Errorf("%s: %v, %v", name, e, err)
		}
	}
}

// One byte a dimension keeps cosines to the second digit, and those of the largest and the smallest floats.
func TestRoundingKeepsCosines(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for _, scale := range []float64{1, 1e-300, 1e300, math.MaxFloat64 / 8} {
		for range 50 {
			a, b := make([]float64, 384), make([]float64, 384)
			var ab, aa, bb float64
			for i := range a {
				x := r.NormFloat64()
				y := .7*x + .6*r.NormFloat64()
				ab, aa, bb = ab+x*y, aa+x*x, bb+y*y
				a[i], b[i] = x*scale, y*scale
				if math.IsInf(a[i], 0) || math.IsInf(b[i], 0) {
					a[i], b[i] = 0, 0
				}
			}
			x, err := NewEmbedding(a)
			if err != nil {
				t.Fatal(err)
			}
			y, err := NewEmbedding(b)
			if err != nil {
				t.Fatal(err)
			}
			if c, ok := x.Cosine(y); !ok || math.Abs(c-ab/math.Sqrt(aa*bb)) > .01 {
				t.Errorf("scale %g: cosine %.4f, %v; was %.4f", scale, c, ok, ab/math.Sqrt(aa*bb))
			}
		}
	}
}

func TestCosine(t *testing.T) {
	of := func(numbers ...float64) *Embedding {
		e, err := NewEmbedding(numbers)
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	for _, c := range []struct {
		name string
		a, b *Embedding
		want float64
		ok   bool
	}{
		{"same direction", of(1, 2), of(10, 20), 1, true},
		{"opposite", of(1, 0), of(-3, 0), -1, true},
		{"across", of(1, 0), of(0, 1), 0, true},
		{"other dimensions", of(1, 2), of(1, 2, 0), 0, false},
	} {
		got, ok := c.a.Cosine(c.b)
		back, _ := c.b.Cosine(c.a)
		if math.Abs(got-c.want) > 1e-12 || ok != c.ok || back != got {
			t.Errorf("%s: %v and back %v, %v", c.name, got, back, ok)
		}
	}
}

// The bytes are fixed: stores keep them.
func TestEmbeddingGoldenBytes(t *testing.T) {
	e, err := NewEmbedding([]float64{.5, -.5, .25, 0, -.001})
	if err != nil {
		t.Fatal(err)
	}
	b := e.AppendBinary(nil)
	if got := hex.EncodeToString(b); got != "0105"+"7f8140"+"00"+"00" {
		t.Errorf("bytes are %s", got)
	}
	back, err := DecodeEmbedding(b)
	if err != nil || !back.Equal(e) {
		t.Errorf("came back as %v, %v", back, err)
	}
}

func FuzzDecodeEmbedding(f *testing.F) {
	f.Add([]byte{1, 2, 127, 0})
	f.Add([]byte{1, 2, 128, 1})
	f.Add([]byte{1, 1, 0})
	f.Add([]byte{2, 1, 1})
	f.Add([]byte{1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := DecodeEmbedding(b)
		if err != nil {
			if !errors.Is(err, ErrEmbedding) {
				t.Errorf("error %v", err)
			}
			return
		}
		if c, ok := e.Cosine(e); !ok || math.Abs(c-1) > 1e-9 {
			t.Errorf("cosine with itself %v, %v", c, ok)
		}
		again, err := DecodeEmbedding(e.AppendBinary(nil))
		if err != nil || !again.Equal(e) {
			t.Errorf("%v, %v", again, err)
		}
	})
}
