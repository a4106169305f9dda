package cluster_test

import (
	"fmt"
	"testing"

	"github.com/samestory/samestory/cluster"
)

// BenchmarkTick is a tick of 100 new stories, copies to threads, on a settled store of so many.
func BenchmarkTick(b *testing.B) {
	const batch = 100
	for _, residents := range []int{1000, 4000, 16000} {
		b.Run(fmt.Sprint(residents), func(b *testing.B) {
			stories := newsroomStories(residents+20*batch, 3)
			library := cluster.MapLibrary{}
			for i := range stories {
				library[stories[i].ID] = &stories[i]
			}
			var e *cluster.Engine
			at := len(stories)
			for b.Loop() {
				if at+batch > len(stories) {
					b.StopTimer()
					e, at = newEngine(b, 1), residents
					if _, err := e.Tick(b.Context(), stories[:residents], library, cluster.Settled); err != nil {
						b.Fatal(err)
					}
					b.StartTimer()
				}
				if _, err := e.Tick(b.Context(), stories[at:at+batch], library, cluster.Events); err != nil {
					b.Fatal(err)
				}
				at += batch
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*batch), "µs/story")
		})
	}
}
