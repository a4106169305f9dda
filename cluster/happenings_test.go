package cluster_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/newsroom"
)

// In the newsroom written by hand, what is told in several languages is one happening in one thread, and its events
// name each other.
func TestHappeningsOfTheSample(t *testing.T) {
	w := newWorld()
	d, err := newEngine(t, 1).Tick(t.Context(), sampleStories(t), w, cluster.Founded)
	if err != nil {
		t.Fatal(err)
	}
	w.apply(d)
	label := map[string]string{}
	for _, l := range newsroom.Sample() {
		label[l.ID] = l.Event
	}
	langs := map[string][]string{} // of a label, of those told together
	for _, id := range slices.Sorted(maps.Keys(w.events)) {
		e := w.events[id]
		if (e.Happening == "") != (len(e.Counterparts) == 0) {
			t.Errorf("event %s: happening %q with %d counterparts", id, e.Happening, len(e.Counterparts))
		}
		for _, c := range e.Counterparts {
			other, ok := w.events[c.Event]
			if !ok || other.Told() != e.Told() || other.Thread != e.Thread || other.Lang == e.Lang {
				t.Errorf("event %s (%s) has the counterpart %s (%s)", id, e.Lang, c.Event, other.Lang)
			}
			if !slices.ContainsFunc(other.Counterparts, func(c cluster.Counterpart) bool { return c.Event == id }) {
				t.Errorf("event %s has the counterpart %s, which does not name it", id, c.Event)
			}
		}
		if e.Happening != "" {
			l := label[w.events[e.Told()].Representative]
			langs[l] = append(langs[l], e.Lang)
		}
	}
	for _, want := range []struct {
		label string
		langs []string
	}{
		{"sallow-gate-attack", []string{"ar", "de", "en", "es", "fr", "zh"}},
		{"petrel-probe", []string{"en", "ja", "zh"}},
		{"bridge-enseada", []string{"en", "es", "pt"}},
		{"veligorsk-blast", []string{"ar", "en", "ru"}},
		{"aurelia-election", []string{"en", "es", "fr", "pt"}},
	} {
		got := langs[want.label]
		slices.Sort(got)
		got = slices.Compact(got) // two events of one language may tell of it
		if !slices.Equal(got, want.langs) {
			t.Errorf("%s is told in %v, want %v", want.label, got, want.langs)
		}
	}
}
