package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/samestory/samestory/jobs/schedule"
	"github.com/samestory/samestory/store"
)

const (
	jobPoll = "poll"
	// defaultPolls is how many feeds are polled at a time.
	defaultPolls = 16
	// defaultPending is how many bytes of stories may wait for the tick before polling does.
	defaultPending = 64 << 20
	// pollPatience is how long one poll may take, with its turns at a busy host and the pages that it reads.
	pollPatience = 15 * time.Minute
	// clockSlack is how far ahead a time may lie before the clock is held to have been wrong when it was noted.
	clockSlack = 25 * time.Hour
)

// polling is the feeds of a daemon: what is known of each, and what was polled and waits for the tick. Polls run many at a
// time and write nothing; the tick takes what there is, and stores it with the states of the feeds that it is of.
type polling struct {
	mu      sync.Mutex
	feeds   map[string]*polledFeed
	pending int           // bytes of stories that wait
	fresh   int           // feeds that were never polled and have not been yet
	slots   chan struct{} // one for each poll that may run
	press   chan struct{} // a tick is wanted before its time
}

// polledFeed is one feed. The state is that of the last poll, with what ticks added.
type polledFeed struct {
	state   store.FeedState
	waiting *poll // not stored yet
	fresh   bool
	ordered *ordered // nil: nobody waits for its next poll
}

func newPolling(atATime int) *polling {
	if atATime <= 0 {
		atATime = defaultPolls
	}
	return &polling{feeds: map[string]*polledFeed{}, slots: make(chan struct{}, atATime), press: make(chan struct{}, 1)}
}

// meet takes in the feeds that the options name. Sources that are stored and named no longer are noted as removed; files
// are what else is named.
func (p *polling) meet(s *store.Store, list []Feed, files []Scheduled) error {
	view := s.View()
	defer view.Close()
	stored, err := view.Feeds()
	if err != nil {
		return fmt.Errorf("read the states of feeds: %w", err)
	}
	named := make(map[string]bool, len(list))
	for _, f := range list {
		named[f.Name] = true
	}
	for _, in := range files {
		named[in.Name] = true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, state := range stored {
		if state.Kind == store.KindPush || state.Kind == store.KindFiles && named[state.Name] {
			continue
		}
		f := p.feeds[state.Name]
		if f == nil {
			f = &polledFeed{state: state}
			p.feeds[state.Name] = f
		}
		if !named[state.Name] && !f.state.Removed && f.waiting == nil {
			f.state.Removed = true
			f.waiting = &poll{state: f.state}
		}
	}
	for _, one := range list {
		if p.feeds[one.Name] == nil {
			p.feeds[one.Name] = &polledFeed{state: store.FeedState{Name: one.Name}, fresh: true}
			p.fresh++
		}
	}
	return nil
}

// lastTries adds when each feed was asked last, so that a daemon which starts again and again asks nobody more often.
func (p *polling) lastTries(list []Feed, last map[string]time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range list {
		if known := p.feeds[f.Name]; known != nil && known.state.URL == f.URL {
			last[jobPoll+" "+f.Name] = known.state.LastTry
		}
	}
}

// due tells whether a feed is to be asked now: not while what it brought waits for the tick, while too much does, or while
// it is left alone. An order counts more than that, but not more than what its server has asked for.
func (p *polling) due(f *Feed, now time.Time, most int) (store.FeedState, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.feeds[f.Name]
	if known == nil {
		return store.FeedState{}, false // the options have changed meanwhile
	}
	ahead := func(t time.Time) bool { return now.Before(t) && t.Sub(now) < clockSlack }
	s := &known.state
	switch {
	case known.waiting != nil && len(known.waiting.items) > 0:
		known.ordered.say(true, "not asked: %d stories of the last poll wait for the tick", len(known.waiting.items))
	case p.pending > most:
		known.ordered.say(true, "not asked: too much of what was polled waits for the tick")
	case s.URL != f.URL || s.LastTry.After(now.Add(time.Minute)): // another feed, or another time
		return *s, true
	case ahead(s.AskedUntil):
		known.ordered.say(true, "not asked: its server wants to be left alone until %s (Retry-After)", s.AskedUntil.Format(time.RFC3339))
	case known.ordered == nil && (s.Gone || s.Waits && ahead(s.NextTry)):
	default:
		return *s, true
	}
	return store.FeedState{}, false
}

// put takes what a poll brought. It tells whether a tick should come before its time: all feeds have been asked for the
// first time, or half of what may wait does.
func (p *polling) put(q *poll, most int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	known := p.feeds[q.state.Name]
	if known == nil {
		return
	}
	if w := known.waiting; w != nil { // it had no stories to place, and may have found known ones
		q.brought = append(q.brought, w.brought...)
	}
	known.state, known.waiting = q.state, q
	before := p.pending
	p.pending += q.bytes
	first := false
	if known.fresh {
		known.fresh = false
		p.fresh--
		first = p.fresh == 0
	}
	if first || before <= most/2 && p.pending > most/2 {
		select {
		case p.press <- struct{}{}:
		default:
		}
	}
}

// taken lists what waits for the tick, by name; polls without stories come first, so that their states are stored with the
// first commit.
func (p *polling) taken() []*poll {
	p.mu.Lock()
	defer p.mu.Unlock()
	var list []*poll
	for _, f := range p.feeds {
		if f.waiting != nil {
			list = append(list, f.waiting)
		}
	}
	slices.SortFunc(list, func(a, b *poll) int {
		if (len(a.items) == 0) != (len(b.items) == 0) {
			if len(a.items) == 0 {
				return -1
			}
			return 1
		}
		return strings.Compare(a.state.Name, b.state.Name)
	})
	return list
}

// totals are the counts of a feed that ticks keep, as they stand.
func (p *polling) totals(name string) (s store.FeedState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if f := p.feeds[name]; f != nil {
		s.New, s.Revised, s.LastNew = f.state.New, f.state.Revised, f.state.LastNew
	}
	return s
}

// stored forgets what is on disk.
func (p *polling) stored(q *poll, state *store.FeedState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.feeds[state.Name]
	if f == nil {
		return
	}
	f.state.New, f.state.Revised, f.state.LastNew = state.New, state.Revised, state.LastNew
	if f.waiting == q {
		f.waiting = nil
	}
	p.pending -= q.bytes
	if state.Removed {
		delete(p.feeds, state.Name)
	}
}

// Pending is how many stories and bytes have been polled and wait for the tick.
func (d *Daemon) Pending() (stories, bytes int) {
	d.polls.mu.Lock()
	defer d.polls.mu.Unlock()
	for _, f := range d.polls.feeds {
		if f.waiting != nil {
			stories += len(f.waiting.items)
		}
	}
	return stories, d.polls.pending
}

// pollJobs are the jobs that poll the feeds of the options.
func (d *Daemon) pollJobs(o *DaemonOptions) []Job {
	var all []Job
	for i := range o.Feeds {
		f := &o.Feeds[i]
		all = append(all, Job{
			Name: jobPoll + " " + f.Name, Spec: f.Spec, CatchUp: true, Jitter: o.Jitter,
			Run: func(ctx context.Context) error { return d.poll(ctx, f) },
		})
	}
	return all
}

// poll asks for one feed, when one of the slots is free.
func (d *Daemon) poll(ctx context.Context, f *Feed) error {
	o := d.options()
	if o.Fetch == nil {
		return errors.New("there is nothing to fetch feeds with")
	}
	ctx, cancel := d.untilStopped(ctx)
	defer cancel()
	select {
	case d.polls.slots <- struct{}{}:
		defer func() { <-d.polls.slots }()
	case <-ctx.Done():
		return nil
	}
	state, due := d.polls.due(f, o.Clock(), o.pendingMost())
	if !due {
		return nil
	}
	limited, done := context.WithTimeout(ctx, pollPatience)
	defer done()
	p := poller{get: o.Fetch, pages: o.FullText, view: d.store.View, clock: o.Clock}
	q, err := p.ask(limited, f, state)
	switch {
	case ctx.Err() != nil:
		return nil // the daemon stops: the feed is asked again by the next one
	case errors.Is(err, context.DeadlineExceeded):
		q = &poll{feed: f, state: stateFor(f, state, o.Clock().UTC()), now: o.Clock().UTC()}
		q.state.LastTry, q.state.Polls = q.now, q.state.Polls+1
		q.failed("busy", fmt.Errorf("no end within %s", pollPatience), 0)
	case err != nil:
		return err
	}
	s := &q.state
	log := o.Log.With("feed", f.Name, "url", s.Address())
	if s.Fault != "" {
		log.Warn("feed cannot be read", "fault", s.Fault, "error", s.Error, "failures", s.Failures, "next", s.NextTry.Format(time.RFC3339))
	} else {
		log.Debug("feed polled", "status", s.Status, "new", len(q.items))
	}
	d.polls.report(q)
	d.polls.put(q, o.pendingMost())
	return nil
}

func (o *DaemonOptions) pendingMost() int {
	if o.PollPending > 0 {
		return o.PollPending
	}
	return defaultPending
}

// untilStopped is ctx that also ends when the daemon stops taking things in.
func (d *Daemon) untilStopped(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(d.intake, cancel)
	return ctx, func() { stop(); cancel() }
}

// tickSoon runs a tick before its time, after the one that runs already: it may have begun too early to see what there is.
// One that fails is logged as any other.
func (d *Daemon) tickSoon() {
	for {
		_, err := d.jobs.Trigger(d.intake, jobTick)
		if !errors.Is(err, schedule.ErrRunning) {
			return
		}
		select {
		case <-d.intake.Done():
			return
		case <-time.After(time.Second):
		}
	}
}

// pollPart ends polls when the daemon stops, and runs ticks that do not wait for their time.
func (d *Daemon) pollPart() Part {
	ended := make(chan struct{})
	return Part{
		Name: "polls",
		Start: func(ctx context.Context) error {
			go func() {
				defer close(ended)
				for {
					select {
					case <-d.intake.Done():
						return
					case <-d.polls.press:
					}
					d.tickSoon()
				}
			}()
			return nil
		},
		Stop: func(context.Context) error {
			d.endIntake()
			<-ended
			return nil
		},
	}
}
