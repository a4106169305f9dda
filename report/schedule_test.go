package report

import "time"

// sampleJobs is a daemon in the middle of its day: a job that waits, one that runs, one that failed, one that never ran.
func sampleJobs(now time.Time) JobsView {
	at := func(d time.Duration) *time.Time {
		t := now.Add(d)
		return &t
	}
	return Jobs([]JobLine{
		{Name: "tick", Spec: "*/5 * * * *", Next: at(100 * time.Second), Last: at(-200 * time.Second), Took: 1.25, Runs: 288, Skipped: 2},
		{Name: "tick source:wires", Spec: "@every 90s", Running: true, Next: at(30 * time.Second), Last: at(-60 * time.Second), Took: 75, Runs: 960},
		{
			Name: "backup", Spec: "0 2 * * *", Next: at(9 * time.Hour), Last: at(-15 * time.Hour), Took: 3, Runs: 1, Failed: 1,
			Error: "backup: disk is full: write /backups/x: no space left on device",
		},
		{Name: "settle", Spec: "15 3 * * *", Next: at(10 * time.Hour)},
		{Name: "maintenance", Spec: "45 3 * * *", Last: at(-14 * time.Hour), Took: 8, Runs: 1},
	}, []string{"the store is damaged (story): story nord-7 has another text than its record says"}, now)
}
