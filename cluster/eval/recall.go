package eval

// Recall is candidate recall at K: over the stories with company in gold, the share that have at least one story of
// their gold cluster among their first k candidates, and the share of all their pairs found.
type Recall struct {
	K       int     `json:"k"`
	Stories int     `json:"stories"` // with company
	Any     float64 `json:"any"`
	Pairs   float64 `json:"pairs"` // of min(k, company) each
}

// RecallAt measures candidate lists, best first, against gold.
func RecallAt(gold map[string]string, candidates func(story string) []string, k int) Recall {
	sizes := map[string]int{}
	for _, g := range gold {
		sizes[g]++
	}
	out := Recall{K: k}
	anyHit, found, possible := 0, 0, 0
	for s, g := range gold {
		if sizes[g] < 2 {
			continue
		}
		out.Stories++
		hits := 0
		list := candidates(s)
		for _, o := range list[:min(k, len(list))] {
			if o != s && gold[o] == g {
				hits++
			}
		}
		if hits > 0 {
			anyHit++
		}
		found += hits
		possible += min(k, sizes[g]-1)
	}
	out.Any, out.Pairs = share(float64(anyHit), float64(out.Stories)), share(float64(found), float64(possible))
	return out
}
