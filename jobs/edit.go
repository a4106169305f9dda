package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/constraint"
	"github.com/samestory/samestory/store"
)

// jobEdit is the job that carries out orders of editors.
const jobEdit = "edit"

// ContradictedError tells that overrides which hold rule an order out.
type ContradictedError struct {
	Order         string   // as it was asked for
	By            []uint64 // the overrides, in the order in which they lead from one story to the other
	Contradiction *constraint.ContradictionError
}

func (e *ContradictedError) Error() string {
	by := make([]string, len(e.By))
	for i, n := range e.By {
		by[i] = strconv.FormatUint(n, 10)
	}
	return fmt.Sprintf("%s: override %s says otherwise of stories %s and %s", e.Order, strings.Join(by, " with "),
		e.Contradiction.Stories[0], e.Contradiction.Stories[1])
}

func (e *ContradictedError) Unwrap() error { return e.Contradiction }

// others lists the overrides of a contradiction without a new one.
func others(c *constraint.ContradictionError, made uint64) []uint64 {
	return slices.DeleteFunc(append([]uint64{c.Apart}, c.Together...), func(n uint64) bool { return n == made })
}

// Edited is what became of an order.
type Edited struct {
	Override cluster.Override
	Since    uint64 // the last journal entry before it
}

// Edit carries out an order: the override and all that changes by it are one commit.
//
// Its errors are ErrOrder, a *ContradictedError, store.ErrNotFound for objects that are not there; after these the desk is
// as it was. After any other error it is of no more use.
func (d *Desk) Edit(ctx context.Context, o Order, clock func() time.Time) (Edited, error) {
	if err := d.Flush(); err != nil {
		return Edited{}, err
	}
	view := d.view()
	defer view.Close()
	list, err := allOverrides(view)
	if err != nil {
		return Edited{}, err
	}
	made, err := o.resolve(view, clock().UTC())
	if err != nil {
		return Edited{}, err
	}
	made.Number = uint64(len(list)) + 1
	return d.carryOut(ctx, append(list, made), len(list), string(made.Kind), made.Note, clock)
}

// Undo takes an override back. What it held together or apart is then as the texts say, and as other overrides say.
func (d *Desk) Undo(ctx context.Context, number uint64, undo cluster.Undo, clock func() time.Time) (Edited, error) {
	if err := d.Flush(); err != nil {
		return Edited{}, err
	}
	view := d.view()
	defer view.Close()
	list, err := allOverrides(view)
	if err != nil {
		return Edited{}, err
	}
	if number == 0 || number > uint64(len(list)) {
		return Edited{}, fmt.Errorf("override %d: %w", number, store.ErrNotFound)
	}
	at := int(number) - 1
	if was := list[at].Undone; was != nil {
		return Edited{}, unorderly("override %d was undone %s", number, was.At.Format(time.RFC3339))
	}
	undo.At = clock().UTC()
	list[at].Undone = &undo
	return d.carryOut(ctx, list, at, "undo", undo.Note, clock)
}

func allOverrides(view *store.Snapshot) ([]cluster.Override, error) {
	var list []cluster.Override
	for o, err := range view.Overrides() {
		if err != nil {
			return nil, fmt.Errorf("read overrides: %w", err)
		}
		list = append(list, o)
	}
	return list, nil
}

// carryOut commits one new or changed override of the list with what it changes.
func (d *Desk) carryOut(
	ctx context.Context, list []cluster.Override, at int, kind, note string, clock func() time.Time,
) (Edited, error) {
	o := list[at]
	set, err := cluster.ConstraintsOf(list)
	if err != nil {
		var c *constraint.ContradictionError
		if errors.As(err, &c) {
			err = &ContradictedError{Order: kind + " " + strings.Join(o.Objects, " "), By: others(c, o.Number), Contradiction: c}
		}
		return Edited{}, err
	}
	stories, err := d.unexpired(o.Stories())
	if err != nil {
		return Edited{}, err
	}
	if len(stories) > 0 {
		if err := d.takeStories(stories...); err != nil {
			return Edited{}, err
		}
	}
	d.engine.Constrain(set)
	since, err := d.lastChange()
	if err != nil {
		return Edited{}, err
	}
	log := newRunLog(jobEdit, clock)
	delta, err := d.place(ctx, nil, cluster.Events)
	if err != nil {
		return Edited{}, err
	}
	out := Edited{Override: o, Since: since}
	delta.Changes = append([]cluster.Change{orderChange(&o, kind, note)}, delta.Changes...)
	log.count(0, delta)
	log.state.Status, log.state.Ended = store.RunOK, log.now()
	batch := log.batch()
	batch.Delta, batch.Overrides = delta, []cluster.Override{o}
	// What was ordered is committed, also when the process is asked to stop.
	return out, d.store.Commit(context.WithoutCancel(ctx), batch)
}

// unexpired leaves out the stories that have expired: an override of them is taken back without anything changing.
func (d *Desk) unexpired(stories []string) ([]string, error) {
	view := d.store.View()
	defer view.Close()
	var rest []string
	for _, id := range stories {
		gone, err := view.Expired(id)
		if err != nil {
			return nil, fmt.Errorf("look up story: %w", err)
		}
		if !gone {
			rest = append(rest, id)
		}
	}
	return rest, nil
}

// lastChange is the number of the last journal entry.
func (d *Desk) lastChange() (uint64, error) {
	view := d.view()
	defer view.Close()
	stats, err := view.Stats()
	if err != nil {
		return 0, fmt.Errorf("look up the journal: %w", err)
	}
	return stats.Changes, nil
}

// orderChange is the journal entry of an order.
func orderChange(o *cluster.Override, kind, note string) cluster.Change {
	c := cluster.Change{
		Level: cluster.LevelOverride, Kind: kind, Object: strconv.FormatUint(o.Number, 10), In: o.Stories(), Reason: note,
		After: cluster.State{Title: o.Title},
	}
	if len(o.Objects) > 0 {
		c.Other = o.Objects[0]
	}
	return c
}
