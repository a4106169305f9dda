package eval

import (
	"maps"
	"slices"
)

// Drift says how much a later partition differs from an earlier one on the stories that are in both.
type Drift struct {
	Stories int     `json:"stories"` // in both
	Moved   int     `json:"moved"`   // whose cluster id changed
	Churn   float64 `json:"churn"`   // mean share of a story's company that changed, 0..1
	ARI     float64 `json:"ari"`
}

// Churn compares two partitions, each from story to cluster id. A story alone before and after has no company and
// counts as unchanged.
func Churn(before, after map[string]string) Drift {
	var js []Judgement
	moved := 0
	for _, s := range slices.Sorted(maps.Keys(before)) {
		b := before[s]
		a, ok := after[s]
		if !ok {
			continue
		}
		js = append(js, Judgement{Story: s, Gold: b, System: a})
		if a != b {
			moved++
		}
	}
	out := Drift{Stories: len(js), Moved: moved, ARI: 1}
	if len(js) == 0 {
		return out
	}
	t := newTable(js)
	// All stories of one cell have the same company.
	for _, c := range t.cells {
		kept := c.n - 1
		union := t.gold[c.gold] + t.system[c.system] - c.n - 1
		if union > 0 {
			out.Churn += float64(c.n) * (1 - float64(kept)/float64(union))
		}
	}
	out.Churn /= float64(len(js))
	out.ARI = Compare(js).ARI
	return out
}
