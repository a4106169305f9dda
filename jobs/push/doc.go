// Package push takes stories in over HTTP: POST /v1/stories. A story is acknowledged when it is on disk, and not before.
//
// # Glossary
//
//   - delivery: one request with its stories. It is kept whole or not at all; what in it is no story is left out and told.
//   - result: what became of one item of a delivery, by the line on which it begins: the id of the story, or the reason
//     why it is none.
//   - budget: the bytes of all deliveries that are under way together.
//
// # Invariants
//
// A delivery is answered 202 when all its stories are on disk. After any other answer it may be sent again as it is: a
// story has an id, given or derived, and what is there already changes nothing.
//
// Memory has a bound whatever is sent and however slowly: a delivery that would go beyond the budget is answered 429, as
// is one that the inbox has no room for.
//
// An item is judged by the decoder and under the limits that the tick will read it with, so that what was accepted is not
// put aside later, and the id in the answer is that of the store.
//
// # Concurrency
//
// A Handler serves any number of requests at once.
package push
