// Package report is the read side of samestory: it asks questions of a snapshot of the store and shows the answers.
//
// Two layers, which know nothing of each other: queries turn a [Reader] into views, which are plain structs with a
// documented JSON form (docs/JSON.md), and [Write] turns any view into a table, JSON, JSON Lines, CSV, Markdown or HTML.
// Package report/web serves the same views over HTTP.
//
// # Glossary
//
//   - outlet: a source as a reader sees it; the word for a source in a list of who has an event.
//   - independent sources: the outlets that have a text of their own in an event, which is what is left after the
//     copies of each duplicate group are folded under their origin.
//   - copies folded: the stories of an event that are copies of another story of it.
//   - lag: how long after the first story, or after the original of a copy, a story came out.
//   - beat: one event of a thread.
//   - line: one element of a list (an event in the list of events); page: all of one thing.
//
// # Invariants
//
// A view is a function of the snapshot, the query and the query's Now: nothing here reads a clock. Every list has a
// total order. A limited list keeps no more than its limit, and a constant, in memory. JSON fields are only ever added,
// and [Version] changes when one has to change its meaning. Text from stories never reaches a terminal, a spreadsheet
// a Markdown renderer or a browser in a form that these would execute.
//
// # Concurrency
//
// Views are values without hidden state, and a query uses its Reader from one goroutine. Any number of queries may
// run at once over Readers that allow it.
package report
