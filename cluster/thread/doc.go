// Package thread links events into threads: a founding event with its follow-ups over days and months.
//
// # Glossary
//
//   - kind word: a word that says what sort of thing happened (attack, quake, verdict), folded to a head so that
//     "attacker" and "attacks" are one, and shared by all languages that have a list.
//   - specific name: a name word that identifies a story: no country, institution, facility, weekday or title, and rare.
//   - core: the founding story and the stories within a day of it that tell the same. Its names and kind words are
//     frozen from then on; its text grows to sixty stories.
//   - star: every event is judged against the core of the thread, never against the last event that joined.
//   - head: the linear model that says how likely an event that has passed the gates is a follow-up of a core.
//   - cue: a phrase of a headline by which a story says that it looks back: for an anniversary, or to explain.
//   - saga: a thread of weeks or months that has dropped the names it began with and is held together by its wording.
//   - panel: a fixed sample of the stories of a language, by which the wording of a thread is judged.
//   - mention: a round-up or live page that touches a thread without being part of it.
//
// # Why names and kind words
//
// No text similarity separates a follow-up from another story at the same place: true follow-ups score .23 to .70
// against their thread, unrelated stories of the same place .36 to .57. Two independent guards do: the specific names
// of the founding event recur, and so do its kind words. Either alone fails. Both are gates; how much of each is enough
// depends on the other and on the similarity, and is learned.
//
// # Invariants
//
// Link is a pure function of the set of events, the frequencies and the parameters. Events are taken in order of
// (founding time, id), undated ones last, so that the order of the slice does not matter. An event that shares no name,
// kind word or term with the others changes nothing about them, but for the shares of the store below.
//
// # One-subject stores
//
// In a store about one subject every story is like many others, and similarity says little. A kind word that a large
// share of the store has therefore counts for less. And a link by text alone holds only where the thread stands out:
// stories from before it began and after it ended cannot belong to it, so that those among them that are as similar as
// the link show what similarity is worth here. Their share, against the share of the stories of its own time, is the
// share of its links that is there by chance; each thread has a bar of its own at which that share is small enough. A
// store that does not reach beyond the time of a thread cannot tell, and makes no such links.
//
// # Settling
//
// Events are taken as news comes in, so that a thread is judged by what it had until then. Once all are in, every single
// story and every event that is in a saga by its text alone is judged again, by the whole text of the sagas: it goes to
// the one that it is most like, or stays alone. Then it must also be nearer to the saga than to what the store reports
// beyond the time of it, which is what tells a report of the saga from one that is full of what all reports have. All
// of it is judged against one state of the sagas, so that the order plays no part.
//
// # Concurrency
//
// Everything is immutable after construction or owned by the caller; NewProfile may run in parallel.
package thread
