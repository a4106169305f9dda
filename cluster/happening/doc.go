// Package happening finds the events of different languages that report the same happening.
//
// # Glossary
//
//   - happening: what happened once, whoever tells it in whatever language; a set of events, at least two, of at least
//     two languages. An event without counterparts is a happening of its own and is not listed.
//   - counterpart: an event in another language that reports the same happening.
//   - print: what is kept of a story for this: the words of its headline and the names of its lead, spelled in Latin
//     letters by their sound.
//   - grams: the sequences of four letters in those words. They see through endings: Olympiade, olimpiadi, Олимпиада.
//   - skeleton: the consonants of a word, in classes: Bilodid and Белодед are both PLTT.
//
// # How
//
// There is no dictionary and no translation. Names, numbers and the international words of news are alike in sound, and
// reports of one happening are close in time; a linear model of a few numbers weighs both. Pairs that it finds probable
// are joined strongest first, each join under guards that look at the whole of both sides.
//
// # Invariants
//
// Link is a pure function of the set of events. Pairs are met and joined in total orders, so that the order of the
// slice does not matter. A set of one language is returned at once; events without one of another language near in time
// are not looked at.
//
// # Concurrency
//
// Everything is immutable after construction or owned by the caller; NewPrint may run in parallel.
package happening
