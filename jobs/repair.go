package jobs

import (
	"context"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

// featuriser makes features with an engine that holds no stories.
func featuriser(p cluster.Params) store.Featurise {
	return func(profiles []cluster.SourceProfile) (func(context.Context, []cluster.Story) ([][]byte, error), error) {
		e, err := cluster.New(p)
		if err != nil {
			return nil, err
		}
		return e.Features, e.Restore(nil, profiles, nil, nil)
	}
}

// Repair makes the records of a store anew that follow from others, features among them.
func Repair(ctx context.Context, s *store.Store, p cluster.Params, dryRun bool) (store.RepairReport, error) {
	return s.Repair(ctx, store.RepairOptions{DryRun: dryRun, Featurise: featuriser(p)})
}
