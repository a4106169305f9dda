package event

import (
	"cmp"
	"slices"
	"sync/atomic"
	"time"
)

// Item is a story as it enters the Clusterer. Only representatives of duplicate groups should: copies inherit the
// event, and would otherwise make a crowd of one text.
type Item struct {
	ID       string
	Time     time.Time
	Undated  bool
	DateOnly bool
	Features Features
	Series   string // the series that the story is an edition of, empty for most; two editions are never linked
	Loose    bool   // a round-up or live page, which holds several events and must not bring two together
	Event    string // id of the event the story is in; empty while it waits for one

	// Embedding is optional: it weighs pairs that share words, see embedding_term.go.
	Embedding *Embedding
}

// story is a resident story.
type story struct {
	id       string
	day      float64 // UTC days since 1970
	time     time.Time
	undated  bool
	dateOnly bool
	gone     bool
	features Features
	series   string
	loose    bool
	lang     *language
	event    *cell                  // nil while it waits for one
	vec      atomic.Pointer[vector] // under the vocabulary of its language, computed when first needed
	list     *neighbours            // by the pair model; nil while nobody needed it
	second   *neighbours            // by the context model, see Clusterer.widen; nil while nobody needs it
	ties     []tie                  // after the review; only the links that count

	embedding *Embedding // nil where there is none
}

func (s *story) dated() bool { return !s.undated }

// cell is the state of one event.
type cell struct {
	id       string
	members  []int32 // in the order of stories
	cohesion float64 // -1 while it was not computed since Restore
}

// language is what the stories of one language share.
type language struct {
	name  string
	prior *priors
	index *index
	vocab *vocabulary
	shift float64 // of all pair scores, see rate; frozen with the vocabulary
	count int
	dead  int // forgotten stories that the index still has

	forgotten *story // stands for all of them, see Clusterer.release

	expected *expectation // of embeddings; nil without
}

func newStory(it Item, lang *language) *story {
	s := &story{
		id: it.ID, time: it.Time, undated: it.Undated, dateOnly: it.DateOnly, features: it.Features, series: it.Series,
		loose: it.Loose, lang: lang, embedding: it.Embedding,
	}
	s.day = float64(it.Time.Unix())/86400 + float64(it.Time.Nanosecond())/86400e9
	return s
}

// compareStories is the order of stories: dated before undated, then time, then id. The time of an undated story is
// its arrival and does not count.
func compareStories(undatedA bool, a time.Time, idA string, undatedB bool, b time.Time, idB string) int {
	switch {
	case undatedA != undatedB:
		if undatedB {
			return -1
		}
		return 1
	case !undatedA:
		if c := a.Compare(b); c != 0 {
			return c
		}
	}
	return cmp.Compare(idA, idB)
}

func (c *Clusterer) compare(a, b int32) int {
	x, y := c.stories[a], c.stories[b]
	return compareStories(x.undated, x.time, x.id, y.undated, y.time, y.id)
}

func sortItems(items []Item) {
	slices.SortFunc(items, func(a, b Item) int {
		return compareStories(a.Undated, a.Time, a.ID, b.Undated, b.Time, b.ID)
	})
}
