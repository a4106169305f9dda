package neardup

import (
	"errors"
	"fmt"
	"time"
)

// Index engines of Params.Index.
const (
	IndexAuto    = "auto"        // minhash-lsh up to Params.FlatAbove live classes, flat above
	IndexMinhash = "minhash-lsh" // github.com/ekzhu/minhash-lsh over pre-banded keys
	IndexFlat    = "flat"        // sorted arrays
)

// ErrParams reports parameters out of range.
var ErrParams = errors.New("neardup: invalid parameters")

// Params are the settings of a Detector. Take DefaultParams and change what must differ.
type Params struct {
	Index     string        // one of the engines above
	FlatAbove int           // live classes above which IndexAuto changes to flat, see DefaultParams
	Window    time.Duration // stories further apart are not compared; at least a day
	BucketCap int           // candidates of one story at most, the nearest in time; 8 to 65,536
	Cache     int           // bytes of shingle sets of earlier stories kept for verification
	Similar   float64       // Jaccard from which two texts are copies
	Inside    float64       // containment from which one text was cut from the other
	InsideMin int           // shingles that both share at least for that
}

// DefaultParams returns the defaults.
//
// FlatAbove is from BenchmarkTick: up to 4,000 live stories the library costs a tick of 1,000 stories less than 0.1 s of
// CPU (80 µs a story; flat 4 µs), at 16,000 it costs 126 µs, at 64,000 it costs 295 µs (flat 8 µs), and it holds 2.0 KB an
// entry where flat holds 0.4 KB.
func DefaultParams() Params {
	return Params{
		Index:     IndexAuto,
		FlatAbove: 4000,
		Window:    30 * 24 * time.Hour,
		BucketCap: 128,
		Cache:     32 << 20,
		Similar:   0.5,
		Inside:    0.8,
		InsideMin: 30,
	}
}

func (p Params) check() error {
	switch {
	case p.Index != IndexAuto && p.Index != IndexMinhash && p.Index != IndexFlat:
		return fmt.Errorf("%w: index %q, want %q, %q or %q", ErrParams, p.Index, IndexAuto, IndexMinhash, IndexFlat)
	case p.FlatAbove < 0:
		return fmt.Errorf("%w: flat_above %d is negative", ErrParams, p.FlatAbove)
	case p.Window < 24*time.Hour:
		return fmt.Errorf("%w: window %v is shorter than a day", ErrParams, p.Window)
	case p.BucketCap < 8 || p.BucketCap > 65536:
		return fmt.Errorf("%w: bucket_cap %d, want 8 to 65536", ErrParams, p.BucketCap)
	case p.Cache < 0:
		return fmt.Errorf("%w: cache %d is negative", ErrParams, p.Cache)
	case !(p.Similar > 0.2 && p.Similar <= 1):
		return fmt.Errorf("%w: similar %v, want above 0.2 to 1", ErrParams, p.Similar)
	case !(p.Inside > 0.2 && p.Inside <= 1):
		return fmt.Errorf("%w: inside %v, want above 0.2 to 1", ErrParams, p.Inside)
	case p.InsideMin < 1:
		return fmt.Errorf("%w: inside_min %d, want 1 or more", ErrParams, p.InsideMin)
	}
	return nil
}
