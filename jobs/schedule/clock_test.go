package schedule

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/robfig/cron/v3"
)

// steppable is a clock that a test sets; between that it goes as the bubble's.
type steppable struct{ ahead atomic.Int64 }

func (c *steppable) now() time.Time { return time.Now().Add(time.Duration(c.ahead.Load())) }

func (c *steppable) step(d time.Duration) { c.ahead.Add(int64(d)) }

func (c *steppable) set(to time.Time) { c.ahead.Store(int64(time.Until(to))) }

// times are those of a journal of one job.
func (j *journal) times() string { return strings.TrimSpace(strings.ReplaceAll(j.got(), " ,", ",")) }

func contextFor(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), d)
}

// How long a run takes does not depend on what is done to the clock meanwhile.
func TestRunsOutlastSteps(t *testing.T) {
	for _, step := range []time.Duration{50 * time.Hour, -20 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			clock := &steppable{}
			var took []time.Duration
			s := New(Options{Clock: clock.now, Ended: func(r Result) { took = append(took, r.Ended.Sub(r.Started)) }})
			if err := s.Add(Job{Name: "job", Spec: spec(t, "@every 1h"), Run: works(&journal{start: time.Now()}, "", 5*time.Minute)}); err != nil {
				t.Fatal(err)
			}
			if err := s.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(62 * time.Minute)
			clock.step(step)
			time.Sleep(10 * time.Minute)
			ctx, cancel := contextFor(t, time.Hour)
			defer cancel()
			if err := s.Stop(ctx); err != nil {
				t.Fatal(err)
			}
			if len(took) == 0 || took[0] != 5*time.Minute {
				t.Errorf("stepped by %s, runs took %s", step, took)
			}
		})
	}
}

// What is due follows the clock when it is stepped, within a minute: forwards a job whose time was stepped over runs once,
// backwards none waits for a time that was a mistake.
func TestStepsOfTheClock(t *testing.T) {
	for _, c := range []struct {
		name, spec string
		step       time.Duration // after 90 seconds
		want       string        // runs of three hours, by the time that has passed
	}{
		{"forwards over one", "@hourly", 70 * time.Minute, "2m0s, 50m0s, 1h50m0s, 2h50m0s"},
		{"forwards over many is one run", "@hourly", 1000 * time.Hour, "2m0s, 1h0m0s, 2h0m0s, 3h0m0s"},
		{"forwards over none", "@hourly", 20 * time.Minute, "40m0s, 1h40m0s, 2h40m0s"},
		{"a year back", "@hourly", -366 * 24 * time.Hour, "1h0m0s, 2h0m0s, 3h0m0s"},
		{"half an hour back", "@hourly", -30 * time.Minute, "30m0s, 1h30m0s, 2h30m0s"},
		{"a year back, by distance", "@every 50m", -366 * 24 * time.Hour, "50m0s, 1h40m0s, 2h30m0s"},
		{"a little forwards, by distance", "@every 50m", 20 * time.Minute, "30m0s, 1h20m0s, 2h10m0s, 3h0m0s"},
		{"slept over one, by distance", "@every 50m", 8 * time.Hour, "2m0s, 52m0s, 1h42m0s, 2h32m0s"},
		{"a correction is no step", "@hourly", time.Second, "1h0m0s, 2h0m0s, 3h0m0s"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				j := &journal{start: time.Now()}
				clock := &steppable{}
				var steps []time.Duration
				s := New(Options{Clock: clock.now, Stepped: func(by time.Duration) { steps = append(steps, by) }})
				if err := s.Add(Job{Name: "job", Spec: spec(t, c.spec), Run: works(j, "", time.Second)}); err != nil {
					t.Fatal(err)
				}
				if err := s.Start(t.Context()); err != nil {
					t.Fatal(err)
				}
				time.Sleep(90 * time.Second)
				clock.step(c.step)
				time.Sleep(3*time.Hour - 85*time.Second)
				if next := s.Status()[0].Next; !next.After(clock.now()) || next.Sub(clock.now()) > time.Hour {
					t.Errorf("at %s the next run is to be at %s", clock.now(), next)
				}
				if err := s.Stop(t.Context()); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(c.want, j.times()); diff != "" {
					t.Error(diff)
				}
				if told := len(steps) == 1 && steps[0] == c.step; told != (c.step.Abs() >= stepFrom) {
					t.Errorf("told of the steps %v", steps)
				}
			})
		})
	}
}

// Both nights in which Rome's clock is changed, as the scheduler lives through them.
func TestNightsOfTheChangedClock(t *testing.T) {
	zone := rome(t)
	for _, c := range []struct {
		name  string
		from  time.Time
		daily string // 02:30 every day, by the time that has passed
		often int    // runs of every 30 minutes
	}{
		{"spring", time.Date(2026, 3, 28, 12, 0, 0, 0, zone), "14h0m0s daily, 37h30m0s daily", 79},
		{"autumn", time.Date(2026, 10, 24, 12, 0, 0, 0, zone), "14h30m0s daily, 39h30m0s daily", 79},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				j := &journal{start: time.Now()}
				clock := &steppable{}
				clock.set(c.from)
				daily, err := Parse("30 2 * * *", zone)
				if err != nil {
					t.Fatal(err)
				}
				often, err := Parse("*/30 * * * *", zone)
				if err != nil {
					t.Fatal(err)
				}
				s := run(t, Options{Clock: clock.now}, 39*time.Hour+45*time.Minute,
					Job{Name: "daily", Spec: daily, Run: works(j, "daily", time.Second)},
					Job{Name: "often", Spec: often, Run: works(&journal{}, "", time.Second)})
				if diff := cmp.Diff(c.daily, j.got()); diff != "" {
					t.Error(diff)
				}
				if n := s.Status()[1].Runs; n != c.often {
					t.Errorf("%d runs of every 30 minutes, want %d", n, c.often)
				}
			})
		})
	}
}

// stuck is a schedule whose next time is not found until it is closed.
type stuck chan struct{}

func (s stuck) Next(t time.Time) time.Time {
	<-s
	return t.Add(time.Hour)
}

// A scheduler whose clockwork is stuck is found out.
func TestResponds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{})
		if err := s.Add(Job{Name: "a", Spec: spec(t, "@daily"), Run: works(&journal{}, "", time.Second)}); err != nil {
			t.Fatal(err)
		}
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := contextFor(t, time.Second)
		defer cancel()
		if err := s.Responds(ctx); err != nil {
			t.Errorf("a scheduler that works: %v", err)
		}
		hang := make(stuck)
		go s.cron.Schedule(hang, cron.FuncJob(func() {}))
		synctest.Wait()
		late, cancel := contextFor(t, time.Second)
		defer cancel()
		if err := s.Responds(late); err == nil {
			t.Error("a scheduler that is stuck responds")
		}
		close(hang)
		if err := s.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}
