package sketch

import "math/bits"

// Version changes whenever the same words give another signature or other band keys.
const Version = 1

const (
	// Size is the number of values of a signature.
	Size = Bands * Rows
	// Bands and Rows are biased to recall: a pair of Jaccard 0.5 becomes a candidate with probability 0.996, one of 0.1
	// with 0.04; exact verification buys the precision back.
	Bands = 42
	Rows  = 3
)

// Signature is the Fast Similarity Sketch of a set of shingles (Dahlgaard, Knudsen, Thorup 2017).
type Signature [Size]uint32

// Keys are the band keys of a signature.
type Keys [Bands]uint32

const empty = ^uint32(0)

// Sign computes the signature of a set of shingles into sig, and reports false (and an all-empty signature that must
// not be indexed) for the empty set. It does not allocate.
//
// Round r hashes every shingle once more, to one bin and a value; a bin keeps the smallest value of the first round in
// which something fell into it. A story of ordinary length fills all bins in two or three rounds, so that the cost is
// about that of hashing each shingle twice, whatever the size of the signature. After Size rounds the bins that are
// still empty (sets of a few shingles) take their minimum over all shingles directly.
func (sig *Signature) Sign(shingles []uint64) bool {
	for i := range sig {
		sig[i] = empty
	}
	if len(shingles) == 0 {
		return false
	}
	for _, h := range shingles {
		bin, low := bits.Mul64(h, Size)
		v := uint32(low >> 32)
		sig[bin] = min(sig[bin], v)
	}
	var free [Size]bool
	left := 0
	for i := range sig {
		if sig[i] == empty {
			free[i] = true
			left++
		}
	}
	for round := uint64(1); left > 0 && round <= Size; round++ {
		salt := fold(round^mulA, mulB)
		for _, h := range shingles {
			bin, low := bits.Mul64(fold(h^salt, mulC), Size)
			if free[bin] {
				sig[bin] = min(sig[bin], uint32(low>>32))
			}
		}
		left = 0
		for i := range sig {
			free[i] = sig[i] == empty
			if free[i] {
				left++
			}
		}
	}
	for bin := range sig {
		if !free[bin] {
			continue
		}
		salt := fold(uint64(Size+1+bin)^mulA, mulB)
		for _, h := range shingles {
			sig[bin] = min(sig[bin], uint32(fold(h^salt, mulC)>>32))
		}
	}
	return true
}

// Similarity estimates the Jaccard similarity of the two shingle sets: standard error at most sqrt(J(1-J)/Size).
func (sig *Signature) Similarity(other *Signature) float64 {
	equal := 0
	for i, v := range sig {
		if v == other[i] {
			equal++
		}
	}
	return float64(equal) / Size
}

// Keys returns the band keys. The number of the band is part of the hash, so that equal values in different bands give
// different keys.
func (sig *Signature) Keys() Keys {
	var keys Keys
	for b := range keys {
		r := sig[b*Rows : b*Rows+Rows : b*Rows+Rows]
		lo := uint64(r[0]) | uint64(r[1])<<32
		hi := uint64(r[2]) | uint64(b+1)<<32
		keys[b] = uint32(fold(lo^mulB, hi*mulD^mulA) >> 16)
	}
	return keys
}

// LeadKeys fills keys with band keys of two rows each over a few shingles. The keys share no value with those of a
// Signature. It takes one pass per row, since there are too few rows for a Fast Similarity Sketch.
func LeadKeys(keys []uint32, shingles []uint64) {
	for i := range keys {
		first, second := ^uint64(0), ^uint64(0)
		salt := fold(uint64(i+1)^mulC, mulD)
		for _, h := range shingles {
			v := fold(h^salt, mulB)
			first = min(first, v)
			second = min(second, bits.RotateLeft64(v, 32))
		}
		keys[i] = uint32(fold(first^mulA, second^mulC) >> 16)
	}
}
