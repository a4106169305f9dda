package store

import "math"

// Seams let tests of other packages interfere with a store; programs leave them at zero.
type Seams struct {
	// Step is told each step of what writes, and may end it there with an error, as a crash would. In the steps of a redo
	// log that is applied no snapshot can be taken.
	Step func(name string) error
	// Free is how many bytes may still be written to the disk that holds a folder; nil asks the system.
	Free func(dir string) (int64, error)
	// Transaction is how many bytes go into one transaction; 0 leaves it to the database. A commit of more takes the redo
	// log.
	Transaction int
	// Still merges levels in Maintain only, and not in the background as well: what does that looks around twenty times a
	// second, which under a simulated clock is nearly all that a year consists of.
	Still bool
}

// The steps of a commit, in order. A crash before StepMarked leaves the state of before, from then on the state of after;
// without a redo log there are the first and the last only.
const (
	StepPlanned = "planned"
	StepStaged  = "staged"  // after each transaction of chunks
	StepSynced  = "synced"  // all chunks are on disk
	StepMarked  = "marked"  // the marker is on disk
	StepApplied = "applied" // after each transaction of ops
	StepSettled = "settled" // all ops are on disk
	StepCleared = "cleared" // the marker is gone; of a restore: the empty folder that is in its place is gone
	StepDropped = "dropped" // after each transaction that deletes chunks
	StepDone    = "done"
)

// The steps of what else writes.
const (
	StepMade      = "made"      // a new store has its files and no header yet
	StepForgotten = "forgotten" // maintenance: after each transaction that deletes embeddings
	StepTidied    = "tidied"    // maintenance: no embeddings of texts that are gone
	StepFlushed   = "flushed"   // maintenance: what was in memory is in tables
	StepFlattened = "flattened" // maintenance: levels are merged
	StepBegun     = "begun"     // backup and restore: there is an unfinished file or folder
	StepRows      = "rows"      // backup and restore: some rows are written, now and then; upgrade: after each transaction
	StepWritten   = "written"   // backup and restore: all rows are on disk
	StepVerified  = "verified"  // backup and restore: what was written is what was to be written
	StepPublished = "published" // backup and restore: the file or folder has its name
	StepBaseline  = "baseline"  // upgrade: the records are of the new schema
	StepSwitched  = "switched"  // upgrade: so is the manifest
)

// complete fills in what is not replaced.
func (s Seams) complete() Seams {
	if s.Step == nil {
		s.Step = func(string) error { return nil }
	}
	if s.Free == nil {
		s.Free = freeSpace
	}
	if s.Transaction == 0 {
		s.Transaction = math.MaxInt
	}
	return s
}
