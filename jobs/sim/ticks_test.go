package sim

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/samestory/samestory/jobs/newsroom"
)

// Stories that are read a few at a time end where one backfill of them does. That is what the months show, without the world
// that makes them long: a year takes some minutes, so that a difference is looked for here first.
func TestFewAtATime(t *testing.T) {
	seeds, days := chosen()
	for _, seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, time.UTC)
			mix := newsroom.DefaultMix()
			mix.Undated = 0 // their time is when they were read
			stories := slices.SortedStableFunc(newsroom.Generate(newsroom.Options{
				Seed: seed, Stories: perDay * days, Start: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), Days: days,
				Outlets: 12, TextBytes: 500, Languages: []string{"en", "de"}, Mix: &mix,
			}), func(a, b newsroom.Labelled) int { return a.Arrived.Compare(b.Arrived) })
			random := rand.New(rand.NewPCG(seed, 3))
			var batches []string
			for begins := true; len(stories) > 0; stories = stories[1:] {
				line, err := lineOf(stories[0])
				w.must(err)
				if begins {
					batches = append(batches, "")
				}
				batches[len(batches)-1] += line
				begins = random.IntN(3) == 0
			}
			few, all := w.open("few"), w.open("all")
			defer few.Close()
			defer all.Close()
			w.read(few, func(tick int) bool { return tick%40 == 39 }, batches...)
			w.backfill(all, strings.Join(batches, ""))
			w.same("few at a time end elsewhere than all at once", w.exactly(all), w.exactly(few))
		})
	}
}
