// Package neardup finds the copies of one text among news stories: it asks an index for candidates, verifies each one
// exactly, types the relation, and keeps duplicate groups and series.
//
// # Glossary
//
//   - print: what is stored of one story so that it can be found again without its text.
//   - class: the live stories whose words are exactly the same, read with the headline and the furniture of the first of them.
//   - evidence: the exact measurement of two classes against each other.
//   - duplicate group: a representative and the stories that are copies of it, of the representative itself and not of
//     another member.
//   - series: a recurring template; its editions share most of their words and differ in the slots (date, company,
//     ticker, amounts). Editions are never copies of each other.
//
// # Invariants
//
// Groups and series are a function of the set of live stories, their texts and the learned furniture, not of the order
// of arrival: every component that a batch touches is rebuilt in (time, id) order, undated stories last. Nothing joins a
// group on a signature alone. The ids of groups stay with what had them, see package identity, unless Found asks for the
// names that the representatives give, which are a function of the set too. The two index engines give the same groups. No map iteration reaches an output.
//
// A template that was recognised stays a series when its editions are removed one by one.
//
// Two limits keep the work bounded and are counted in Stats: the candidates of one story are at most Params.BucketCap,
// the nearest in time, and stories further apart than Params.Window are not compared. Where the cap cuts, groups can
// depend on the order of arrival.
//
// # Concurrency
//
// A Detector belongs to one goroutine; Add spreads the index queries and the verification over its workers. Prepare is
// pure and may run in many goroutines, each with its own Scratch, as long as Learn, Add, Remove, Restore and Expire do
// not run.
package neardup
