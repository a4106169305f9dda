package happening

import (
	"slices"
	"time"
)

// Params are the thresholds of linking. The weights are in the Model.
type Params struct {
	Window time.Duration // longest gap between two events of one happening
	Likely float64       // probability from which on a pair is linked
	Mean   float64       // least mean probability over the pairs that a join brings together
	Spread time.Duration // longest gap between two events of one language in one happening
	Alike  float64       // least cosine of the words of two such events
}

// DefaultParams returns the measured thresholds.
func DefaultParams() Params {
	const day = 24 * time.Hour
	return Params{Window: 6 * day, Likely: .3, Mean: .2, Spread: 3 * day, Alike: .15}
}

// Counterpart is a link between two events of different languages that report the same.
type Counterpart struct {
	A, B   string // ids of the events, the earlier one first
	P      float64
	Gap    time.Duration
	Shared []string // what carried it, heaviest first, as "takato" or "belodied ~ bilodid" where the spellings differ
	Terms  []string // heads of the event words that both have
}

// Happening is a set of events that report the same.
type Happening struct {
	Events []string      // ids in order of founding, at least two, of at least two languages
	Links  []Counterpart // what holds them together, in the same order
}

// ID is the id of the happening: that of its oldest event.
func (h *Happening) ID() string { return h.Events[0] }

// Link finds the happenings that are told in several languages, in order of their first reports.
func Link(events []Event, m *Model, p Params) []Happening { return LinkAmong(events, nil, m, p) }

// LinkAmong links some events with each other, by what is common and what is rare among them and others: a few events
// alone, all of one harbour, would make its name a common word and every other word a rare one. A sample of the others does.
func LinkAmong(events, others []Event, m *Model, p Params) []Happening {
	order := near(slices.Concat(events, others), p.Window)
	if len(order) == 0 {
		return nil
	}
	all := prepare(order)
	if len(others) > 0 {
		linked := make(map[string]bool, len(events))
		for i := range events {
			linked[events[i].ID] = true
		}
		all = slices.DeleteFunc(all, func(p profile) bool { return !linked[p.ID] })
	}
	s := survey(all, p.Window)
	return join(s, func(a, b int32) float64 {
		var x [features]float64
		s.measure(&x, a, b)
		return m.weights.probability(&x)
	}, &p)
}
