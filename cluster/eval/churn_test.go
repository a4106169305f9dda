package eval

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChurn(t *testing.T) {
	tests := []struct {
		name          string
		before, after map[string]string
		want          Drift
	}{
		{"nothing in common", map[string]string{"a": "1"}, map[string]string{"b": "1"}, Drift{ARI: 1}},
		{"the same", map[string]string{"a": "1", "b": "1"}, map[string]string{"a": "1", "b": "1"}, Drift{Stories: 2, ARI: 1}},
		{"only renamed", map[string]string{"a": "1", "b": "1"}, map[string]string{"a": "2", "b": "2"}, Drift{Stories: 2, Moved: 2, ARI: 1}},
		{
			"one left", // a keeps b of b and c; c had two and has none
			map[string]string{"a": "1", "b": "1", "c": "1"},
			map[string]string{"a": "1", "b": "1", "c": "2"},
			Drift{Stories: 3, Moved: 1, Churn: (.5 + .5 + 1) / 3, ARI: 0},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, Churn(tt.before, tt.after), near); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
