package schedule

import (
	"context"
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
