package jobs

import (
	"context"
	"errors"
	"time"

	"github.com/samestory/samestory/jobs/metrics"
	"github.com/samestory/samestory/jobs/schedule"
	"github.com/samestory/samestory/store"
)

// The steps of a tick that are the desk's, as metrics name them, beside those of the engine.
const (
	stepTake   = "take" // stored stories that the batch may meet
	stepEmbed  = "embed"
	stepCommit = "commit" // goes on beside the next batch
)

// Observe has begin called when a step of a tick begins, and what it returns when it ends; a commit does both from another
// goroutine. Nil ends it.
func (d *Desk) Observe(begin func(step string) (end func())) {
	d.observe = begin
	d.engine.Observe(begin)
}

func (d *Desk) step(name string) (end func()) {
	if d.observe == nil {
		return func() {}
	}
	return d.observe(name)
}

// countRun books a run that went through a desk.
func countRun(m *metrics.Set, run *store.Run, desk *Desk) {
	m.Stories(run.New, run.Revised, run.Unchanged, run.Rejected)
	m.Ticks(run.Ticks)
	m.Residents(desk.engine.Len())
	now, was := desk.engine.Work(), desk.worked
	desk.worked = now
	m.Candidates("copies", now.CopyCandidates-was.CopyCandidates)
	m.Candidates("verified", now.CopyVerified-was.CopyVerified)
	m.Candidates("events", now.EventCandidates-was.EventCandidates)
	before := make(map[string]int, len(was.Gates))
	for _, g := range was.Gates {
		before[g.Gate] = g.Refused
	}
	for _, g := range now.Gates {
		m.Gate(g.Gate, g.Refused-before[g.Gate])
	}
}

// countEnded books the end of any run.
func countEnded(m *metrics.Set, r *schedule.Result) {
	status := "ok"
	var panicked *schedule.PanicError
	switch {
	case errors.As(r.Err, &panicked):
		status = "panicked"
	case errors.Is(r.Err, context.Canceled):
		status = "interrupted"
	case r.Err != nil:
		status = "failed"
	}
	m.Run(r.Job, status, r.Ended.Sub(r.Started))
}

// gauges are the figures that are read when somebody asks.
func (d *Daemon) gauges(m *metrics.Set) {
	m.Gauges([]metrics.Figure{
		{Name: "store_stories", Help: "Stories in the store."},
		{Name: "store_versions", Help: "Superseded or late versions of stories."},
		{Name: "store_waiting", Help: "Stories without an event yet."},
		{Name: "store_groups", Help: "Duplicate groups of two or more stories."},
		{Name: "store_events", Help: "Events in the store."},
		{Name: "store_threads", Help: "Threads of two or more events."},
		{Name: "store_changes", Help: "Sequence number of the last journal entry."},
		{Name: "store_text_bytes", Help: "Text of all versions, before compression."},
		{Name: "store_bytes", Help: "What the folder of the store occupies on disk."},
	}, func() []float64 {
		view := d.store.View()
		defer view.Close()
		s, err := view.Stats()
		if err != nil {
			return nil
		}
		return []float64{
			float64(s.Stories), float64(s.Versions), float64(s.Waiting), float64(s.Groups), float64(s.Events), float64(s.Threads),
			float64(s.Changes), float64(s.TextBytes), float64(s.Bytes),
		}
	})
	m.Gauge("store_free_bytes", "What may still be written to the disk of the store.", nil, func() []metrics.Sample {
		free, err := store.FreeSpace(d.store.Dir())
		if err != nil {
			return nil
		}
		return metrics.One(float64(free))
	})
	m.Gauge("inputs", "Inputs that ticks read, from files and folders.", nil, func() []metrics.Sample {
		return metrics.One(float64(len(d.options().Inputs)))
	})
	d.feedGauges(m)
	d.queueGauges(m)
	d.healthGauges(m)
}

// feedGauges are about the feeds that are polled; one that no config names any longer counts in nothing.
func (d *Daemon) feedGauges(m *metrics.Set) {
	feeds := func(do func(*store.FeedState)) bool {
		view := d.store.View()
		defer view.Close()
		list, err := view.Feeds()
		if err != nil {
			return false
		}
		for i := range list {
			if list[i].Kind == store.KindFeed && !list[i].Removed {
				do(&list[i])
			}
		}
		return true
	}
	m.Gauge("feeds", "Feeds that are polled, by how the last poll went.", []string{"state"}, func() []metrics.Sample {
		states := []string{"ok", "failing", "gone", "never"}
		count := make(map[string]int, len(states))
		if !feeds(func(f *store.FeedState) { count[feedState(f)]++ }) {
			return nil
		}
		var all []metrics.Sample
		for _, s := range states {
			all = append(all, metrics.Sample{Value: float64(count[s]), Labels: []string{s}})
		}
		return all
	})
	m.Gauges([]metrics.Figure{
		{Name: "feed_polls", Help: "Polls of all feeds together."},
		{Name: "feed_not_modified", Help: "Polls that were answered with 304."},
		{Name: "feed_bytes", Help: "Bytes of all answers."},
		{Name: "feed_items_dropped", Help: "Items of feeds that became no story."},
	}, func() []float64 {
		var polls, same, bytes, dropped uint64
		ok := feeds(func(f *store.FeedState) {
			polls, same, bytes = polls+f.Polls, same+f.NotModified, bytes+f.Bytes
			for _, r := range f.Dropped {
				dropped += r.Count
			}
		})
		if !ok {
			return nil
		}
		return []float64{float64(polls), float64(same), float64(bytes), float64(dropped)}
	})
}

// feedState is one word for how a feed is.
func feedState(f *store.FeedState) string {
	switch {
	case f.Gone:
		return "gone"
	case f.Failures > 0:
		return "failing"
	case f.LastTry.IsZero():
		return "never"
	}
	return "ok"
}

// queueGauges are about what waits for a tick.
func (d *Daemon) queueGauges(m *metrics.Set) {
	m.Gauges([]metrics.Figure{
		{Name: "queue_stories", Help: "Stories that were pushed and wait for a tick."},
		{Name: "queue_bytes", Help: "Bytes that were pushed and wait for a tick."},
		{Name: "queue_limit_stories", Help: "Stories that may wait before pushes are refused."},
		{Name: "queue_limit_bytes", Help: "Bytes that may wait before pushes are refused."},
	}, func() []float64 {
		if d.box == nil {
			return nil
		}
		is, most := d.box.Depth(), d.box.Most()
		return []float64{float64(is.Stories), float64(is.Bytes), float64(most.Stories), float64(most.Bytes)}
	})
}

// healthGauges are about the daemon itself.
func (d *Daemon) healthGauges(m *metrics.Set) {
	truth := func(b bool) []metrics.Sample {
		if b {
			return metrics.One(1)
		}
		return metrics.One(0)
	}
	m.Gauge("live", "1 if the daemon is live, see /healthz.", nil, func() []metrics.Sample {
		return truth(d.Live(context.Background()) == nil)
	})
	m.Gauge("ready", "1 if the daemon is ready, see /readyz.", nil, func() []metrics.Sample {
		return truth(d.Health(context.Background()).Ready)
	})
	m.Gauges([]metrics.Figure{
		{Name: "check_rows", Help: "Rows that integrity samples have looked at, since the store was made."},
		{Name: "check_findings", Help: "What they found wrong with the store, in the last round and this one."},
		{Name: "check_round_timestamp_seconds", Help: "When every row of the store had last been looked at; 0 before."},
	}, func() []float64 {
		view := d.store.View()
		defer view.Close()
		s, err := ReadSampled(view)
		if err != nil {
			return nil
		}
		found, at := 0, int64(0)
		for _, f := range s.Findings() {
			found += f.Count
		}
		if !s.Finished.IsZero() {
			at = s.Finished.Unix()
		}
		return []float64{float64(s.Rows), float64(found), float64(at)}
	})
	m.Gauge("jobs", "Jobs on the schedule, and of them those that run and those that wait for their turn.", []string{"state"}, func() []metrics.Sample {
		all := d.Status()
		var runs, waits int
		for _, j := range all {
			if j.Running {
				runs++
			}
			if j.Waiting {
				waits++
			}
		}
		return []metrics.Sample{
			{Value: float64(len(all)), Labels: []string{"scheduled"}},
			{Value: float64(runs), Labels: []string{"running"}},
			{Value: float64(waits), Labels: []string{"waiting"}},
		}
	})
	m.Gauge("last_tick_timestamp_seconds", "When the last tick that did not fail began, in Unix time.", nil, func() []metrics.Sample {
		var last time.Time
		for _, j := range d.Status() {
			if j.Name == jobTick && j.Last.Err == nil && !j.Last.Ended.IsZero() {
				last = j.Last.Started
			}
		}
		if last.IsZero() {
			return nil
		}
		return metrics.One(float64(last.UnixMilli()) / 1e3)
	})
}
