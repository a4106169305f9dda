package event

// linkComponent is linkage with the stories that hold several events taken out first, see attach.
func (c *Clusterer) linkComponent(comp []int32, bonds []bond) []int32 {
	k := &keeper{
		together: c.edits.placesOf(comp),
		veto: func(a, b []int32) bool {
			a, b = membersAt(comp, a), membersAt(comp, b)
			if c.forbidden(a, b) {
				return true
			}
			rivals := c.rivals(a, b)
			if rivals {
				c.rivalled.Add(1)
			}
			return rivals
		},
	}
	if c.edits.forest != nil {
		k.merged = func(places []int32) { c.edits.forest.JoinEvent(c.named(membersAt(comp, places))) }
	}
	asked := c.joining(c.stories[comp[0]].lang)
	loose := make([]bool, len(comp))
	found := false
	for k, i := range comp {
		// What an editor put somewhere is there for that, whatever else it tells of.
		loose[k] = c.stories[i].loose && c.edits.with(i) == nil
		found = found || loose[k]
	}
	if !found {
		return linkage(len(comp), bonds, asked, k)
	}
	return linkApart(loose, bonds, c.threshold(), asked, k)
}

// linkApart is linkage of the stories that are not loose. A round-up or a live page is near to each event that it tells
// of, and joined first it would bring them together. So when the events are there each loose story joins the one that it
// is nearest to, by the rule of linkage, which sees the others only, and halfway from its threshold to certainty: one item
// of five is no report. What is left of them is linked among itself.
func linkApart(loose []bool, bonds []bond, threshold float64, asked joining, keep *keeper) []int32 {
	n := len(loose)
	var firm []bond
	to := make([][]reach, n) // of a loose story, its links to the others
	for _, b := range bonds {
		switch {
		case !loose[b.a] && !loose[b.b]:
			firm = append(firm, b)
		case loose[b.a] && !loose[b.b]:
			to[b.a] = append(to[b.a], reach{b.b, b.link})
		case loose[b.b] && !loose[b.a]:
			to[b.b] = append(to[b.b], reach{b.a, b.link})
		}
	}
	names := linkage(n, firm, asked, keep)
	size, within := make([]int, n), make([]float64, n) // by name of the cluster
	for _, name := range names {
		size[name]++
		within[name]++
	}
	for _, b := range firm {
		if names[b.a] == names[b.b] {
			within[names[b.a]] += 2 * b.link
		}
	}
	left := make([]bool, n)
	full := make([][]int32, n) // with what has joined
	for k, name := range names {
		full[name] = append(full[name], int32(k))
	}
	for k := range loose {
		if !loose[k] {
			continue
		}
		sums := make(map[int32]float64)
		for _, r := range to[k] {
			sums[names[r.to]] += r.sum
		}
		best, score := int32(-1), 0.0
		for _, r := range to[k] {
			c := names[r.to]
			s := joinScore(sums[c], 1, size[c], 1, within[c]/float64(size[c]*size[c]), asked.density)
			if s >= (1+threshold)/2 && (best < 0 || s > score || s == score && c < best) &&
				!keep.apart(full[c], []int32{int32(k)}) {
				best, score = c, s
			}
		}
		if left[k] = best < 0; !left[k] {
			names[k] = best
			full[best] = append(full[best], int32(k))
			keep.joined(full[best])
		}
	}
	var rest []bond
	for _, b := range bonds {
		if left[b.a] && left[b.b] {
			rest = append(rest, b)
		}
	}
	among := linkage(n, rest, asked, keep.alone())
	for k := range left {
		if left[k] {
			names[k] = among[k]
		}
	}
	return names
}

// membersAt turns places in a component into stories.
func membersAt(comp, places []int32) []int32 {
	out := make([]int32, len(places))
	for k, p := range places {
		out[k] = comp[p]
	}
	return out
}
