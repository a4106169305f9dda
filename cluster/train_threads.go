package cluster

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster/thread"
)

// TrainThreads learns the weights by which events are follow-ups. The labels of a set name the thread of a story. Its
// events are those that the engine makes of the stories, with the weights of p, and the label of an event is that of
// most of its stories: the weights are used on such events and on no better ones. It is deterministic.
func TrainThreads(ctx context.Context, sets []LabelledSet, p Params) (*thread.Model, error) {
	learn := make([]thread.LabelledSet, len(sets))
	for i := range sets {
		set := arrived(sets[i])
		e, err := copiesOf(ctx, &set, p)
		if err != nil {
			return nil, err
		}
		if _, err := e.Tick(ctx, nil, set.library(), Founded); err != nil {
			return nil, fmt.Errorf("train on %s: %w", sets[i].Name, err)
		}
		t := newTick(e)
		learn[i] = thread.LabelledSet{Name: sets[i].Name, IDF: t.newIDF()}
		for _, ev := range t.threadEvents() {
			learn[i].Events = append(learn[i].Events, thread.LabelledEvent{Event: ev, Thread: mostly(e.events[ev.ID].Members, sets[i].Labels)})
		}
	}
	m, err := thread.Train(learn, thread.DefaultTrainParams())
	if err != nil {
		return nil, fmt.Errorf("train threads: %w", err)
	}
	return m, nil
}

// arrived lets the stories without a date arrive with the newest that has one, and not on the day of the training, on
// which its outcome must not depend.
func arrived(s LabelledSet) LabelledSet {
	var newest time.Time
	for i := range s.Stories {
		if st := &s.Stories[i]; st.Precision != Arrival && st.Published.After(newest) {
			newest = st.Published
		}
	}
	s.Stories = slices.Clone(s.Stories)
	for i := range s.Stories {
		if st := &s.Stories[i]; st.Precision == Arrival {
			st.Published, st.Arrived = newest, newest
		}
	}
	return s
}

// mostly is the label that most of some stories have, of several the first.
func mostly(stories []string, labels map[string]string) string {
	count := make(map[string]int)
	for _, id := range stories {
		count[labels[id]]++
	}
	best := ""
	for _, label := range slices.Sorted(maps.Keys(count)) {
		if count[label] > count[best] {
			best = label
		}
	}
	return best
}
