// Package answers keeps what was rendered, for as long as nothing that it shows has changed.
//
// # Glossary
//
//   - state: what the answers are of, by a name that never comes again once another has followed it.
//   - tag: the ETag of an answer: of the state in which it was made, the minute, and all of the request that the answer
//     depends on.
//   - what an answer is about: the ids of all that it shows, where its handler named them.
//
// # Invariants
//
// An answer that is kept, or has a tag, was made while one state held from before its first look at the data to after its
// last. So it is of that state throughout, or newer, and no request is answered with one of an earlier state than that
// which held when it came; nor with one that named what it is about, unless all of that is the same by then. What is no 200
// is neither kept nor tagged.
//
// # Concurrency
//
// A Keeper may be used from several goroutines. Of those that ask for the same thing at once one makes the answer, and
// the others wait for it.
package answers
