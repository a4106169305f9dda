// Package fetch asks servers on the open web for feeds and pages, and survives whatever they answer.
//
// # Glossary
//
//   - hop: one request and its answer; a Get is one hop, and one more for each redirect.
//   - private: an address that a stranger's feed must not make us connect to, such as those of this machine, of the network
//     it stands in, and of the services of a cloud.
//   - host: what is spared: a name with its port where that is not the usual one.
//   - wire: bytes as they came, before they are decompressed.
//
// # Invariants
//
// A connection goes only to a public address or to one that Options.AllowPrivate names. This is checked on the address
// that is about to be connected to, after every lookup and on every hop, so that neither a redirect nor a name that points
// elsewhere the second time gets around it. A Get ends within Options.Timeout of the moments in which it does not wait for
// its turn with a host, and holds Request.MaxBody bytes and some buffers at most, whatever the server does. It fails with
// an error that Kind names. Nothing is read from the environment unless Options.Proxy says so, and nothing is kept between
// two Gets but idle connections, what is known of hosts, and robots.txt.
//
// # Politeness
//
// A host gets Options.Concurrent requests at a time and Options.Rate in a second, and is left alone for as long as an
// answer of 429 asks for. Pages are fetched as its robots.txt allows; feeds are made for programs and are not asked about.
// Conditional requests are the caller's, who knows what it saw before. Nothing is tried twice: when to come again is the
// caller's, too.
//
// # Concurrency
//
// A Client is safe for concurrent use. It starts no goroutine that outlives a Get but those of idle connections, which
// Close ends. Its clock is that of package time.
package fetch
