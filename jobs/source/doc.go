// Package source reads stories from files, folders, globs and standard input and turns each into a cluster.Story.
//
// # Glossary
//
//   - item: one story, or one refusal, with the place it was read from.
//   - reject: an item that cannot be a story, with file, line, reason and an excerpt. It never stops the reading.
//   - note: something that was decided for the item: an id derived, a date not believed, bytes repaired.
//   - cursor: how far each file was read, so that the next run begins where the last committed one ended.
//   - arrival: the one point in time that a run calls now. This package reads no clock.
//
// # What is read
//
// A file holds one JSON object a line, or a JSON array of objects, or objects written over several lines; it may be
// compressed with gzip or zstd, which is told by its first bytes and not by its name. A folder is walked for
// *.jsonl, *.ndjson and *.json (each also .gz or .zst), hidden entries left out, in the order of the names.
//
// # Invariants
//
// Memory does not grow with a file or with one of its lines: a line over the limit is skipped to its end and refused.
// The same bytes, Spec and arrival give the same items in the same order for any number of workers. Every line that
// holds anything yields exactly one item. Advancing a cursor with items in order and reading again from it yields the
// items that follow and no others, also when the file has grown since.
//
// # Concurrency
//
// A Decoder is safe for concurrent use. A Reader and a Cursor belong to one goroutine each; Reader.Items starts its own
// workers and waits for them before it returns.
package source
