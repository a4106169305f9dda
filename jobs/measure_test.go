package jobs_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/jobs"
	"github.com/samestory/samestory/jobs/inbox"
	"github.com/samestory/samestory/jobs/metrics"
	"github.com/samestory/samestory/jobs/source"
)

// Every figure that a daemon serves is in the manual, and the manual names no other.
func TestMetricsAreDocumented(t *testing.T) {
	dir := t.TempDir()
	log := &logBook{}
	o := daemonOptions(t, time.Now, log, jobs.Scheduled{Input: files(generated(t, dir, "a.jsonl", 200, 1))[0]})
	o.Metrics = metrics.New("test", time.Now)
	box, err := inbox.Open(filepath.Join(dir, "inbox"), inbox.Options{Most: inbox.Depth{Bytes: 1 << 20, Stories: 1000}, Clock: time.Now, Log: o.Log})
	if err != nil {
		t.Fatal(err)
	}
	s := openStore(t, filepath.Join(dir, "db"))
	d := jobs.NewDaemon(s, o)
	d.Push(box, source.Options{})
	stop := startDaemon(t, d)
	waitFor(t, "two ticks", func() bool { return runs(d, "tick") >= 2 })
	if err := d.Reload(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	o.Metrics.Skipped("tick") // does not happen here
	w := httptest.NewRecorder()
	d.Routes()["GET /metrics"].ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(w.Body.String(), `samestory_stories_total{result="new"} 2`) && !strings.Contains(w.Body.String(), `samestory_stories_total{result="new"} 1`) {
		t.Errorf("no new stories were counted:\n%s", w.Body)
	}
	var served []string
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (samestory_\w+) `).FindAllStringSubmatch(w.Body.String(), -1) {
		served = append(served, m[1])
	}
	manual, err := os.ReadFile("../docs/OPERATIONS.md")
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, m := range regexp.MustCompile("(?m)^\\| `(samestory_\\w+)").FindAllStringSubmatch(string(manual), -1) {
		told = append(told, m[1])
	}
	slices.Sort(served)
	slices.Sort(told)
	if diff := cmp.Diff(told, served); diff != "" {
		t.Errorf("the manual (-) and what is served (+):\n%s", diff)
	}
}

func runs(d *jobs.Daemon, job string) int {
	for _, s := range d.Status() {
		if s.Name == job {
			return s.Runs
		}
	}
	return 0
}
