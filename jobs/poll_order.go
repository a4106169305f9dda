package jobs

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/jobs/schedule"
	"github.com/samestory/samestory/store"
)

// Ran is how a job ended that somebody has ordered.
type Ran struct {
	schedule.Result
	// Notes tell what a poll has brought, or why the feed was not asked; other jobs have a record of their run.
	Notes []string
	// Undone says that the job ended well without doing what it is for: a feed that was not asked, or could not be read.
	Undone bool
}

// ordered is a poll that somebody waits for, and what is to be said of it.
type ordered struct {
	note   string
	undone bool
}

// RunNow runs a job at once, or when those that write have finished, and waits for its end. The errors are the job's own
// and those of schedule.Scheduler.Trigger.
//
// A feed is polled whether or not it is its time, also one that fails and is left alone for it, or is gone; but not while its
// server wants to be left alone.
func (d *Daemon) RunNow(ctx context.Context, job string) (Ran, error) {
	said := d.polls.order(job)
	r, err := d.jobs.Trigger(ctx, job)
	out := Ran{Result: r}
	if what := said(); what != nil && what.note != "" && ctx.Err() == nil {
		out.Notes, out.Undone = []string{what.note}, what.undone
	}
	return out, err
}

// order notes that the next poll of a feed is one that somebody has ordered, if the job is one. What is returned ends that,
// and tells what came of it; nil for other jobs.
func (p *polling) order(job string) (said func() *ordered) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.feeds[strings.TrimPrefix(job, jobPoll+" ")]
	if f == nil || !strings.HasPrefix(job, jobPoll+" ") {
		return func() *ordered { return nil }
	}
	o := &ordered{}
	f.ordered = o
	return func() *ordered {
		p.mu.Lock()
		defer p.mu.Unlock()
		if f.ordered == o {
			f.ordered = nil
		}
		return o
	}
}

// say answers whoever has ordered a poll.
func (p *polling) say(feed string, undone bool, format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if f := p.feeds[feed]; f != nil {
		f.ordered.say(undone, format, args...)
	}
}

func (o *ordered) say(undone bool, format string, args ...any) {
	if o != nil {
		o.note, o.undone = fmt.Sprintf(format, args...), undone
	}
}

// report says what a poll has brought.
func (p *polling) report(q *poll) {
	s := &q.state
	fresh := len(q.items) - countRevised(q.items)
	switch {
	case s.Gone:
		p.say(s.Name, true, "the feed is gone: %s", s.Error)
	case s.Fault != "":
		p.say(s.Name, true, "the feed cannot be read: %s%s", s.Error, nextTry(s))
	case s.Status == 304:
		p.say(s.Name, false, "the feed has not changed")
	case len(q.items) == 0:
		p.say(s.Name, false, "no new story")
	default:
		p.say(s.Name, false, "new stories: %d, changed: %d; they wait for the tick", fresh, len(q.items)-fresh)
	}
}

func countRevised(items []polledItem) (n int) {
	for i := range items {
		if items[i].revises {
			n++
		}
	}
	return n
}

func nextTry(s *store.FeedState) string {
	if s.NextTry.IsZero() {
		return ""
	}
	return "; it is asked again at " + s.NextTry.Format(time.RFC3339)
}

// pollOnce polls a feed for Once and stores what it brings.
func (d *Daemon) pollOnce(ctx context.Context, j *Job) (notes []string, undone bool, err error) {
	o := d.options()
	if err := d.polls.meet(d.store, o.Feeds, o.Inputs); err != nil {
		return nil, false, err
	}
	said := d.polls.order(j.Name)
	err = j.Run(ctx)
	if what := said(); what != nil && what.note != "" {
		notes, undone = []string{what.note}, what.undone
	}
	if err != nil || ctx.Err() != nil {
		return notes, undone, err
	}
	stories, _ := d.Pending()
	if err := d.tick(ctx, jobTick, nil); err != nil {
		return notes, undone, err
	}
	if stories > 0 {
		notes = append(notes, "a tick has stored them")
	}
	return slices.Clip(notes), undone, nil
}
