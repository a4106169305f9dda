// Package api serves the views of package report to programs: HTTP under /api/v1, described by an OpenAPI 3.1 document that
// is made from the same types as the answers, docs/openapi.yaml.
//
// # Glossary
//
//   - operation: a method and a path, as OpenAPI calls it.
//   - question: an operation that reads; it is answered from one snapshot of the store.
//   - problem: an error as RFC 9457 describes it.
//   - tag: what names the state of the store that an answer is of, its ETag.
//
// # Invariants
//
// The bytes of a view are those of report.Write: what a verb prints with --json and what the API answers is the same, and
// nothing here makes JSON of a view. The document says of every field whether it may be absent or null, and tests hold the
// answers against it.
//
// Nothing is guessed: a parameter or field that an operation does not know, one that comes twice, or one out of its bounds is
// a problem that names it. Problems never tell about the inside of the store.
//
// A tag changes with every commit that the answer may depend on, and with every minute where it depends on the clock: on ages,
// or on a window that counts back from now. An answer that is not sent again, 304, is so the same but for its now, and for what
// ages less than a minute. What many ask for is kept as long as its tag holds, see package answers.
//
// An id that has ended redirects for good to what it became.
//
// # Concurrency
//
// An API serves any number of requests at once, each question from a snapshot of its own.
package api
