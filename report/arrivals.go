package report

import (
	"fmt"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

// Arrivals is when the stories of something came. Who has it from a list only reads it.
type Arrivals struct {
	Published []time.Time // in order, copies included; stories without a date are left out
	Arrived   []time.Time // in the store, in order
}

// ArrivalsOf reads when the stories of events came.
func ArrivalsOf(r Reader, events ...string) (Arrivals, error) {
	var v Arrivals
	for _, id := range events {
		e, err := r.Event(id)
		if err != nil {
			return v, fmt.Errorf("event %s: %w", id, err)
		}
		for _, member := range e.Members {
			s, err := r.Story(member)
			if err != nil {
				return v, fmt.Errorf("event %s: story %s: %w", id, member, err)
			}
			v.add(&s)
		}
	}
	v.sort()
	return v, nil
}

func (v *Arrivals) add(s *store.StoryRecord) {
	v.Arrived = append(v.Arrived, s.Arrived.UTC())
	if s.Precision != cluster.Arrival {
		v.Published = append(v.Published, s.Published.UTC())
	}
}

func (v *Arrivals) sort() {
	slices.SortFunc(v.Published, time.Time.Compare)
	slices.SortFunc(v.Arrived, time.Time.Compare)
}

// Since is how many came into the store after a moment.
func (v Arrivals) Since(t time.Time) int {
	n := 0
	for _, a := range v.Arrived {
		if a.After(t) {
			n++
		}
	}
	return n
}

// Reasons says of the stories of an event why they are there, by their ids: what the journal wrote when each of them came
// last, up to a time, if one is given. Copies are there with the story that they are copies of, and a story that the journal says nothing of
// has no reason here.
func Reasons(r Journal, event string, until time.Time) (map[string]ChangeLine, error) {
	entries, err := r.History(event)
	if err != nil {
		return nil, fmt.Errorf("history of %s: %w", event, err)
	}
	reasons := map[string]ChangeLine{}
	for i := range entries {
		e := &entries[i]
		if !until.IsZero() && e.At.After(until) || len(e.In) == 0 {
			continue
		}
		line := ChangeLine{Seq: e.Seq, At: e.At.UTC(), Kind: e.Kind, Reason: e.Reason, Other: e.Other}
		for _, id := range e.In {
			reasons[id] = line
		}
	}
	return reasons, nil
}
