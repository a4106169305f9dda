// Package digest reads the texts of a thread for what its reader wants to know: what each event added, and on which
// figures the reports differ.
//
// # Glossary
//
//   - beat: one event of a thread with what is new in it: names, figures, words and quotations that no earlier event had.
//   - claim: one story's value for one matter, the first in its headline or else in its lead.
//   - matter: what a claim is about: the injured, the injured officers, the damage in euros, the magnitude.
//   - account: all the values that were claimed for one matter, with who said each first and how many repeat it.
//
// # Invariants
//
// Make is a pure function of the set of events and stories: their order in the slices does not matter. Every figure,
// name and quotation occurs in the text of the story that it cites. Copies are left out by the caller: one text is one
// voice, however often it was printed.
//
// # What a claim is not
//
// Figures of other years, of what could have happened, and of "another three" are no claims. Where a matter says little
// by itself (an amount of money, a number of votes), only claims of one event and one order of size are compared.
//
// # Concurrency
//
// Everything is a value; calls do not share state.
package digest
