package web

import (
	"fmt"
	"time"

	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/internal/typeset"
)

const (
	// sparkStories is from how many stories on a course is worth a drawing.
	sparkStories = 5
	// sparkBars is into how many parts the time of a sparkline is cut, courseBars that of a whole thread.
	sparkBars  = 16
	courseBars = 48
	// leastSpan is the least time that a drawing spans, so that two stories of one minute do not look like a whole course.
	leastSpan = time.Hour
	// sparkHeight is the height of a drawing in its own units, of which each bar is sparkStep wide.
	sparkHeight = 20
	sparkStep   = 4
)

// spark is a drawing of how many stories came when. Its units are its own, the style sheet says how large it is.
type spark struct {
	Width, Height int
	Bars          []bar
	Label         string
}

type bar struct{ X, Y, W, H int }

// Path are the bars as the data of one path: a page has so many of them that an element for each would be most of its work.
func (s *spark) Path() string {
	b := make([]byte, 0, 24*len(s.Bars))
	for _, x := range s.Bars {
		b = fmt.Appendf(b, "M%d %dh%dv%dh-%dz", x.X, x.Y, x.W, x.H, x.W)
	}
	return string(b)
}

// sparkOf is nil where there is too little to draw. times are in order.
func sparkOf(times []time.Time, parts int) *spark {
	if len(times) < sparkStories {
		return nil
	}
	first, last := times[0], times[len(times)-1]
	span := max(last.Sub(first), leastSpan)
	counts := make([]int, parts)
	most := 0
	for _, t := range times {
		at := min(int(float64(parts)*float64(t.Sub(first))/float64(span)), parts-1)
		counts[at]++
		most = max(most, counts[at])
	}
	if most == len(times) { // all at once is no course
		return nil
	}
	s := &spark{Width: parts*sparkStep - 1, Height: sparkHeight, Label: fmt.Sprintf("%s over %s, at most %d in %s",
		typeset.Plural(len(times), "story", "stories"), over(last.Sub(first)), most, over(span/time.Duration(parts)))}
	for i, n := range counts {
		if n == 0 {
			s.Bars = append(s.Bars, bar{i * sparkStep, sparkHeight - 1, sparkStep - 1, 1})
			continue
		}
		h := max(3, n*sparkHeight/most)
		s.Bars = append(s.Bars, bar{i * sparkStep, sparkHeight - h, sparkStep - 1, h})
	}
	return s
}

// dot is a story on the time of its event.
type dot struct {
	At    string // from left to right, in percent
	Copy  bool
	Title string
}

// tracks draws the stories of each outlet on the time that the event took, by outlet. It is nil where the hours of less
// than two outlets are known.
func tracks(v *report.EventView, now time.Time) map[string][]dot {
	var first, last time.Time
	timed := 0
	each := func(o *report.Outlet, do func(*report.StoryLine, bool)) {
		for i := range o.Stories {
			do(&o.Stories[i].StoryLine, false)
			for k := range o.Stories[i].Copies {
				do(&o.Stories[i].Copies[k].StoryLine, true)
			}
		}
	}
	for i := range v.Outlets {
		each(&v.Outlets[i], func(s *report.StoryLine, _ bool) {
			if s.Precision != "exact" {
				return
			}
			if timed++; first.IsZero() || s.Published.Before(first) {
				first = s.Published
			}
			if s.Published.After(last) {
				last = s.Published
			}
		})
	}
	if timed < 2 || !last.After(first) {
		return nil
	}
	all := map[string][]dot{}
	for i := range v.Outlets {
		o := &v.Outlets[i]
		each(o, func(s *report.StoryLine, isCopy bool) {
			if s.Precision != "exact" {
				return
			}
			// The ends stay free, so that no dot is cut.
			at := 1.5 + 97*float64(s.Published.Sub(first))/float64(last.Sub(first))
			all[o.Source] = append(all[o.Source], dot{
				At: fmt.Sprintf("%.2f%%", at), Copy: isCopy,
				Title: typeset.Outlet(s.Source) + ", " + typeset.Absolute(s.Published, s.Precision, now),
			})
		})
	}
	return all
}
