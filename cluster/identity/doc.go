// Package identity hands the ids of clusters on when the clusters change: those of duplicate groups, of events and of
// threads, all by one rule.
//
// # Glossary
//
//   - old cluster: one that was given out under an id. New cluster: one that was found now.
//   - founding member: the first of a cluster in the order of members. Of two clusters the one with the earlier founding
//     member is older.
//   - part: the members that an old and a new cluster share.
//   - weight of a part: the sum of 1/log2(1+rank) over its members, by their rank among all members of the two clusters,
//     from 1. Early members weigh more, since an id is known by what it stood for first; the discount is that of ranked
//     retrieval: the tenth member weighs .29, the hundredth .15. With 1/rank a founding story would outweigh eighty later
//     ones, with equal weights it would count for nothing.
//   - core of an old cluster: the part that its id goes with.
//
// # Rule
//
// A cluster that grows keeps its id, whatever comes before its founding member.
//
//   - Split: the core is the oldest part, unless another one is at least Outweighs times as heavy. Every other part gets
//     the id that its own founding member gives, with a number where that is in use, and knows what it left.
//   - Merge: the older cluster survives, unless another one is at least Outweighs times as heavy. That is the comparison
//     that a split makes, with the same ranks, so that a split that undoes a merge gives the ids back. An old cluster of
//     which less than half is here gives way to one that is here with more.
//   - What is left is matched by the heaviest part, then by Jaccard, then by age and id, where the part is half of the
//     old cluster or more.
//   - A part counts if it is half of one of the two clusters, or if their Jaccard is .3; members that are gone count for
//     neither.
//
// An id that is not handed on has ended. It leads to the new cluster that has most of its members, or nowhere if they are
// all gone, and is not given to another cluster at the same time.
//
// # Invariants
//
// The result depends on the sets of clusters and members alone, not on the order in which they are passed. An id is given
// once. With Rules.Found, for clusters whose ids nobody has seen, every one is named after its founding member, so that
// the ids too depend on the set alone.
//
// # Concurrency
//
// Everything here is a pure function.
package identity
