package jobs

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/eval"
	"github.com/samestory/samestory/store"
)

func rebuilt(t *testing.T, s *store.Store, change func(*RebuildOptions)) Rebuilt {
	t.Helper()
	o := RebuildOptions{Params: cluster.DefaultParams(), Residents: 10_000, Clock: noon}
	if change != nil {
		change(&o)
	}
	done, err := Rebuild(t.Context(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// A store that was settled is what a rebuild makes of it, ids included.
func TestRebuildOfASettledStoreChangesNothing(t *testing.T) {
	s, _ := edited(t)
	done := rebuilt(t, s, nil)
	if diff := cmp.Diff(done.Before, done.After); diff != "" {
		t.Error(diff)
	}
	if done.Run.Status != store.RunOK || done.Run.Job != "rebuild" {
		t.Errorf("the run is %+v", done.Run)
	}
	sound(t, s)
}

func TestDryRunWritesNothing(t *testing.T) {
	s, _ := edited(t)
	counts := func() store.Stats {
		v := s.View()
		defer v.Close()
		c, err := v.Stats()
		if err != nil {
			t.Fatal(err)
		}
		c.Bytes = 0
		return c
	}
	before := counts()
	done := rebuilt(t, s, func(o *RebuildOptions) { o.DryRun, o.Params.Granularity = true, .8 })
	if diff := cmp.Diff(before, counts()); diff != "" {
		t.Error(diff)
	}
	if d := eval.Churn(done.Before.Event, done.After.Event); d.ARI == 1 {
		t.Error("a finer granularity changes no event of the sample")
	}
}

// Other settings divide events; each part that is most of an event keeps its id, and going back gives all ids back.
func TestRebuildKeepsIDs(t *testing.T) {
	s, _ := edited(t)
	fine := rebuilt(t, s, func(o *RebuildOptions) { o.Params.Granularity = .8 })
	sound(t, s)
	if d := eval.Churn(fine.Before.Event, fine.After.Event); d.Moved == 0 || d.Moved > d.Stories/2 {
		t.Errorf("%d of %d stories are under another id", d.Moved, d.Stories)
	}
	back := rebuilt(t, s, nil)
	sound(t, s)
	if diff := cmp.Diff(fine.Before.Event, back.After.Event); diff != "" {
		t.Error(diff)
	}
}

func TestRebuildObeysOverrides(t *testing.T) {
	s, d := edited(t)
	events := largest(t, s, 2)
	order(t, d, Order{Kind: cluster.OverrideMerge, Objects: []string{events[0].ID, events[1].ID}})
	rebuilt(t, s, nil)
	sound(t, s)
	if first(placeOf(t, s, events[0].Members[0])) != first(placeOf(t, s, events[1].Members[0])) {
		t.Error("a rebuild took apart what an editor merged")
	}
}

func TestRebuildOfASpan(t *testing.T) {
	s, _ := edited(t)
	all := rebuilt(t, s, func(o *RebuildOptions) { o.DryRun = true })
	at := largest(t, s, 1)[0].First
	part := rebuilt(t, s, func(o *RebuildOptions) { o.From, o.To = at, at.Add(24*time.Hour) })
	if n := len(part.Before.Group); n == 0 || n >= len(all.Before.Group) {
		t.Errorf("%d of %d stories are rebuilt", n, len(all.Before.Group))
	}
	sound(t, s)
	var many *TooManyError
	_, err := Rebuild(t.Context(), s, RebuildOptions{Params: cluster.DefaultParams(), Residents: 3, Clock: noon, DryRun: true})
	if !errors.As(err, &many) || many.Most != 3 {
		t.Errorf("more stories than may be held: %v", err)
	}
}
