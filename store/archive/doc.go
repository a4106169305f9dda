// Package archive reads and writes the container that backups of a store lie in. It knows rows, keys and values of any
// content, but nothing of stories and nothing of the database; docs/FORMAT.md describes the bytes.
//
// # Glossary
//
//   - row: a key with its value, or a key that is to be deleted.
//   - block: some thousand rows of one file in the order of their keys, keys and values packed apart, so that keys can be
//     read without values.
//   - id of a backup: the SHA-256 of its bytes, in hexadecimal. A child names its parent's, so that a chain holds
//     together as the commits of a version control system do.
//   - full backup: has no parent and holds every row.
//   - incremental backup: holds what differs from the state of its parent, deletions too.
//   - chain: a full backup with its incremental ones, each the child of the one before.
//   - state: the rows that a chain amounts to, with a digest over their keys and the hashes of their values.
//   - lineage: where a store comes from. It is the same for a store, its copies, and what was restored from its backups.
//
// # Invariants
//
// The keys of a file ascend. A file gets its name when it is complete, on disk and read back; it never replaces
// another. What Merge yields has been compared with every checksum, and Verify reads all of a chain before anything of
// it is believed.
//
// # Concurrency
//
// A Writer and Rows belong to one goroutine. Memory is bounded by the number of processors for writing, and by the
// length of the chain for reading: about one block each.
package archive
