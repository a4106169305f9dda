// Package newsroom holds invented news with known answers: a sample week that is embedded in the binary, and a
// generator for newsrooms of any size.
//
// Every outlet, person, place of business and event in it is made up. The sample is what `demo` shows and what the
// end-to-end test reads; the generator feeds `generate`, the benchmarks and the tests that need more stories than
// anybody would write.
//
// # Glossary
//
//   - label: what a story really is, known because the story was made for it: its event, duplicate group, thread,
//     series and the relation to the origin of its group. A story alone at a level is labelled with an id of its own.
//   - origin: the story of a duplicate group that the others were copied from. Its id names the group.
//   - beat: one event of a thread of the generator.
//   - wording: an independent report of one event; wordings share facts and names, not sentences.
//
// # Invariants
//
// The same Options give the same stories, byte for byte, on any machine. Stories of one duplicate group are in one
// event, and all stories of one event are in one thread. The label Relation is "origin" exactly where the group is
// named after the story itself. Stories come in order of arrival, which is the order of publication but for the late
// ones.
//
// # Concurrency
//
// Sample and SampleJSONL may be called from any goroutine and share nothing that can be written to. A sequence that
// Generate returned may be ranged over several times, each time from the start, and from several goroutines at once.
package newsroom
