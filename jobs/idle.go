package jobs

import (
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/store"
)

// idleKept is how long the run log tells of runs that found nothing to do: long enough to see what a night was like. A tick
// every five minutes makes 105,000 of them a year.
const idleKept = 7 * 24 * time.Hour

// idleRuns picks the runs of scheduled jobs that found nothing to do and are older than idleKept. Asked about the latest
// first, it leaves the last run of each job, from which the daemon knows what it has missed.
func idleRuns(now time.Time) func(*store.Run) bool {
	seen := make(map[string]bool)
	return func(r *store.Run) bool {
		first := !seen[r.Job]
		seen[r.Job] = true
		job, _, _ := strings.Cut(r.Job, " ")
		return !first && slices.Contains([]string{jobTick, jobSettle, jobMaintenance, jobRetention}, job) &&
			r.Status == store.RunOK && r.Read == 0 && now.Sub(r.Started) > idleKept
	}
}
