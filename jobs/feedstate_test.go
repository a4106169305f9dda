package jobs

import (
	"testing"
	"time"

	"github.com/samestory/samestory/store"
)

func TestFeedState(t *testing.T) {
	tried := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		feed store.FeedState
		want string
	}{
		{store.FeedState{}, "never"},
		{store.FeedState{LastTry: tried}, "ok"},
		{store.FeedState{LastTry: tried, Failures: 3}, "failing"},
		{store.FeedState{LastTry: tried, Failures: 3, Gone: true}, "gone"},
	} {
		if got := feedState(&c.feed); got != c.want {
			t.Errorf("%+v is %q, want %q", c.feed, got, c.want)
		}
	}
}
