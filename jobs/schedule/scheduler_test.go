package schedule

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func spec(t *testing.T, text string) *Spec {
	t.Helper()
	s, err := Parse(text, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// journal writes down what happened at which minute of the simulated clock.
type journal struct {
	mu    sync.Mutex
	start time.Time
	lines []string
}

func (j *journal) say(what string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, time.Since(j.start).Truncate(time.Second).String()+" "+what)
}

func (j *journal) got() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Join(j.lines, ", ")
}

func works(j *journal, name string, d time.Duration) func(context.Context) error {
	return func(ctx context.Context) error {
		j.say(name)
		select {
		case <-time.After(d):
			return nil
		case <-ctx.Done():
			j.say(name + " cancelled")
			return ctx.Err()
		}
	}
}

// run adds the jobs, lets the clock run for d, and stops.
func run(t *testing.T, o Options, d time.Duration, jobs ...Job) *Scheduler {
	t.Helper()
	s := New(o)
	for _, j := range jobs {
		if err := s.Add(j); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	time.Sleep(d)
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestFiresOnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{start: time.Now()}
		run(t, Options{}, 3*time.Minute+time.Second, Job{Name: "tick", Spec: spec(t, "* * * * *"), Run: works(j, "tick", time.Second)})
		if diff := cmp.Diff("1m0s tick, 2m0s tick, 3m0s tick", j.got()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestOverlapIsSkippedAndCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{start: time.Now()}
		s := run(t, Options{Skipped: func(job string, total int) { j.say("skipped " + job) }}, 5*time.Minute+time.Second,
			Job{Name: "slow", Spec: spec(t, "* * * * *"), Run: works(j, "slow", 150*time.Second)})
		want := "1m0s slow, 2m0s skipped slow, 3m0s skipped slow, 4m0s slow, 5m0s skipped slow"
		if diff := cmp.Diff(want, j.got()); diff != "" {
			t.Error(diff)
		}
		if st := s.Status()[0]; st.Runs != 2 || st.Skipped != 3 || st.Running {
			t.Errorf("status %+v", st)
		}
	})
}

func TestPanicIsReportedAndTheJobRunsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var first *PanicError
		o := Options{Ended: func(r Result) {
			if r.Job == "bad" && !errors.As(r.Err, &first) {
				t.Errorf("ended with %v", r.Err)
			}
		}}
		s := run(t, o, 3*time.Minute+time.Second,
			Job{Name: "bad", Group: "store", Spec: spec(t, "* * * * *"), Run: func(context.Context) error { panic("out of cheese") }},
			Job{Name: "good", Group: "store", Spec: spec(t, "@every 50s"), Run: func(context.Context) error { return nil }})
		if st := s.Status()[0]; st.Runs != 3 || st.Failed != 3 || st.Skipped != 0 {
			t.Errorf("status %+v", st)
		}
		if st := s.Status()[1]; st.Runs != 3 || st.Failed != 0 {
			t.Errorf("status of the other job of the group %+v", st)
		}
		if first == nil || !strings.Contains(first.Error(), "out of cheese") || !strings.Contains(first.Stack, "scheduler_test.go") {
			t.Errorf("reported as %+v", first)
		}
	})
}

func TestFailureIsBooked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fault := errors.New("disk on fire")
		s := run(t, Options{}, time.Minute+time.Second, Job{Name: "j", Spec: spec(t, "* * * * *"), Run: func(context.Context) error { return fault }})
		st := s.Status()[0]
		if st.Runs != 1 || st.Failed != 1 || !errors.Is(st.Last.Err, fault) || st.Last.Job != "j" {
			t.Errorf("status %+v", st)
		}
	})
}

func TestJobsOfAGroupWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{start: time.Now()}
		run(t, Options{}, 101*time.Second,
			Job{Name: "a", Group: "store", Spec: spec(t, "@every 40s"), Run: works(j, "a", 20*time.Second)},
			Job{Name: "b", Group: "store", Spec: spec(t, "@every 50s"), Run: works(j, "b", 5*time.Second)})
		if diff := cmp.Diff("40s a, 1m0s b, 1m20s a, 1m40s b", j.got()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestCatchUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{start: time.Now()} // midnight of 1 January 2000 in the bubble
		daily := spec(t, "0 3 * * *")
		run(t, Options{}, time.Minute,
			Job{Name: "missed", Group: "g", Spec: daily, CatchUp: true, LastSuccess: j.start.Add(-30 * time.Hour), Run: works(j, "missed", time.Second)},
			Job{Name: "never", Group: "g", Spec: daily, CatchUp: true, Run: works(j, "never", time.Second)},
			Job{Name: "fresh", Spec: daily, CatchUp: true, LastSuccess: j.start.Add(-20 * time.Hour), Run: works(j, "fresh", time.Second)},
			Job{Name: "patient", Spec: daily, LastSuccess: j.start.Add(-30 * time.Hour), Run: works(j, "patient", time.Second)})
		if diff := cmp.Diff("0s missed, 1s never", j.got()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestStopWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{start: time.Now()}
		s := New(Options{Ended: func(Result) { j.say("ended") }})
		if err := s.Add(Job{Name: "slow", Spec: spec(t, "* * * * *"), Run: works(j, "slow", 30*time.Second)}); err != nil {
			t.Fatal(err)
		}
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(65 * time.Second)
		if err := s.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		j.say("stopped")
		time.Sleep(10 * time.Minute)
		if diff := cmp.Diff("1m0s slow, 1m30s ended, 1m30s stopped", j.got()); diff != "" {
			t.Error(diff)
		}
		if _, err := s.Trigger(t.Context(), "slow"); !errors.Is(err, ErrStopped) {
			t.Errorf("trigger after the stop: %v", err)
		}
	})
}

func TestStopCancelsAtItsDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{start: time.Now()}
		s := New(Options{})
		if err := s.Add(Job{Name: "slow", Spec: spec(t, "* * * * *"), Run: works(j, "slow", time.Hour)}); err != nil {
			t.Fatal(err)
		}
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(61 * time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if err := s.Stop(ctx); !errors.Is(err, ErrStillRunning) || !strings.Contains(err.Error(), "slow") {
			t.Errorf("stopped with %v", err)
		}
		if err := s.Stop(t.Context()); err != nil {
			t.Errorf("the second stop: %v", err)
		}
		if diff := cmp.Diff("1m0s slow, 1m11s slow cancelled", j.got()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestEndOfContextWindsJobsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{start: time.Now()}
		s := New(Options{})
		if err := s.Add(Job{Name: "slow", Spec: spec(t, "* * * * *"), Run: works(j, "slow", time.Hour)}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		if err := s.Start(ctx); err != nil {
			t.Fatal(err)
		}
		time.Sleep(90 * time.Second)
		cancel()
		time.Sleep(time.Hour)
		if err := s.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff("1m0s slow, 1m30s slow cancelled", j.got()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestTrigger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{start: time.Now()}
		s := New(Options{})
		fault := errors.New("no")
		for _, job := range []Job{
			{Name: "slow", Spec: spec(t, "@hourly"), Run: works(j, "slow", time.Minute)},
			{Name: "fails", Spec: spec(t, "@hourly"), Run: func(context.Context) error { return fault }},
		} {
			if err := s.Add(job); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Trigger(t.Context(), "slow"); !errors.Is(err, ErrStopped) {
			t.Errorf("before the start: %v", err)
		}
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if st := s.Status()[0]; !st.Next.Equal(j.start.Add(time.Hour)) {
			t.Errorf("right after the start the next run is to be at %s", st.Next)
		}
		if _, err := s.Trigger(t.Context(), "fails"); !errors.Is(err, fault) {
			t.Errorf("a job that fails: %v", err)
		}
		if _, err := s.Trigger(t.Context(), "nobody"); !errors.Is(err, ErrUnknownJob) {
			t.Errorf("a job that is not there: %v", err)
		}
		go func() { _, _ = s.Trigger(context.Background(), "slow") }()
		time.Sleep(time.Second)
		if _, err := s.Trigger(t.Context(), "slow"); !errors.Is(err, ErrRunning) {
			t.Errorf("while it runs: %v", err)
		}
		if st := s.Status()[0]; !st.Running || !st.Next.Equal(j.start.Add(time.Hour)) {
			t.Errorf("status %+v", st)
		}
		if err := s.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

func TestAddRefuses(t *testing.T) {
	s := New(Options{})
	ok := Job{Name: "a", Spec: spec(t, "@daily"), Run: func(context.Context) error { return nil }}
	if err := s.Add(ok); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []Job{ok, {}, {Name: "b", Run: ok.Run}, {Name: "b", Spec: ok.Spec}} {
		if err := s.Add(bad); err == nil {
			t.Errorf("added %+v", bad)
		}
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Errorf("stop without a start: %v", err)
	}
	if err := s.Start(t.Context()); err == nil {
		t.Error("started after the stop")
	}
}

// What is done within a group waits for the job that runs, and keeps none of another group; it may come before the start
// and after the end.
func TestWithin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{start: time.Now()}
		s := New(Options{})
		within := func(ctx context.Context, group, what string) error {
			return s.Within(ctx, group, func() error {
				time.Sleep(5 * time.Second)
				j.say(what)
				return nil
			})
		}
		for _, job := range []Job{
			{Name: "writes", Group: "store", Spec: spec(t, "@every 1m"), Run: works(j, "writes", 30*time.Second)},
			{Name: "reads", Spec: spec(t, "@every 50s"), Run: works(j, "reads", time.Second)},
		} {
			if err := s.Add(job); err != nil {
				t.Fatal(err)
			}
		}
		if err := within(t.Context(), "store", "before"); err != nil {
			t.Error(err)
		}
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(65 * time.Second) // five seconds into the first run
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if err := within(ctx, "store", "never"); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if err := within(t.Context(), "store", "between"); err != nil {
			t.Error(err)
		}
		time.Sleep(22 * time.Second) // three seconds before the second run, which waits for the two that are left
		if err := within(t.Context(), "store", "late"); err != nil {
			t.Error(err)
		}
		if err := s.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		if err := within(t.Context(), "store", "after"); err != nil {
			t.Error(err)
		}
		want := "5s before, 55s reads, 1m5s writes, 1m40s between, 1m45s reads, 2m7s late, 2m7s writes, 2m42s after"
		if got := j.got(); got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	})
}
