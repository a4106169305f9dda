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
//   - mention: a round-up or live page that touches a thread without being part of it.
//
// # Why names and kind words
//
// No text similarity separates a follow-up from another story at the same place: true follow-ups score .23 to .70
// against their thread, unrelated stories of the same place .36 to .57. Two independent guards do: the specific names
// of the founding event recur, and so do its kind words. Either alone fails.
//
// # Invariants
//
// Link is a pure function of the set of events, the frequencies and the parameters. Events are taken in order of
// (founding time, id), undated ones last, so that the order of the slice does not matter. An event that shares no name,
// kind word or term with the others changes nothing about them.
//
// # One-subject stores
//
// A kind word that a large share of the store has counts for less, and text links look past what all stories share, so
// that a store about one subject does not become one thread. Both depend on the whole set.
//
// # Concurrency
//
// Everything is immutable after construction or owned by the caller; NewProfile may run in parallel.
package thread
