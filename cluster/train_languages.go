package cluster

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/samestory/samestory/cluster/happening"
)

// TrainLanguages learns the weights by which events of different languages are linked. The labels of a set name the
// happening of a story across languages; the stories of one label and language are taken for one event. Stories are
// seen as the engine sees them: copies folded, furniture and frames off. It is deterministic.
func TrainLanguages(ctx context.Context, sets []LabelledSet, p Params) (*happening.Model, error) {
	learn := make([]happening.LabelledSet, len(sets))
	for i := range sets {
		e, err := copiesOf(ctx, &sets[i], p)
		if err != nil {
			return nil, err
		}
		learn[i] = happening.LabelledSet{Name: sets[i].Name, Events: labelledEvents(e, sets[i].Labels)}
	}
	m, err := happening.Train(learn, happening.DefaultParams())
	if err != nil {
		return nil, fmt.Errorf("train on several languages: %w", err)
	}
	return m, nil
}

// labelledEvents makes an event of the representatives of each label and language.
func labelledEvents(e *Engine, labels map[string]string) []happening.LabelledEvent {
	members := make(map[[2]string][]string)
	for id, r := range e.stories {
		if label := labels[id]; label != "" && r.active {
			key := [2]string{label, r.lang}
			members[key] = append(members[key], id)
		}
	}
	keys := slices.SortedFunc(maps.Keys(members), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	var out []happening.LabelledEvent
	for _, key := range keys {
		ids := members[key]
		e.sortStories(ids)
		stories := make([]*resident, len(ids))
		for k, id := range ids {
			stories[k] = e.stories[id]
		}
		out = append(out, happening.LabelledEvent{Event: toldEvent(ids[0], key[1], stories), Happening: key[0]})
	}
	return out
}
