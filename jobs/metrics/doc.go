// Package metrics keeps the figures of a daemon and serves them in the format of Prometheus. It is the only importer of
// that library. docs/OPERATIONS.md lists every name; names and labels are only added, never changed.
//
// # Glossary
//
//   - step: a part of a tick that takes time of its own, such as finding copies or committing.
//   - gate: a rule that keeps stories or events apart whatever the models say.
//   - kind of a job: the first word of its name, so that a hundred feeds are one series and not a hundred.
//
// # Invariants
//
// No label takes its values from what is read: feeds, stories and whoever pushes them cannot make series. A Set that is nil
// counts nothing, and every method may be called on it.
//
// # Concurrency
//
// A Set is safe for concurrent use. What is read at a scrape is asked from the goroutine of the request.
package metrics
