// Package constraint holds what editors have said about clusters: which stories tell of one event, or belong into one
// thread, and which do not. The stages of the engine obey it; nothing that is measured overrules it.
//
// # Glossary
//
//   - constraint: one statement about stories. They are named by story ids, because those of events and threads may end.
//   - together: all stories of a constraint are in one event, or their events in one thread.
//   - apart: no story of one side is with a story of the other.
//   - class: the stories that constraints, taken one with the other, hold together.
//   - contradiction: a pair that is to be apart and lies in one class.
//
// # Invariants
//
// What is in one event is in one thread: together at the level of events holds for threads, and apart at the level of
// threads holds for events. A [Set] is free of contradictions, so that there is always a partition that obeys it.
//
// # Concurrency
//
// A Set is not changed after it was made and may be read by several goroutines; its Forest belongs to one.
package constraint
