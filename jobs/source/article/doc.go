// Package article finds the text of a news story on the page that shows it, among menus, advertisements, comments and
// what else to read.
//
// # Glossary
//
//   - page: HTML as a server sent it, in whatever encoding.
//   - element: what a tag opens; their number is what the work of extracting grows with.
//
// # Invariants
//
// Extracting ends within Options.Timeout for the caller, whatever the page is made of, and a panic of the libraries that
// do it is an error here. What they were given up on goes on in the background until it is done, which Options.Elements
// bounds; it keeps its place among Options.Concurrent meanwhile, so that hostile pages take no more than these. Text comes
// out as paragraphs apart by an empty line. The same page gives the same article.
//
// # Concurrency
//
// An Extractor and a Reader are safe for concurrent use.
package article
