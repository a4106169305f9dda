package jobs

import (
	"context"
	"maps"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/eval"
)

// Churn says what became of the ids that stories had at every level in a run of ticks.
type Churn struct {
	Ticks                       int
	Duplicates, Events, Threads eval.Identity
	Took                        time.Duration
}

// settleTicks is how many ticks of a replay come to one that settles. A daemon settles its store when a tenth of it is new.
const settleTicks = 10

// ReplayChurn places stories in memory, batch by batch, and follows the ids. Most ticks place only what is new and what it
// touches, every tenth and the last settle: both ways of changing what was placed before are in it.
func ReplayChurn(ctx context.Context, batches [][]cluster.Story, p cluster.Params, clock func() time.Time) (*Churn, error) {
	began := clock()
	engine, err := cluster.New(p)
	if err != nil {
		return nil, err
	}
	library := cluster.MapLibrary{}
	c := newChurn()
	for k, batch := range batches {
		for i := range batch {
			if was := library[batch[i].ID]; was == nil || cluster.Supersedes(&batch[i], was) {
				library[batch[i].ID] = &batch[i]
			}
		}
		stage := cluster.Events
		if k%settleTicks == settleTicks-1 || k == len(batches)-1 {
			stage = cluster.Settled
		}
		d, err := engine.Tick(ctx, batch, library, stage)
		if err != nil {
			return nil, err
		}
		c.take(d)
	}
	return &Churn{
		Ticks: len(batches), Duplicates: c.groups.ids.Identity(), Events: c.events.ids.Identity(), Threads: c.threads.ids.Identity(),
		Took: clock().Sub(began),
	}, nil
}

// churn is the state of a replay.
type churn struct {
	groups, events, threads churnLevel
	thread                  map[string]string // of an event
}

// churnLevel is where the stories are at one level.
type churnLevel struct {
	at  map[string]string
	ids *eval.IDs
}

func newChurn() *churn {
	level := func() churnLevel { return churnLevel{make(map[string]string), eval.NewIDs()} }
	return &churn{groups: level(), events: level(), threads: level(), thread: make(map[string]string)}
}

func (c *churn) take(d *cluster.Delta) {
	place := func(p cluster.Placement) {
		c.groups.at[p.Story] = p.Group
		if p.Event != "" {
			c.events.at[p.Story] = p.Event
		}
	}
	for i := range d.Stories {
		place(d.Stories[i].Placement)
	}
	for _, m := range d.Moved {
		place(m)
	}
	lost := c.lost(d)
	for i := range d.Events {
		c.thread[d.Events[i].ID] = d.Events[i].Thread
	}
	for story, event := range c.events.at {
		c.threads.at[story] = c.thread[event]
	}
	c.groups.ids.Tick(c.groups.at, c.groups.published(d))
	c.events.ids.Tick(c.events.at, c.events.published(d))
	said := c.threads.published(d)
	maps.Copy(said.Lost, lost)
	c.threads.ids.Tick(c.threads.at, said)
}

// lost gives the threads whose events were said to have lost stories: so they did.
func (c *churn) lost(d *cluster.Delta) map[string]bool {
	out := make(map[string]bool)
	for _, r := range d.Ended {
		out[c.thread[r.From]] = true
	}
	for i := range d.Changes {
		x := &d.Changes[i]
		if x.Level != cluster.LevelEvent {
			continue
		}
		if len(x.Out) > 0 {
			out[c.thread[x.Object]] = true
		}
		if x.Kind == cluster.Split {
			out[c.thread[x.Other]] = true
		}
	}
	return out
}

// published is what a tick said of the ids of this level.
func (l *churnLevel) published(d *cluster.Delta) eval.Publication {
	known := l.ids.Known(l.at)
	p := eval.Publication{Ended: make(map[string]string), Lost: make(map[string]bool)}
	for _, r := range d.Ended {
		if known(r.From) {
			p.Ended[r.From] = r.To
		}
	}
	for i := range d.Changes {
		c := &d.Changes[i]
		if !known(c.Object) {
			continue
		}
		if c.Kind == cluster.Split {
			p.Lost[c.Other] = true
		}
		if len(c.Out) > 0 {
			p.Lost[c.Object] = true
		}
	}
	return p
}
