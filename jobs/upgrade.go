package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/embed"
	"github.com/samestory/samestory/store"
)

// UpgradeOptions steer an Upgrade.
type UpgradeOptions struct {
	Params    cluster.Params // those to rebuild with
	Residents int            // most stories that are taken up at once
	Backup    string         // file or folder for the backup before; empty for none
	Rebuild   bool           // cluster the stories anew afterwards
	Clock     func() time.Time
	Log       *slog.Logger
	Embed     *embed.Client // nil: stories are judged by their words alone
	// Progress is told now and then how much of a stage is done; it may be nil.
	Progress func(stage string, done, total int64)

	seams store.Seams // of tests
}

// Upgraded is what an Upgrade did.
type Upgraded struct {
	store.UpgradeReport
	Rebuilt *Rebuilt // nil where the stories were not clustered anew
	TooMany int      // stories of a store that is too large to be clustered anew at once
	Stats   store.Stats
}

// Upgrade brings a store of an earlier schema, or with features of another version, to those of this program, and then
// clusters its stories anew: what was placed by an earlier version stays under its id as far as its members do.
//
// It can be cut off at any point and called again. Once the store is of the new schema, a rebuild that was cut off is not
// resumed: the store is sound without it.
func Upgrade(ctx context.Context, dir string, o UpgradeOptions) (out Upgraded, err error) {
	header := store.Header{Features: cluster.FeaturesVersion, Params: cluster.Fingerprint()}
	out.UpgradeReport, err = store.Upgrade(ctx, dir, store.UpgradeOptions{
		Params: header, Backup: o.Backup, Now: o.Clock(), Log: o.Log, Progress: o.Progress,
		Featurise: featuriser(o.Params), Seams: o.seams,
	})
	if err != nil {
		return out, err
	}
	s, err := store.Open(ctx, dir, store.Options{Params: header, Log: o.Log, Seams: o.seams})
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	// Where neither features nor the journal are new, the clusters are what they would be.
	if o.Rebuild && out.Changed() && (out.Features > 0 || out.Baseline > 0 || out.Resumed) {
		err := out.rebuild(ctx, s, &o)
		if err != nil {
			return out, fmt.Errorf("the store is upgraded; clustering it anew: %w", err)
		}
	}
	view := s.View()
	defer view.Close()
	out.Stats, err = view.Stats()
	return out, err
}

func (u *Upgraded) rebuild(ctx context.Context, s *store.Store, o *UpgradeOptions) error {
	done, err := Rebuild(ctx, s, RebuildOptions{
		Params: o.Params, Residents: o.Residents, Clock: o.Clock, Embed: o.Embed,
		Progress: func(p Progress) {
			if o.Progress != nil {
				o.Progress(p.Stage, p.Done, p.Total)
			}
		},
	})
	var many *TooManyError
	if errors.As(err, &many) {
		u.TooMany = many.Stories
		return nil
	}
	if err == nil {
		u.Rebuilt = &done
	}
	return err
}
