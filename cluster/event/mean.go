package event

import "slices"

// Needed is the mean link over tightness at which two sets of resident stories join.
func (c *Clusterer) Needed(a, b []string) float64 {
	from, to := c.numbers(a), c.numbers(b)
	if len(from) == 0 || len(to) == 0 {
		return c.threshold()
	}
	return c.joining(c.stories[from[0]].lang).at(len(from), len(to))
}

// MeanLink is the mean link between two sets of resident stories as the last clustering left the links, 0..1; a pair
// without a link that counts is 0. It is false where one of the sets has no resident story or both have a story in common.
func (c *Clusterer) MeanLink(a, b []string) (float64, bool) {
	from, to := c.numbers(a), c.numbers(b)
	if len(from) == 0 || len(to) == 0 {
		return 0, false
	}
	if len(from) > len(to) {
		from, to = to, from // links go both ways
	}
	in := make(map[int32]bool, len(to))
	for _, i := range to {
		in[i] = true
	}
	sum := 0.0
	for _, i := range from {
		if in[i] {
			return 0, false
		}
		for _, t := range c.stories[i].ties {
			if in[t.to] {
				sum += float64(t.link)
			}
		}
	}
	return sum / float64(len(from)*len(to)), true
}

// numbers lists the resident ones of some stories, in the order of their numbers.
func (c *Clusterer) numbers(ids []string) []int32 {
	var out []int32
	for _, id := range ids {
		if i, ok := c.byID[id]; ok {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return out
}
