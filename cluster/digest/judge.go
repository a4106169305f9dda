package digest

import (
	"slices"

	"github.com/samestory/samestory/cluster/text"
)

// stray is how many times smaller than what was said before a figure of one source is that counts something else: the
// one shot dead in the suburbs, not the hundred of the bomb.
const stray = 4

// withoutStrays leaves out the figures of one source that are far below one that was said before or at the same time.
func withoutStrays(values []*tally) []*tally {
	return slices.DeleteFunc(slices.Clone(values), func(v *tally) bool {
		return v.Sources < 2 && slices.ContainsFunc(values, func(w *tally) bool {
			return w.Value.Value >= stray*v.Most && !w.First.After(v.First)
		})
	})
}

// judge says which values still stand.
func (a *Account) judge(values []*tally, people bool) {
	var live []*tally
	for _, v := range values {
		v.State = Current
		if slices.ContainsFunc(values, func(w *tally) bool { return supersedes(w, v, people) }) {
			v.State = Superseded
			continue
		}
		live = append(live, v)
	}
	for _, v := range live {
		against, beside := 0, 0
		for _, w := range live {
			switch {
			case w == v:
			case compatible(v, w):
				if loose(v) {
					beside++
				}
			default:
				against++
			}
		}
		switch {
		case against > 0:
			v.State = Contested
			a.Contested = true
		case beside > 0:
			v.State = Compatible
		}
	}
}

// supersedes reports whether value w took the place of v: it was said first after v was said last, and either by as
// good sources or by one that said v before. A toll rises by one voice as well.
func supersedes(w, v *tally, toll bool) bool {
	if !w.First.After(v.Last) {
		return false
	}
	if w.Sources >= 2 || v.Sources < 2 || toll && w.Value.Value > v.Most {
		return true
	}
	for s := range w.sources {
		if v.sources[s] {
			return true
		}
	}
	return false
}

func loose(v *tally) bool { return v.Bound != text.Exact || v.Most != v.Value.Value }

// compatible reports whether two values can both be true.
func compatible(v, w *tally) bool {
	return admits(v, w) || admits(w, v)
}

func admits(v, w *tally) bool {
	switch {
	case v.Bound == text.AtLeast:
		return w.Most >= v.Value.Value
	case v.Bound == text.AtMost:
		return w.Value.Value <= v.Most
	case v.Bound == text.About:
		return w.Most >= v.Value.Value*(1-rounding) && w.Value.Value <= v.Most*(1+rounding)
	}
	return w.Most >= v.Value.Value && w.Value.Value <= v.Most
}
