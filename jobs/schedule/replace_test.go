package schedule

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A plan that is replaced: what stays keeps its times and its counts, what runs is not disturbed, what is new is caught up
// with, and what is gone ends its run and never begins again.
func TestReplace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := &journal{start: time.Now()}
		s := New(Options{Skipped: func(job string, _ int) { j.say("skipped " + job) }})
		job := func(name, when string, takes time.Duration, says string) Job {
			return Job{Name: name, Spec: spec(t, when), Run: works(j, says, takes)}
		}
		for _, add := range []Job{
			job("stays", "@every 40m", time.Second, "stays"),
			job("moves", "@every 50m", time.Second, "moves"),
			job("goes", "@every 55m", 10*time.Minute+30*time.Second, "goes"),
		} {
			if err := s.Add(add); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Replace(nil); !errors.Is(err, ErrStopped) {
			t.Errorf("before the start: %v", err)
		}
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour) // "goes" runs until 1h5m30s
		fresh := job("fresh", "@every 3h", time.Second, "fresh")
		fresh.CatchUp = true
		next := []Job{fresh, job("stays", "@every 40m", time.Second, "stays otherwise"), job("moves", "@every 30m", time.Second, "moves")}
		for _, bad := range [][]Job{{fresh, fresh}, {{}}} {
			if err := s.Replace(bad); err == nil {
				t.Error("took a plan that cannot be")
			}
		}
		if err := s.Replace(next); err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, st := range s.Status() {
			names = append(names, fmt.Sprintf("%s %s %d", st.Name, st.Spec, st.Runs))
		}
		if diff := cmp.Diff([]string{"fresh @every 3h 0", "stays @every 40m 1", "moves @every 30m 1"}, names); diff != "" {
			t.Error(diff)
		}
		if _, err := s.Trigger(t.Context(), "goes"); !errors.Is(err, ErrUnknownJob) {
			t.Errorf("a job that is gone is run: %v", err)
		}
		time.Sleep(2 * time.Minute)
		// It comes back while its old run goes on, and does not run twice.
		if err := s.Replace(append(next, job("goes", "@every 1m", time.Second, "back"))); err != nil {
			t.Fatal(err)
		}
		time.Sleep(4*time.Minute + 30*time.Second)
		if err := s.Replace(next[:2]); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if err := s.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := "40m0s stays, 50m0s moves, 55m0s goes, 1h0m0s fresh, 1h3m0s skipped goes, 1h4m0s skipped goes, 1h5m0s skipped goes, " +
			"1h6m0s back, 1h20m0s stays otherwise, 2h0m0s stays otherwise"
		if diff := cmp.Diff(want, j.got()); diff != "" {
			t.Error(diff)
		}
	})
}

// Replacing all the time, while jobs fire, neither loses a run nor locks up.
func TestReplaceWhileJobsFire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{})
		jobs := []Job{
			{Name: "a", Group: "g", Spec: spec(t, "@every 1s"), Run: func(context.Context) error { return nil }},
			{Name: "b", Group: "g", Spec: spec(t, "* * * * *"), Run: func(context.Context) error { return nil }},
		}
		for _, j := range jobs {
			if err := s.Add(j); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		for range 500 {
			time.Sleep(time.Second)
			if err := s.Replace(jobs); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Second / 2)
		if err := s.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		if st := s.Status(); st[0].Runs != 500 || st[1].Runs != 8 {
			t.Errorf("%d runs of every second, %d of every minute", st[0].Runs, st[1].Runs)
		}
	})
}

// Jitter spreads jobs of one spec, each keeps its place, and no run is lost or doubled by it.
func TestJitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const most = 30 * time.Second
		start := time.Now()
		at := make(map[string][]time.Duration)
		s := New(Options{Seed: 7})
		for i := range 40 {
			name, when := fmt.Sprintf("calendar %d", i), "*/5 * * * *"
			if i%2 == 1 {
				name, when = fmt.Sprintf("distance %d", i), "@every 5m" // from minute one on
			}
			at[name] = nil
			if err := s.Add(Job{Name: name, Group: "g", Spec: spec(t, when), Jitter: most, Run: func(context.Context) error {
				at[name] = append(at[name], time.Since(start))
				return nil
			}}); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Minute)
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(61 * time.Minute)
		if err := s.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		places := make(map[time.Duration]bool)
		for name, times := range at {
			if len(times) != 12 {
				t.Errorf("%s ran %d times in an hour", name, len(times))
				continue
			}
			first := 5 * time.Minute
			if strings.HasPrefix(name, "distance") {
				first = 6 * time.Minute
			}
			moved := times[0] - first
			places[moved] = true
			for i, got := range times {
				want := first + time.Duration(i)*5*time.Minute + moved
				if moved < 0 || moved >= most || got.Truncate(time.Second) != want.Truncate(time.Second) {
					t.Errorf("%s: run %d after %s, want %s", name, i, got, want)
				}
			}
		}
		if len(places) < 30 {
			t.Errorf("40 jobs run at %d moments", len(places))
		}
	})
	if jitterOf(1, "a", time.Minute) == jitterOf(2, "a", time.Minute) {
		t.Error("two machines move a job alike")
	}
	if jitterOf(1, "a", 0) != 0 {
		t.Error("no jitter moves a job")
	}
}

// With jitter a job that ran in time is not overdue when the program starts between its time and its place.
func TestOverdue(t *testing.T) {
	last := time.Date(2026, 5, 1, 3, 0, 2, 0, time.UTC)
	for _, c := range []struct {
		spec   string
		jitter time.Duration
		after  time.Duration
		want   bool
	}{
		{"0 3 * * *", 0, 0, false},
		{"0 3 * * *", 0, 23 * time.Hour, false},
		{"0 3 * * *", 0, 24*time.Hour - 2*time.Second, true},
		{"0 3 * * *", 0, 100 * 24 * time.Hour, true},
		{"0 3 * * *", 2 * time.Second, 24*time.Hour - 2*time.Second, false},
		{"0 3 * * *", 2 * time.Second, 24 * time.Hour, true},
		{"@every 1h", 0, 59 * time.Minute, false},
		{"@every 1h", time.Minute, time.Hour, true},
	} {
		times := timetable{spec: spec(t, c.spec), jitter: c.jitter}
		if got := times.overdue(last, last.Add(c.after)); got != c.want {
			t.Errorf("%s, jitter %s, %s after the last success: overdue %v, want %v", c.spec, c.jitter, c.after, got, c.want)
		}
	}
}
