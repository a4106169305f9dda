package eval

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRecallAt(t *testing.T) {
	gold := map[string]string{"a": "1", "b": "1", "c": "1", "d": "2"}
	lists := map[string][]string{"a": {"d", "b", "c"}, "b": {"a"}, "c": {"d"}}
	candidates := func(s string) []string { return lists[s] }
	for _, tt := range []struct {
		k    int
		want Recall
	}{
		{1, Recall{K: 1, Stories: 3, Any: 1. / 3, Pairs: 1. / 3}},
		{3, Recall{K: 3, Stories: 3, Any: 2. / 3, Pairs: 3. / 6}},
	} {
		if diff := cmp.Diff(tt.want, RecallAt(gold, candidates, tt.k), near); diff != "" {
			t.Errorf("at %d (-want +got):\n%s", tt.k, diff)
		}
	}
}
