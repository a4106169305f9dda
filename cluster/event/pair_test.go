package event

import (
	"testing"
	"time"
)

func TestPairVectorIsSymmetric(t *testing.T) {
	c, items := settled(t)
	for i := range items[:25] {
		for j := range items[:i] {
			a, b := c.stories[i], c.stories[j]
			var x, y [pairFeatures]float64
			pairVector(a, b, c.vector(a), c.vector(b), &x)
			pairVector(b, a, c.vector(b), c.vector(a), &y)
			if x != y {
				t.Fatalf("%s and %s: %v one way, %v the other", a.id, b.id, x, y)
			}
		}
	}
}

func TestGapDays(t *testing.T) {
	at := func(day, hour int) time.Time { return time.Date(2031, 1, day, hour, 0, 0, 0, time.UTC) }
	tests := []struct {
		name string
		a, b Item
		want float64
	}{
		{"the same minute", Item{Time: at(1, 9)}, Item{Time: at(1, 9)}, leastGap},
		{"an hour", Item{Time: at(1, 9)}, Item{Time: at(1, 10)}, leastGap},
		{"a day and a half", Item{Time: at(1, 0)}, Item{Time: at(2, 12)}, 1.5},
		{"either way round", Item{Time: at(2, 12)}, Item{Time: at(1, 0)}, 1.5},
		{"a date holds no hours", Item{Time: at(1, 0), DateOnly: true}, Item{Time: at(1, 23)}, leastGap},
		{"against a date, days count", Item{Time: at(1, 0), DateOnly: true}, Item{Time: at(3, 23)}, 2},
	}
	for _, tt := range tests {
		if got := gapDays(newStory(tt.a, nil), newStory(tt.b, nil)); got != tt.want {
			t.Errorf("%s: %v days, want %v", tt.name, got, tt.want)
		}
	}
}

func TestCandidatesFindTheirEvent(t *testing.T) {
	c, items := settled(t)
	found, all := 0, 0
	for i, s := range c.stories {
		near := map[string]bool{}
		for _, f := range c.candidates(&s.features, c.vector(s), s.day, s.dated(), int32(i), s.lang.index, &probe{}) {
			near[c.stories[f.story].id] = true
		}
		for _, it := range items {
			if it.ID != s.id && it.ID[:3] == s.id[:3] {
				all++
				if near[it.ID] {
					found++
				}
			}
		}
	}
	if found*100 < all*99 {
		t.Errorf("%d of %d labelled pairs are candidates", found, all)
	}
}
