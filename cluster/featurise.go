package cluster

import (
	"context"
	"fmt"

	"github.com/samestory/samestory/cluster/neardup"
)

// Features makes the features of stories without placing them, on all workers: for a store whose features are of another
// version. The engine has to know the profiles of all their sources, see Restore. The order is that of the stories.
func (e *Engine) Features(ctx context.Context, stories []Story) ([][]byte, error) {
	docs := make([]neardup.Doc, len(stories))
	list := make([]*Story, len(stories))
	for i := range stories {
		list[i], docs[i] = &stories[i], neardupDoc(&stories[i])
	}
	made, err := e.featurise(ctx, list, docs)
	if err != nil {
		return nil, fmt.Errorf("features: %w", err)
	}
	out := make([][]byte, len(made))
	for i := range made {
		out[i] = made[i].encode()
	}
	return out, nil
}
