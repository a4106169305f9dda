package sim

import (
	"errors"
	"slices"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/store"
)

// order has an editor merge two events, or take back the last merger that holds.
func (w *world) order(n int) {
	w.Helper()
	if holding := w.holding(); len(holding) > 0 && n%2 == 0 {
		w.undo(holding[len(holding)-1])
		return
	}
	ids := w.events()
	if len(ids) < 2 {
		return
	}
	a := n % (len(ids) - 1)
	err := w.daemon.WithDesk(w.Context(), func(d *jobs.Desk) error {
		_, err := d.Edit(w.Context(), jobs.Order{Kind: cluster.OverrideMerge, Objects: ids[a : a+2], Author: "ada"}, w.daemonsNow)
		return err
	})
	w.ordered("merge", err)
}

// undoAll takes back what was merged, so that all is as if nobody had said anything.
func (w *world) undoAll() {
	w.Helper()
	for _, n := range slices.Backward(w.holding()) {
		w.undo(n)
	}
}

func (w *world) undo(n uint64) {
	w.Helper()
	w.ordered("undo", w.daemon.WithDesk(w.Context(), func(d *jobs.Desk) error {
		_, err := d.Undo(w.Context(), n, cluster.Undo{Author: "ada"}, w.daemonsNow)
		return err
	}))
}

// ordered judges what came of an order: a full disk, and two events of which one has just gone, may refuse it.
func (w *world) ordered(what string, err error) {
	w.Helper()
	if w.diary.dead.Load() {
		return
	}
	w.diary.say("%s: %v", what, err)
	var contradicted *jobs.ContradictedError
	switch {
	case err == nil:
		w.diary.tally("ordered")
	case errors.Is(err, jobs.ErrOrder), errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrFull), errors.As(err, &contradicted):
		w.diary.tally("order refused")
	default:
		w.Errorf("%s: %v", what, err)
	}
}

// holding lists the overrides that were not taken back, in order.
func (w *world) holding() (numbers []uint64) {
	w.Helper()
	view := w.store.View()
	defer view.Close()
	for o, err := range view.Overrides() {
		if err != nil {
			w.Fatal(err)
		}
		if o.Undone == nil {
			numbers = append(numbers, o.Number)
		}
	}
	return numbers
}

// events lists the events by time.
func (w *world) events() (ids []string) {
	w.Helper()
	view := w.store.View()
	defer view.Close()
	for e, err := range view.Events(time.Time{}, time.Time{}) {
		if err != nil {
			w.Fatal(err)
		}
		ids = append(ids, e.ID)
	}
	return ids
}
