// Package access decides who may do what over HTTP, how often, and from which pages: it stands before every handler of the
// server.
//
// # Glossary
//
//   - scope: what a token allows: read, push (stories) or edit (orders of editors). None includes another.
//   - token: a random secret that a client shows, as a bearer or as the password of a feed reader or browser. A file in
//     the store's folder knows it by its hash; the config may name one more, which has every scope.
//   - local: a request that comes from this machine and is meant for it: over loopback, to localhost or an address in
//     numbers, and not through a proxy.
//   - guard: the handler that asks all of this, in this order: is the server known by that name, may a page of that origin
//     ask, is the client within its rate, is it a form of another site, may the client do this.
//
// # Invariants
//
// What changes something needs a token with its scope. Only where there has never been a token may a local request do
// without. Reading needs the scope read, unless the request is local or the rules say that everybody may read. A request
// that is not understood needs edit, so that a new endpoint is closed until somebody says what it is.
//
// A secret is shown once and is nowhere afterwards. What is kept is its SHA-256, without salt and not slowed down: these are
// 256 random bits and no words that people choose, so that there is nothing to guess, and a slow hash would only let whoever
// sends wrong tokens keep the server busy.
//
// A token file that cannot be read lets nobody in by its tokens, and does not count as one that is not there.
//
// Memory has a bound, however many addresses ask.
//
// # Concurrency
//
// A Guard and its Tokens serve any number of requests at once, and take other rules meanwhile.
package access
