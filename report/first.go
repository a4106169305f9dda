package report

import (
	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/store"
)

// firstSource is who published first of those whose hour is known, or nobody where two outlets share the second;
// and how many stories of other outlets may have been earlier, because their hour is not known.
func firstSource(stories []store.StoryRecord) (source string, hourless int) {
	first := firstExact(stories)
	if first == nil {
		return "", 0
	}
	source = first.Outlet()
	for i := range stories {
		s := &stories[i]
		if s.Outlet() == first.Outlet() {
			continue
		}
		switch {
		case s.Precision == cluster.Exact && s.Published.Equal(first.Published):
			source = ""
		case s.Precision == cluster.Arrival, s.Precision == cluster.Day && !s.Published.After(first.Published):
			hourless++
		}
	}
	return source, hourless
}

// firstExact is the first story whose hour is known, nil where none is.
func firstExact(stories []store.StoryRecord) *store.StoryRecord {
	var first *store.StoryRecord
	for i := range stories {
		if s := &stories[i]; s.Precision == cluster.Exact && (first == nil || s.Published.Before(first.Published)) {
			first = s
		}
	}
	return first
}
