package cluster

import (
	"github.com/samestory/samestory/cluster/event"
)

// The steps of a tick, in their order, as Observe tells of them.
const (
	StepFeatures = "features" // of the new stories
	StepCopies   = "copies"   // candidates, their verification, groups
	StepEvents   = "events"   // candidates, scores, partition
	StepRecords  = "records"  // of changed events, and series
	StepThreads  = "threads"
)

// Work counts what an engine did since New: how many pairs its searches proposed, and which gates ended them.
type Work struct {
	CopyQueries    int // texts that were looked up among the copies
	CopyCandidates int // pairs that the index of copies proposed
	CopyVerified   int // of which so many were measured exactly
	CopyCapped     int // lookups that found more than they may take

	EventCandidates int // pairs that the search for events proposed

	Gates []GateWork // by gate of the event stage, in a fixed order
}

// GateWork is how often a gate said no.
type GateWork struct {
	Gate    string
	Refused int
}

// Work returns the counters.
func (e *Engine) Work() Work {
	copies, events := e.detector.Stats(), e.clusterer.Work()
	return Work{
		CopyQueries: copies.Queried, CopyCandidates: copies.Candidates, CopyVerified: copies.Verified, CopyCapped: copies.Capped,
		EventCandidates: events.Candidates,
		Gates: []GateWork{
			{event.GateSeries, events.Series},
			{event.GateFloor, events.Floor},
			{event.GateThin, events.Thin},
			{event.GateRivals, events.Rivals},
		},
	}
}

// Observe has begin called when a step of a tick begins, and what it returns when the step ends, both by the goroutine of
// the tick. It sees the work and has no part in it; nil ends it.
func (e *Engine) Observe(begin func(step string) (end func())) { e.observe = begin }

// step tells the observer.
func (e *Engine) step(name string) (end func()) {
	if e.observe == nil {
		return func() {}
	}
	return e.observe(name)
}
