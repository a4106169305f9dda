// Package webhook delivers journal entries to HTTP endpoints: signed, in order, at least once.
//
// # Glossary
//
//   - endpoint: a configured address with its secrets and its filter.
//   - delivery: the request that carries a batch of entries. Its id is made of the endpoint's name, its first and last
//     sequence number and the time of the first, and is the same at every attempt.
//   - courier: the goroutine of one endpoint.
//   - pinned: a delivery whose body is in the store; it is sent as it is until it is delivered or buried.
//   - buried: put into the bounded list of dead letters, which names the entries and why they could not be delivered.
//     The entries themselves stay in the journal.
//   - reached: an event that an endpoint with a least number of sources has been told of.
//
// # Invariants
//
// A delivery is pinned before it is sent, and the cursor moves when it has been answered: a crash in between repeats it
// with the same id and the same bytes. The next delivery of an endpoint begins when the one before has been delivered or
// buried. No entry that the filter lets pass is skipped: it is delivered, in a dead letter, or behind the cursor of a
// disabled endpoint. An event is told once as having reached a number of sources, and so are two events that were told
// apart and are one now. Secrets, and addresses beyond their host, are in no record, log or error.
//
// # Concurrency
//
// Each endpoint has a goroutine of its own, which waits for nothing but its own endpoint and for its turn to commit; a
// Runner owns them, and Stop waits for them. The other functions work on a store that no Runner works on.
package webhook
