package schedule

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A long job that yields lets those in that waited, in the order in which they came, and then goes on; a stop ends it
// between two of its parts.
func TestYield(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := New(Options{})
		var lock sync.Mutex
		var done []string
		did := func(what string) {
			lock.Lock()
			defer lock.Unlock()
			done = append(done, what)
		}
		soFar := func() []string {
			lock.Lock()
			defer lock.Unlock()
			return slices.Clone(done)
		}
		more := true
		add := func(name string, run func(context.Context) error) {
			spec, err := Parse("@every 24h", time.UTC)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Add(Job{Name: name, Spec: spec, Group: "one", Run: run}); err != nil {
				t.Fatal(err)
			}
		}
		add("long", func(context.Context) error {
			for part := 0; more && part < 4; part++ {
				time.Sleep(time.Minute)
				did("part")
				more = s.Yield("one")
			}
			return nil
		})
		add("short", func(context.Context) error {
			did("short")
			return nil
		})
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		go func() { _, _ = s.Trigger(t.Context(), "long") }()
		synctest.Wait()
		go func() { _, _ = s.Trigger(t.Context(), "short") }()
		synctest.Wait()
		go func() {
			_ = s.Within(t.Context(), "one", func() error {
				did("within")
				return nil
			})
		}()
		time.Sleep(90 * time.Second)
		synctest.Wait()
		if want := []string{"part", "short", "within"}; !slices.Equal(soFar(), want) {
			t.Errorf("%q, want %q", soFar(), want)
		}
		if err := s.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		if want := []string{"part", "short", "within", "part"}; !slices.Equal(soFar(), want) {
			t.Errorf("%q, want %q: a stop ends a job that yields", soFar(), want)
		}
	})
}

// Who asks for a run of a job that is running is told so; that is no run that was due and skipped.
func TestAskedForWhileItRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var lock sync.Mutex
		var told []int
		s := New(Options{Skipped: func(_ string, total int) {
			lock.Lock()
			defer lock.Unlock()
			told = append(told, total)
		}})
		skipped := func() []int {
			lock.Lock()
			defer lock.Unlock()
			return slices.Clone(told)
		}
		spec, err := Parse("@every 1h", time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Add(Job{Name: "long", Spec: spec, Run: func(context.Context) error {
			time.Sleep(90 * time.Minute)
			return nil
		}}); err != nil {
			t.Fatal(err)
		}
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(61 * time.Minute)
		if _, err := s.Trigger(t.Context(), "long"); !errors.Is(err, ErrRunning) {
			t.Errorf("asked for while it runs: %v", err)
		}
		if n := s.Status()[0].Skipped; n != 0 || len(skipped()) != 0 {
			t.Errorf("%d skipped, told of %v", n, skipped())
		}
		time.Sleep(time.Hour) // it was due in the middle
		if n := s.Status()[0].Skipped; n != 1 || !slices.Equal(skipped(), []int{1}) {
			t.Errorf("%d skipped, told of %v", n, skipped())
		}
		if err := s.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}
