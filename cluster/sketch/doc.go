// Package sketch turns the hashed words of a text into shingles, a MinHash signature, band keys and exact shingle sets.
//
// # Glossary
//
//   - shingle: three words in a row, as one 64-bit hash.
//   - signature: 126 values; the share of equal values of two signatures estimates the Jaccard similarity of the shingle
//     sets.
//   - band: three values of a signature as one 32-bit key; 42 bands. Two texts are candidates when one key is equal.
//   - set: the shingles themselves, 32 bits each, for exact Jaccard and containment.
//
// # Invariants
//
// Everything is a pure function of the words. Neither the order nor the number of times a shingle occurs changes a
// signature or a set. Version names the function: signatures of different versions must not be compared.
//
// # Concurrency
//
// A Signer and a Set belong to one goroutine while they are written; finished sets may be read by many.
package sketch
