// Package inbox keeps stories that were pushed until a tick has placed them. Whoever pushed them was told that they are
// safe, so they are on disk before they are acknowledged.
//
// # Glossary
//
//   - segment: a file of stories, one JSON object a line. One at a time is open and appended to; a sealed one is
//     complete, and is read as any other file of stories is.
//   - seal: close a segment and give it the name under which it is read. It happens when the segment is large enough and
//     whenever a tick begins.
//   - sweep: delete the sealed segments whose stories are in the store.
//   - depth: how much there is between the door and the store, in bytes and in stories.
//
// # Invariants
//
// What Append has returned nil for is read by a tick, whatever happens to the process or to the machine in between. What
// it has returned an error for may be read all the same, as after a connection that broke before the answer: a story has
// an id, and the store takes the same delivery once.
//
// A segment is deleted after the commit that holds the last of its stories, and never before. The depth has a bound, and
// beyond it Append says ErrFull; it never waits for room.
//
// # Concurrency
//
// Every method may be called from any goroutine. One goroutine of the Inbox writes: what arrives while the disk is busy
// is written and synced together, so that a hundred pushers cost the disk as much as one.
package inbox
