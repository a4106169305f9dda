// Package text reads words: normalising, splitting, stems, names, languages, the frame and the furniture of a story.
//
// # Glossary
//
//   - token: a word, a number, or a run of a script without word boundaries.
//   - term: the hash of a stem; what the event and thread stages count and compare.
//   - background: how common terms are in news at large, and how often they are capitalised.
//   - frame: what stands around a report: bylines and dateline before it, credits after it.
//   - furniture: lines that a source puts into many stories, learned source by source.
//   - name: a mention of a person, place or organisation; specific if a word of it identifies.
//
// # Invariants
//
// Any input gives a defined result, invalid UTF-8 included; nothing here fails on text. The same input and the same
// learned state give the same output. A change of what words, terms, names or frames are is a change of the versions
// that a store pins.
//
// # Concurrency
//
// Tables are immutable once loaded and shared freely. Scratch types (Normaliser) belong to one goroutine, and so does a
// Furniture while it learns; reading one is safe for concurrent use while nobody does.
package text
