// Package eval measures how well a partition of stories agrees with a labelled one, and how much two partitions of our
// own differ.
//
// # Glossary
//
//   - gold: the labelled partition; system: the one to judge.
//   - BCubed: precision and recall of each story's cluster, averaged over stories.
//   - pairwise: precision and recall over pairs of stories in one cluster.
//   - ARI: adjusted Rand index, 1 for equal partitions, about 0 for unrelated ones.
//   - slice: the stories with some property, scored inside the partition of all.
//   - unpublished: of an id that changed or went out of use without a word in the journal.
//   - churn: what share of the stories that stayed changed their company between two partitions.
//
// # Invariants
//
// Every figure is a function of the two partitions alone, whatever the names of their clusters and the order of the
// stories. F1 is 0 where precision and recall are.
//
// # Concurrency
//
// All functions are pure; an IDs belongs to one goroutine.
package eval
