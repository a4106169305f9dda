package event

// Work counts what a Clusterer did since New.
type Work struct {
	Candidates int // pairs of stories that the search proposed

	// Of them, those that a gate kept from being linked.
	Series int // GateSeries
	Floor  int // GateFloor
	Thin   int // GateThin

	Rivals int // pairs of events that GateRivals kept apart, each time they were asked
}

// Work returns the counters. It is not for use while the Clusterer works.
func (c *Clusterer) Work() Work {
	var sum Work
	for _, p := range c.probes {
		sum.Candidates += p.work.Candidates
		sum.Series += p.work.Series
		sum.Floor += p.work.Floor
		sum.Thin += p.work.Thin
	}
	sum.Rivals = int(c.rivalled.Load())
	return sum
}
