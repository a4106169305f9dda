package store

import (
	"encoding/binary"

	"github.com/zeebo/xxh3"
)

// sealed lists the tables whose values end with a checksum of key and value. Badger has checksums of its blocks, which
// say nothing of what became of a value before it was written or after it was read. In the tables that are left out, any
// other byte contradicts another row or the content hash of a text, so that Check finds it without one.
const sealed = "BFOQacefhjkmnpqrstuvx"

// sealWidth is how many bytes the checksum takes: one damaged value of four billion passes.
const sealWidth = 4

// isSealed reports whether the values of a table have a checksum.
func isSealed(table byte) bool {
	for i := range len(sealed) {
		if sealed[i] == table {
			return true
		}
	}
	return false
}

// sum is the checksum of a value under its key, so that a value does not pass under the key of another.
func sum(key, value []byte) uint32 { return uint32(xxh3.HashSeed(value, xxh3.Hash(key))) }

// seal gives a value as it is written. It makes a new slice.
func seal(key, value []byte) []byte {
	if len(key) == 0 || !isSealed(key[0]) {
		return value
	}
	b := make([]byte, 0, len(value)+sealWidth)
	b = append(b, value...)
	return binary.LittleEndian.AppendUint32(b, sum(key, value))
}

// unseal gives a value as it was before seal, and ErrCorrupt where it is not that.
func unseal(key, value []byte) ([]byte, error) {
	if len(key) == 0 || !isSealed(key[0]) {
		return value, nil
	}
	n := len(value) - sealWidth
	if n < 0 || binary.LittleEndian.Uint32(value[n:]) != sum(key, value[:n]) {
		return nil, corrupt("table %c, key %x: the value does not match its checksum", key[0], key[1:])
	}
	return value[:n:n], nil
}

// sealAll seals the values of ops that are about to be written.
func sealAll(ops []op) []op {
	for i := range ops {
		if !ops[i].delete {
			ops[i].value = seal(ops[i].key, ops[i].value)
		}
	}
	return ops
}
