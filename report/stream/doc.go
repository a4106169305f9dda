// Package stream tells journal entries as they are committed, as server-sent events.
//
// # Glossary
//
//   - entry: of the journal. Its sequence number is the id of the event that tells it, its kind the name of it, and its
//     data the JSON that "changes" gives for it.
//   - place: the number of the last entry that a client has, or has no need of. Clients give it back in Last-Event-ID.
//
// # Invariants
//
// A client is told every entry behind its place that its filter lets pass, once and in order, for as long as it is
// connected; where the journal does not hold what lies behind its place, an event of its own says so, before anything
// else: nothing is left out in silence. Nothing is kept for a client but its place, so that one that reads slowly costs
// no memory; it is cut off when it takes nothing for as long as a write may wait, and comes back with its place. No
// snapshot is held while something is written.
//
// # Concurrency
//
// Each client has the goroutine of its request. Close ends all of them at once.
package stream
