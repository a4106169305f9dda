// Package store keeps stories, duplicate groups, events and threads in an embedded Badger database, together with how
// they came about: runs, rejects, cursors and the journal. It is the only importer of badger; nothing of badger shows
// in its API. docs/FORMAT.md describes keys and records byte by byte.
//
// # Glossary
//
//   - batch: what one tick chunk changed, with the cursors of what it read. Commit takes it whole or not at all.
//   - snapshot: the state between two commits, for as long as it is held open.
//   - version: one text of a story. All of them are kept; the current one is the latest (see
//     cluster.Supersedes).
//   - waiting story: one that has been stored and placed in a group, but not yet in an event.
//   - lone id: the id of a group of one story or of a thread of one event. It has no record of its own, only a row that
//     says whose id it is; reading it gives a record with one member.
//   - redirect: where an id went that is no longer in use. Reads follow redirects.
//   - expired story: one whose texts and features have been given up. Its record is there, with headline, times and place.
//   - redo log: a batch too large for one transaction, written down in full before any of it is applied.
//
// # Invariants
//
// Every story has exactly one time key, meta, text and features row; one that has expired has the first two of these and
// no version. Of the stories of a group, an event or a thread all have expired or none, and what has is changed by no
// batch, so that an engine that is given the others meets whole clusters. Every group, event and thread id in a placement
// or an event leads to something that names the story or the event back. A redirect ends at a live id or at a
// tombstone, never in a circle, and takes one step (they are path-compressed when written). The journal has no gaps.
// Counts are kept, not estimated. Check verifies all of it.
//
// A batch is visible to readers whole or not at all, also after a crash at any point. What Commit has acknowledged is
// on disk: it survives SIGKILL and, as far as the disk honours fsync, power loss.
//
// # Concurrency
//
// A Store may be used by several goroutines. Commits run one after the other. Snapshots do not block commits and are
// not blocked by them, but for the moments in which a redo log is applied. Close
// waits for the snapshots that are still open.
package store
