package event

// Recall asks the candidate search for every resident story and returns for how many of them one of the first k labels
// that the candidates bring up is their own, and for how many that was possible: those that share their label with
// another story of their language. Stories without a label take no part. Candidates are taken in the order of the search,
// so that this is what a perfect decision over k events could reach.
func (c *Clusterer) Recall(label func(id string) string, k int) (found, of int) {
	c.freeze()
	type kind struct {
		lang  *language
		label string
	}
	size := make(map[kind]int)
	for _, s := range c.stories {
		if l := label(s.id); !s.gone && l != "" {
			size[kind{s.lang, l}]++
		}
	}
	c.parallel(len(c.stories), 1, func(i int, p *probe) {
		s := c.stories[i]
		own := label(s.id)
		if s.gone || own == "" || size[kind{s.lang, own}] < 2 {
			return
		}
		of++
		seen := make(map[string]bool)
		for _, f := range c.candidates(&s.features, c.vector(s), s.day, s.dated(), int32(i), s.lang.index, p) {
			l := label(c.stories[f.story].id)
			if l == own {
				found++
				return
			}
			if seen[l] = true; len(seen) >= k {
				return
			}
		}
	})
	return found, of
}
