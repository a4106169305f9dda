package cluster

import (
	"cmp"
	"slices"

	"github.com/samestory/samestory/cluster/event"
)

// Embedding is what a model of the user's choice made of a text, see event.Embedding. It weighs the evidence of pairs
// that share words, and is never needed: a story without one is judged by its words alone.
type Embedding = event.Embedding

// Unembedded is a story that could be judged by an embedding and has none.
type Unembedded struct {
	ID      string
	Content [16]byte // see Story.ContentHash
}

// Unembedded lists the resident stories that stand for their group and have no embedding, the latest first.
func (e *Engine) Unembedded() []Unembedded {
	var missing []*resident
	for _, r := range e.stories {
		if r.active && r.embedding == nil {
			missing = append(missing, r)
		}
	}
	slices.SortFunc(missing, func(a, b *resident) int {
		return cmp.Or(b.published.Compare(a.published), cmp.Compare(a.id, b.id))
	})
	out := make([]Unembedded, len(missing))
	for i, r := range missing {
		out[i] = Unembedded{r.id, r.content}
	}
	return out
}

// Embed gives a resident story its embedding after the fact: the next Tick of stage Settled or Founded judges by it.
// The language of the story is weighed anew, so give many at once.
func (e *Engine) Embed(id string, v *Embedding) {
	r := e.stories[id]
	if r == nil {
		return
	}
	r.embedding = v
	if r.active {
		e.clusterer.Embed(id, v)
	}
}
