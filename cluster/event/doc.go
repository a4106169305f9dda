// Package event puts stories that report one happening into one event.
//
// The stages, each with a file or two of its own, in the order in which a story meets them:
//
//   - features: what is kept of a text, raw counts without any weighting (Featuriser, Features, the codec).
//   - vocabulary: how much a term is worth, from the resident stories and the background table of the language.
//   - candidates: which stories are worth comparing, from an inverted index.
//   - pair model: a linear score of two stories, moved by the base rate: how common one event is among near stories of
//     the language, which the store estimates itself. Context model: a second one that also sees their neighbourhoods, by
//     the scores of the first. Review: a third one that sees the neighbourhoods again, by the scores of the second. What
//     a pair means depends on what else is around, and that is how one threshold fits articles, leads and headlines.
//   - linkage: average linkage over the scores, inside each connected component.
//   - identity: which id a cluster takes over, and where the ids went that ended; the rule is that of package identity.
//
// # Glossary
//
//   - link: the probability, 0..1, that two stories report one event, after all three models.
//   - neighbour list: the candidates of a story with their pair scores, best first.
//   - component: stories connected by links that are strong enough to matter.
//   - settle: to weigh all terms anew and to rebuild every list and every event.
//   - tie: a link that is strong enough to count in an average.
//   - touched: a story that is new, whose event lost one, or of whose neighbourhood a good part is new.
//
// # Invariants
//
// Features never depend on other stories. Scores are functions of the resident stories and of the frozen vocabulary,
// never of earlier decisions. After Settle the events are a function of the set of resident stories: in whatever order and
// batches they came, the result is the same. So are their ids where it names them after their founders; otherwise these
// stay with what had them. Between two settlements the vocabulary stays frozen and only the components of touched stories
// are rebuilt, from neighbourhoods that may be older where nothing of the story's own has changed. Ties are broken by the
// order of stories: dated before undated, then time, then id. Events never cross languages.
//
// # Concurrency
//
// A Featuriser may be shared; each goroutine brings its own Scratch. A Clusterer belongs to one goroutine; Cluster and
// Settle spread the scoring over workers of their own and wait for them. The result does not depend on their number.
package event
