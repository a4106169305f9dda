package cluster

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/samestory/samestory/cluster/event"
)

// LabelledSet is a collection of stories that somebody sorted into events by one rule. In training every set weighs the
// same.
type LabelledSet struct {
	Name    string
	Stories []Story
	Labels  map[string]string // event of a story, by story id
}

// Train learns the weights of the event stage from labelled sets. It sees stories as the engine does: copies folded,
// furniture and frames off. With start it stays near to these weights, for labels that are too few to learn from alone.
// It is deterministic, and of p it uses the settings of the copies and the workers.
func Train(ctx context.Context, sets []LabelledSet, start *event.Model, p Params) (*event.Model, event.Report, error) {
	learn := make([]event.LabelledSet, len(sets))
	for i, s := range sets {
		e, err := copiesOf(ctx, &sets[i], p)
		if err != nil {
			return nil, event.Report{}, err
		}
		learn[i].Name = s.Name
		for _, id := range slices.Sorted(maps.Keys(e.stories)) {
			if r := e.stories[id]; r.active {
				learn[i].Stories = append(learn[i].Stories, event.LabelledStory{Item: r.eventItem(), Label: s.Labels[id]})
			}
		}
	}
	how := event.DefaultTrainParams()
	how.Start = start
	return event.Train(ctx, learn, how, p.Workers)
}

func (s *LabelledSet) library() MapLibrary {
	library := make(MapLibrary, len(s.Stories))
	for k := range s.Stories {
		library[s.Stories[k].ID] = &s.Stories[k]
	}
	return library
}

// copiesOf takes up the stories of a set and folds their copies.
func copiesOf(ctx context.Context, s *LabelledSet, p Params) (*Engine, error) {
	e, err := New(p)
	if err != nil {
		return nil, err
	}
	if _, err := e.Tick(ctx, s.Stories, s.library(), Copies); err != nil {
		return nil, fmt.Errorf("train on %s: %w", s.Name, err)
	}
	return e, nil
}

// CandidateRecall tells for how many of the resident representatives the candidate search of the event stage brings up
// their own event among the first k, and for how many it could, see event.Clusterer.Recall. labels is by story.
func (e *Engine) CandidateRecall(labels map[string]string, k int) (found, of int) {
	return e.clusterer.Recall(func(id string) string { return labels[id] }, k)
}
