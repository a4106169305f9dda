// Package crew runs work on several goroutines and brings their panics home: one that nobody recovers in its own goroutine
// ends the process, whatever its caller would have done about it.
//
// # Glossary
//
//   - worker: one of the goroutines of a run, by its number from 0.
//
// # Invariants
//
// No goroutine outlives the call that began it, and none of their panics is lost or ends the process by itself.
//
// # Concurrency
//
// Run may be called from several goroutines, and by a worker.
package crew
