// Package control is the way to a daemon that holds a store: a unix socket in the store's folder, over which verbs are
// carried out by the daemon for whoever called them, and the profiler is reached.
//
// # Glossary
//
//   - socket: control.sock in the folder of the store. Only its owner may connect, and who connects may do whatever the
//     daemon may.
//   - verb: one call of the program, as its arguments say.
//   - session: a verb that the daemon carries out. The caller lends it what a process of its own would have had: streams,
//     folder, environment, name, the width of its terminal.
//
// # Protocol
//
// HTTP/1.1. POST /v1/verb has a Request as its body and upgrades the connection to frames: a byte for the kind, four for
// the length, big endian, and the content. The daemon sends output as it comes, asks for standard input and for variables
// of the environment when the verb wants them and not before, and closes with the exit code. The caller answers, and may
// ask for the end of the verb; a caller that goes away ends it too. /debug/pprof/ is that of net/http/pprof.
//
// # Invariants
//
// There is at most one socket for a store, because only who holds the store's lock makes one; what is found before is of a
// process that is gone. Output that nobody reads keeps a verb waiting once a mebibyte of it has gathered, not before, so
// that a verb which has changed the store gives its turn back however slowly its summary is read.
//
// # Concurrency
//
// A Server is safe for concurrent use. The streams of a Session are as those of a process: any goroutine may write, one may
// read.
package control
