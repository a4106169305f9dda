// Package feed gives lists of events to feed readers, as Atom 1.0 and as JSON Feed 1.1.
//
// There are three kinds. The feed of a folder is what the feeds of one folder of an OPML file told, each thing once. The
// feed of everything is the same of the whole store. The feed of a query has the events that the same query lists.
//
// # Glossary
//
//   - folder: of a list of feeds, as a feed reader exports it; with those within it. Its stories are those that its feeds
//     had, also where another feed had them first.
//   - beat: what a thread comes back with. An event that the thread knows as a follow-up, reaction, anniversary, saga or
//     reopened is a beat, and the founding one is. An update tells the founding event again within its day, and belongs to
//     that beat; a counterpart tells in another language what a beat tells, and belongs to it; a background piece tells
//     what is known, and belongs to the beat before it.
//   - entry: a beat in a feed, with the stories of the feed that tell it, by outlet. In the feed of a query it is an event.
//   - herald: the story of an entry that the feed had first.
//
// # When an entry comes back
//
// Feed readers know an entry by its id. Ours is made of the herald, and of nothing else: not of the ids of the event and
// the thread, which change when events come together and apart, and which a rebuild may give anew. So a further outlet or
// copy changes what an entry says, and neither its id nor when it was updated. When two events turn out to be one, the
// entry that was there first stays, and readers know it. When a thread has a new beat there is an entry with an id of its
// own, which says what is new in it and what came before. An event that was split in two, or a follow-up that turns out
// to have been one, was never shown by itself, and is.
//
// What can make a reader show something again is that the herald goes: when its feed is moved to another folder. That of
// a feed that was taken off the list stays.
//
// # Invariants
//
// A feed is a function of the state of the store, its address and, where a query speaks of ages, the clock: the same gives
// the same bytes. Whatever a story says of itself is text here: titles and names are cleaned of what misleads, addresses
// that are not http or https are left out, and all of it is escaped for the form it is in. All addresses are absolute.
//
// # Concurrency
//
// A Handler serves any number of requests at once. One feed is made at a time: readers like to ask all at the full hour.
package feed
