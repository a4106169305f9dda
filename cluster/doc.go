// Package cluster is the pure core of samestory: it takes stories and what is already known, and says which texts are
// copies, which stories report one event and which events form a thread.
//
// # Glossary
//
//   - story: one published item of one source; deliveries of one id with other text are versions of it.
//   - duplicate group: stories whose text is the same but for small edits, each with a typed relation to the
//     representative.
//   - event: what happened once; the event cluster is the set of stories that report it.
//   - thread: an event with its follow-ups over days, judged against the frozen core of the founding event.
//   - series: a recurring template; its editions are neither copies nor one event.
//   - tick: one batch run through the engine.
//
// # Invariants
//
// Nothing here reads a clock, a file, the network or a random source, and nothing logs. The same stories and the same
// parameters give the same bytes, on any number of cores and in any order inside a tick: every decision is taken over
// a total order (time, then id), and no map iteration reaches a decision or an output.
//
// # Concurrency
//
// An Engine belongs to one goroutine. It spreads the pure work (features, candidate scoring) over its own workers and
// waits for them before it returns; decisions are sequential.
package cluster
