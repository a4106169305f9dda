package sim

import (
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/jobs"
)

// keep is how long texts are kept in every third seed: much less than the window, so that what comes in goes on meeting what
// has just gone.
const keep = 9 * 24 * time.Hour

// stays holds that what has expired is as it was when that was seen first: no crash, no story that comes again and no
// settlement changes it.
func (w *world) stays() {
	w.Helper()
	if w.keeps == 0 {
		return
	}
	view := w.store.View()
	defer view.Close()
	n := 0
	for r, err := range view.AllStories() {
		if err != nil {
			w.Fatal(err)
		}
		if !r.Expired {
			continue
		}
		n++
		was, ok := w.expired[r.ID]
		if !ok {
			w.expired[r.ID] = r
			continue
		}
		if diff := cmp.Diff(was, r); diff != "" {
			w.Errorf("story %s had expired, and is another (-was +is):\n%s", r.ID, diff)
		}
	}
	if n != len(w.expired) {
		w.Errorf("%d stories have expired, and %d had before", n, len(w.expired))
	}
}

// tidy holds that in the end retention has done all of its work, and that there was some.
func (w *world) tidy() {
	w.Helper()
	if w.keeps == 0 {
		return
	}
	// The last of the jobs ran less than a day ago.
	left, err := jobs.Expire(w.Context(), w.store, jobs.ExpireOptions{
		Age: w.keeps + 24*time.Hour, Unattended: true, DryRun: true, Clock: w.now,
	})
	if err != nil {
		w.Fatal(err)
	}
	if left.Expired.Stories > 0 {
		w.Errorf("%d stories are too old and have not expired", left.Expired.Stories)
	}
	if len(w.expired) == 0 && w.last.Stories > 200 {
		w.Error("nothing has expired")
	}
	w.diary.say("%d of %d stories have expired", len(w.expired), w.last.Stories)
}
