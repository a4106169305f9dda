package neardup

import "github.com/zeebo/xxh3"

// idAlphabet is Crockford's base32 in lower case: no i, l, o, u, so that an id survives being read aloud.
const idAlphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// hashID renders the first 50 bits of a hash as prefix and ten characters.
func hashID(prefix byte, h uint64) string {
	var b [11]byte
	b[0] = prefix
	for i := 10; i > 0; i-- {
		b[i] = idAlphabet[h&31]
		h >>= 5
	}
	return string(b[:])
}

// GroupID is the id that a representative gives its group. A group that an earlier copy joins late keeps the id that it
// had.
func GroupID(representative string) string {
	h := xxh3.HashString128("group\x00" + representative)
	return hashID('g', h.Hi>>14)
}
