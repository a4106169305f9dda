package jobs

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/store"
)

func TestIdleRunsAreForgotten(t *testing.T) {
	now := time.Date(2026, 3, 20, 0, 0, 0, 0, time.UTC)
	ago := func(days int) time.Time { return now.AddDate(0, 0, -days) }
	runs := []store.Run{ // the latest first
		{ID: "young", Job: "tick", Started: ago(1), Status: store.RunOK},
		{ID: "last of its job", Job: "settle", Started: ago(8), Status: store.RunOK},
		{ID: "idle", Job: "tick", Started: ago(8), Status: store.RunOK},
		{ID: "idle, of one input", Job: "tick source:wire", Started: ago(9), Status: store.RunOK, Read: 3},
		{ID: "also idle", Job: "tick source:wire", Started: ago(10), Status: store.RunOK},
		{ID: "read something", Job: "tick", Started: ago(11), Status: store.RunOK, Read: 1},
		{ID: "failed", Job: "tick", Started: ago(12), Status: store.RunFailed},
		{ID: "an order", Job: "edit", Started: ago(13), Status: store.RunOK},
		{ID: "another order", Job: "edit", Started: ago(14), Status: store.RunOK},
	}
	idle := idleRuns(now)
	var gone []string
	for i := range runs {
		if idle(&runs[i]) {
			gone = append(gone, runs[i].ID)
		}
	}
	if diff := cmp.Diff([]string{"idle", "also idle"}, gone); diff != "" {
		t.Error(diff)
	}
}
