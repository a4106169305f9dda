// Package catalog keeps in memory what lists of events and threads need, so that a front page, a list, a search and a feed
// are answered in milliseconds whatever the size of the store.
//
// # Glossary
//
//   - entry: what lists know of an event or thread, see report.EventEntry. Filters, figures and orders are those of
//     package report; nothing here has a formula of its own.
//   - slot: the place of an entry. What changes gets a new slot, and the old one stays empty until the catalog is packed.
//   - step: the way from one state to the next, with the ids of all that may be different. The last ones are remembered for
//     who keeps answers longer than a state lasts.
//   - posting: the slots of the events in whose headlines, names, outlets or lead a term is.
//
// # Why this index
//
// Posting lists of slots under a sorted list of terms, all in memory. What is searched is short, some fifty terms an
// event, so that the index is small beside the texts; it needs no scores, since lists have orders of their own; and a
// prefix is a range of the terms. It is made anew at each start from a snapshot, in the background, so that there is no
// second thing on disk that might disagree with the store. docs/PERFORMANCE.md has sizes and times.
//
// # Invariants
//
// An answer is of one state of the store: that after the journal entry whose number it carries. It gives the same elements
// with the same figures in the same order as report.Events and report.Threads on a snapshot of that state.
//
// # Concurrency
//
// Run owns all that changes. It reads the store beside the queries and lets them wait only while it puts new entries in.
// Queries may be asked from any number of goroutines.
package catalog
