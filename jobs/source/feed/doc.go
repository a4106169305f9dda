// Package feed reads RSS 0.9x, 1.0 and 2.0, Atom and JSON Feed as they are met on the open web, and lists of them (OPML).
//
// # Glossary
//
//   - document: one feed as it was fetched, with the items that it holds now.
//   - guid: what a publisher calls an item; meant to be unique and to stay, often neither.
//   - salvage: reading the items of a document one by one since it cannot be read as a whole.
//   - ref: what is remembered of an item between two fetches: its guid and the story that it is.
//
// # Identity
//
// A story is known by the address of its page, since that is what two feeds of a site, a crawler's dump and a push have in
// common. Guids are needed where addresses fail: items that share one address, or that moved to another. Resolve decides.
//
// # Invariants
//
// Parse takes any bytes: it returns an error that says in words what is wrong with them, and neither panics nor takes more
// memory than a small multiple of their size. The same bytes and Options give the same items. Every item of a document
// yields exactly one source.Item, in the order of the document, but for those over Options.MaxItems, which are counted.
// Entities that a document defines are never expanded, and nothing that it refers to is read.
//
// # Concurrency
//
// Everything here is a pure function; nothing is kept.
package feed
