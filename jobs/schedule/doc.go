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
// at a time. A job that panics is reported and runs again when it is next due. After Stop returns nil nothing runs.
//
// Times are those of the scheduler's zone, UTC by default: in a zone with daylight saving a spec inside the hour that
// is left out in spring does not fire on that day, and one inside the hour that comes twice in autumn fires twice. Days
// of the month and of the week are alternatives when both are given, as in cron.
//
// # Concurrency
//
// A Scheduler is safe for concurrent use. Each run has a goroutine of its own; callbacks are called from it.
package schedule
