// Package service holds what the page and the API have in common: what both ask of a daemon beside its store, and what an
// error means to a client.
//
// # Glossary
//
//   - order: what an editor wants changed.
//   - editor: whoever carries orders out, one after the other.
//   - judge: whoever compares texts with what is stored; it writes nothing.
//   - lists: lists of events and threads from memory, where there are any, see package catalog.
//
// # Concurrency
//
// Everything here may be called from several requests at once.
package service
