package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/samestory/samestory/jobs/schedule"
	"github.com/samestory/samestory/store"
)

// Retention says when a daemon gives texts up, and which; see store.Store.Expire for what that means.
type Retention struct {
	Spec *schedule.Spec // nil: never
	Age  time.Duration  // threads whose last story is older; 0: no bound
	Size int64          // beyond it, in bytes of disk, those whose last story is oldest; 0: no bound
}

// keepAnyway is how old the last story of a thread has to be before its size counts: what comes in is compared with it.
const keepAnyway = 24 * time.Hour

// expiryRounds bounds how often a store is made smaller and measured again in one run: what rows are worth on disk is not
// known before they are gone.
const expiryRounds = 4

// ExpireOptions steer Expire.
type ExpireOptions struct {
	Age  time.Duration
	Size int64
	// Unattended counts the age from the newest story instead of the clock, where that is a day ahead of it or more: what a
	// clock that was set wrong takes away, nobody can give back.
	Unattended bool
	DryRun     bool // find out what would go, and write nothing
	Clock      func() time.Time
	Progress   func(done, total int) // stories; may be nil
}

// Retained is what an Expire has done, or with DryRun would do.
type Retained struct {
	Run     store.Run // zero of a dry run
	Expired store.Expired
	// Before and After are what the store occupies on disk; After is zero of a dry run.
	Before, After int64
	// Over is how much more than Size is left; the rest of a dry run goes by what rows have in them, not by the disk.
	Over    int64
	Stories int // that have not expired, afterwards
}

// Expire gives up what is older than Age, and then what has to go for the store to take no more than Size, and gets the
// space back. No engine may be at work over the store, nor go on after it.
func Expire(ctx context.Context, s *store.Store, o ExpireOptions) (Retained, error) {
	log := newRunLog(jobRetention, o.Clock)
	r := &retaining{store: s, o: o, now: o.Clock().UTC()}
	err := r.run(ctx)
	if o.DryRun {
		return r.out, err
	}
	if e := &r.out.Expired; e.Stories > 0 {
		log.state.Notes = append(log.state.Notes, fmt.Sprintf("expired: %d stories and %d older versions, of %d events in %d threads",
			e.Stories, e.Versions, e.Events, e.Threads))
		log.state.Notes = append(log.state.Notes, fmt.Sprintf("bytes of disk: %d before, %d after", r.out.Before, r.out.After))
	}
	if r.out.Over > 0 {
		log.state.Notes = append(log.state.Notes, fmt.Sprintf("%d bytes more than retention.size, and nothing left that may expire", r.out.Over))
	}
	r.out.Run, err = log.end(s, err)
	return r.out, err
}

// retaining is the state of one Expire.
type retaining struct {
	store *store.Store
	o     ExpireOptions
	now   time.Time
	out   Retained
	dirty bool // something has expired since the store was maintained
}

func (r *retaining) run(ctx context.Context) (err error) {
	if r.out.Before, _, err = r.measure(); err != nil {
		return err
	}
	options := store.ExpireOptions{DryRun: r.o.DryRun, Progress: r.o.Progress}
	if r.o.Age > 0 {
		if options.Before, err = r.bound(); err != nil {
			return err
		}
	}
	if r.o.DryRun {
		if options.Keep = r.now.Add(-keepAnyway); r.o.Size > 0 {
			options.Bytes = max(0, r.out.Before-r.o.Size)
		}
		r.out.Expired, err = r.store.Expire(ctx, options)
		if err == nil && r.o.Size > 0 {
			r.out.Over = max(0, r.out.Before-r.out.Expired.RowBytes-r.o.Size)
		}
		_, live, countErr := r.measure()
		r.out.Stories = live - r.out.Expired.Stories
		return errors.Join(err, countErr)
	}
	if err := r.expire(ctx, options); err != nil {
		return err
	}
	if r.o.Size > 0 {
		if err := r.shrink(ctx); err != nil {
			return err
		}
	}
	if err := r.maintain(ctx); err != nil {
		return err
	}
	r.out.After, r.out.Stories, err = r.measure()
	if r.o.Size > 0 {
		r.out.Over = max(0, r.out.After-r.o.Size)
	}
	return err
}

// bound is the time before which everything is too old.
func (r *retaining) bound() (time.Time, error) {
	if !r.o.Unattended {
		return r.now.Add(-r.o.Age), nil
	}
	view := r.store.View()
	defer view.Close()
	newest, err := view.Newest(r.now)
	if err != nil {
		return time.Time{}, fmt.Errorf("find the newest story: %w", err)
	}
	if now := newest.Add(24 * time.Hour); !newest.IsZero() && now.Before(r.now) {
		return now.Add(-r.o.Age), nil
	}
	return r.now.Add(-r.o.Age), nil
}

// shrink expires and measures until the store is small enough, or nothing is left that may expire.
func (r *retaining) shrink(ctx context.Context) error {
	for round := range expiryRounds {
		size, _, err := r.measure()
		if err != nil || size <= r.o.Size {
			return err
		}
		// Before anything is given up for it, what is garbage already goes.
		if round == 0 || r.dirty {
			r.dirty = true
			if err := r.maintain(ctx); err != nil {
				return err
			}
			if size, _, err = r.measure(); err != nil || size <= r.o.Size {
				return err
			}
		}
		was := r.out.Expired.Stories
		if err := r.expire(ctx, store.ExpireOptions{
			Bytes: size - r.o.Size, Keep: r.now.Add(-keepAnyway), Progress: r.o.Progress,
		}); err != nil || r.out.Expired.Stories == was {
			return err
		}
	}
	return nil
}

func (r *retaining) expire(ctx context.Context, o store.ExpireOptions) error {
	e, err := r.store.Expire(ctx, o)
	r.dirty = r.dirty || e.Stories > 0
	sum := &r.out.Expired
	if sum.First.IsZero() {
		sum.First = e.First
	}
	if e.Last.After(sum.Last) {
		sum.Last = e.Last
	}
	sum.Threads += e.Threads
	sum.Events += e.Events
	sum.Groups += e.Groups
	sum.Stories += e.Stories
	sum.Versions += e.Versions
	sum.TextBytes += e.TextBytes
	sum.RowBytes += e.RowBytes
	return err
}

// maintain gets back what expired took, if anything did.
func (r *retaining) maintain(ctx context.Context) error {
	if !r.dirty {
		return nil
	}
	r.dirty = false
	return r.store.Maintain(ctx)
}

// measure tells the bytes of disk, and the stories that have not expired.
func (r *retaining) measure() (size int64, live int, err error) {
	view := r.store.View()
	defer view.Close()
	stats, err := view.Stats()
	if err != nil {
		return 0, 0, fmt.Errorf("measure the store: %w", err)
	}
	return stats.Bytes, stats.Stories - stats.Expired, nil
}

// retain is the job. The engine would still hold what has expired, so the desk goes first.
func (d *Daemon) retain(ctx context.Context) error {
	o := d.options()
	d.desk = nil
	r, err := Expire(ctx, d.store, ExpireOptions{Age: o.Retention.Age, Size: o.Retention.Size, Clock: o.Clock, Unattended: true})
	if r.Expired.Stories > 0 || r.Over > 0 {
		o.Log.Info("retention", "stories", r.Expired.Stories, "events", r.Expired.Events, "threads", r.Expired.Threads,
			"bytes_before", r.Before, "bytes_after", r.After)
	}
	if r.Over > 0 {
		o.Log.Warn("the store is larger than retention.size, and nothing is left that may expire", "bytes", r.After, "over", r.Over)
	}
	return err
}
