// Package schedule runs jobs at the times that cron specs name. It is the only importer of robfig/cron, and stands
// between its users and what that library does with a bad spec, a panic or an overlap.
//
// # Glossary
//
//   - spec: five cron fields ("*/5 * * * *"), a name ("@hourly") or a distance ("@every 90s").
//   - skipped: a run that was due while the same job was still running.
//   - overdue: a job whose spec was due since its last success, because the program did not run then.
//   - group: jobs that never run at the same time, because they write to one store.
//
// # Invariants
//
// A spec that Parse accepts fires within the next years, at whole seconds, and never panics. One job never runs twice
// at a time, also when Replace changes it meanwhile. A job that panics is reported and runs again when it is next due.
// After Stop returns nil nothing runs.
//
// Times are those of the spec's zone, UTC by default. In a zone with daylight saving a spec that names its hours fires as
// often on the two days of the change as on any other: what falls into the hour that is left out in spring is due when
// that hour would have begun, and of the hour that comes twice in autumn the first counts. A spec of every hour or of a
// distance follows the time that passes. Days of the month and of the week are alternatives when both are given, as in
// cron.
//
// When the clock is stepped, or the machine was asleep, the jobs are planned anew within a minute: a job whose time was
// stepped over runs once, and after a step backwards no job waits for the time that was a mistake.
//
// Jitter moves the firings of a job by what its name and the seed of the machine say, so that jobs of one spec are spread
// and each keeps its distance.
//
// # Concurrency
//
// A Scheduler is safe for concurrent use. Each run has a goroutine of its own; callbacks are called from it.
package schedule
