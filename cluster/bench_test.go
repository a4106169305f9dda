package cluster_test

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/newsroom"
)

// BenchmarkTick is a tick of 100 new stories, copies to threads, on a settled store of so many.
func BenchmarkTick(b *testing.B) {
	const batch = 100
	for _, residents := range []int{1000, 4000, 16000} {
		b.Run(fmt.Sprint(residents), func(b *testing.B) {
			var stories []cluster.Story
			for l := range newsroom.Generate(newsroom.Options{Seed: 3, Stories: residents + 10*batch, Days: 30}) {
				stories = append(stories, l.Story)
			}
			library := cluster.MapLibrary{}
			for i := range stories {
				library[stories[i].ID] = &stories[i]
			}
			var e *cluster.Engine
			var spent time.Duration
			at, ticks := len(stories), 0
			for b.Loop() {
				if at+batch > len(stories) {
					b.StopTimer()
					e, at = newEngine(b, 1), residents
					if _, err := e.Tick(b.Context(), stories[:residents], library, cluster.Settled); err != nil {
						b.Fatal(err)
					}
					b.StartTimer()
				}
				from := cpuTime()
				if _, err := e.Tick(b.Context(), stories[at:at+batch], library, cluster.Events); err != nil {
					b.Fatal(err)
				}
				at += batch
				ticks++
				spent += cpuTime() - from
			}
			b.ReportMetric(float64(spent.Microseconds())/float64(ticks*batch), "cpu-µs/story")
		})
	}
}

// cpuTime is what the process has used, which other programs on the machine disturb less than the clock.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
