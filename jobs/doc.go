// Package jobs runs ticks: it reads sources into chunks, hands them to the engine and commits what comes out, as a
// one-shot backfill or as a daemon on a schedule.
//
// # Glossary
//
//   - desk: an open store with the engine over it, the one writer of a process.
//   - input: a source of stories with the name under which its cursor is kept.
//   - chunk: what one tick takes, about 1,000 stories; one commit.
//   - run: one execution of a job, with counts and rejects, kept in the store.
//   - resident: a stored story whose features the engine holds.
//   - part: what works beside the jobs of a daemon, such as a server.
//   - live, ready: what a restart would help is not live; what is not as fresh as its schedule says is not ready.
//   - waiting: placed among the copies, and not yet in an event.
//
// # Invariants
//
// Everything of a chunk is committed in one atomic step with the cursor of its input: a job that dies loses nothing and
// doubles nothing. A desk is used no more after a tick or a commit has failed, since its engine is ahead of the store.
// One bad item, and one input that cannot be read, never stop a run. Nothing here reads the clock but through the
// function it was given.
//
// # Concurrency
//
// A Desk belongs to one goroutine; the commit of a chunk goes on while the next one is computed, and is waited for
// before the next commit and at the end. A Daemon's jobs that write wait for each other. Its options are replaced as a whole by
// Reload: a job asks for them once, when it begins, and keeps to them.
package jobs
