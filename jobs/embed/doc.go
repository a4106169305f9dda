// Package embed asks a server for embeddings of texts, by the request that Ollama, TEI, vLLM, llama.cpp, LocalAI and
// OpenAI have in common: POST /v1/embeddings. Embeddings are optional: whatever goes wrong here costs evidence and
// nothing else.
//
// # Glossary
//
//   - batch: the texts of one request.
//   - breaker: after several failures in a row the server is left alone for a while; it is then open.
//
// # Invariants
//
// Client.Embed always returns, at the latest when its context ends, with one embedding or none for every text. An answer
// is believed whole or not at all: as many embeddings as texts, each with its place, all of one number of dimensions
// through the life of a Client, all numbers finite. At most a bounded part of an answer is read. Redirects are not
// followed, and the key is in no error.
//
// # Concurrency
//
// A Client may be used by several goroutines; the bound on concurrent requests is for each call of Embed.
package embed
