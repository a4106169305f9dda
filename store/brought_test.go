package store

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func broughtBy(t *testing.T, v *Snapshot, feed string) []string {
	t.Helper()
	list := []string{}
	for a, err := range v.BroughtBy(FeedKeyOf(feed)) {
		if err != nil {
			t.Fatal(err)
		}
		s, err := v.Arrived(a)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, s.ID)
	}
	return list
}

func TestWhatFeedsBrought(t *testing.T) {
	t.Parallel()
	s := sound(t)
	commit := func(at time.Time, list ...Brought) {
		t.Helper()
		if err := s.Commit(t.Context(), Batch{At: at, Brought: list}); err != nil {
			t.Fatal(err)
		}
	}
	later := aTime.Add(time.Hour)
	commit(aTime, Brought{"source:velm", "a"}, Brought{"source:tarn", "a"}, Brought{"source:velm", "refused"})
	commit(later, Brought{"source:velm", "a"}, Brought{"source:velm", "b"})

	v := s.View()
	defer v.Close()
	for feed, want := range map[string][]string{"source:velm": {"b", "a"}, "source:tarn": {"a"}, "source:nobody": {}} {
		if diff := cmp.Diff(want, broughtBy(t, v, feed)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", feed, diff)
		}
	}
	// That a feed still has a story does not make it younger.
	list, err := v.Bringers("a")
	if err != nil || len(list) != 3 || !list[0].At.Equal(aTime) || !list[1].At.Equal(epoch) || !list[2].At.Equal(aTime) {
		t.Errorf("the story was brought by %v, %v", list, err)
	}
	if list, err := v.Bringers("w"); err != nil || len(list) != 0 {
		t.Errorf("a story that came another way was brought by %v, %v", list, err)
	}
	for story, want := range map[string]bool{"b": true, "w": false, "refused": false} {
		if got, err := v.HasBrought("source:velm", story); got != want || err != nil {
			t.Errorf("%s: %v, %v", story, got, err)
		}
	}
	if err := s.Commit(t.Context(), Batch{Brought: []Brought{{"", "a"}}}); !errors.Is(err, ErrInvalid) {
		t.Errorf("a feed without a name gives %v", err)
	}
	if found, err := s.Check(t.Context()); err != nil || !found.OK() {
		t.Errorf("%+v, %v", found.Findings, err)
	}
}
