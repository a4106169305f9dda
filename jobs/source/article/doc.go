// Package article finds the text of a news story on the page that shows it, among menus, advertisements, comments and
// what else to read.
//
// # Glossary
//
//   - page: HTML as a server sent it, in whatever encoding.
//   - block: a run of text that nothing divides, such as a paragraph or an entry of a list.
//   - prose: blocks that are sentences and not menus, by their length and by what of them is in links.
//
// # How
//
// An article is the smallest element that holds nearly all prose of a page, less what names itself a comment, a menu or
// the like. What publishers say to search engines in JSON-LD goes before what is guessed, and is the text too where the
// page shows less than half of it.
//
// # Invariants
//
// The work grows with the size of a page and no faster. Extracting ends within Options.Timeout for the caller all the
// same, and a panic of the parser is an error here; what was given up keeps its place among Options.Concurrent until it is
// done. Text comes out as paragraphs apart by an empty line. The same page gives the same article.
//
// # Concurrency
//
// An Extractor and a Reader are safe for concurrent use.
package article
