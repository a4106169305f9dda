package cluster

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Supersedes reports whether version a of a story is later than version b and so the current one: by the time of update
// or else of publication, then by content hash, so that the order of delivery does not matter.
func Supersedes(a, b *Story) bool {
	return supersedes(a.Published, a.Updated, a.ContentHash(), b.Published, b.Updated, b.ContentHash())
}

func supersedes(aPublished, aUpdated time.Time, a [16]byte, bPublished, bUpdated time.Time, b [16]byte) bool {
	if c := later(aPublished, aUpdated).Compare(later(bPublished, bUpdated)); c != 0 {
		return c > 0
	}
	return bytes.Compare(a[:], b[:]) > 0
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// delivery is one story of a batch with its content hash.
type delivery struct {
	story   *Story
	content [16]byte
}

// admission sorts a batch into what the engine has to place and what it only has to keep.
type admission struct {
	place     []delivery // new stories and new current versions, one for each id, in id order
	keep      []delivery // versions that are not the current one, in id order
	unchanged int
	revised   int
}

// admit finds out what of the batch is new. A version seen before is unchanged, whichever it was: running the same
// input again changes nothing.
func (e *Engine) admit(batch []Story, lib Library) (*admission, error) {
	in := make([]delivery, len(batch))
	for i := range batch {
		in[i] = delivery{&batch[i], batch[i].ContentHash()}
	}
	slices.SortStableFunc(in, func(a, b delivery) int {
		return cmp.Or(cmp.Compare(a.story.ID, b.story.ID),
			later(b.story.Published, b.story.Updated).Compare(later(a.story.Published, a.story.Updated)),
			bytes.Compare(b.content[:], a.content[:]))
	})
	out := &admission{}
	for len(in) > 0 {
		n := 1
		for n < len(in) && in[n].story.ID == in[0].story.ID {
			n++
		}
		if err := e.admitVersions(in[:n], lib, out); err != nil {
			return nil, err
		}
		in = in[n:]
	}
	return out, nil
}

// admitVersions takes the deliveries of one id, the latest version first.
func (e *Engine) admitVersions(versions []delivery, lib Library, out *admission) error {
	id := versions[0].story.ID
	if id == "" {
		return fmt.Errorf("a story without an id reached the engine: %q", versions[0].story.Title)
	}
	current := e.stories[id]
	if current == nil {
		stored, ok, err := lib.Resident(id)
		if err != nil {
			return fmt.Errorf("look up story %s: %w", id, err)
		}
		if ok {
			if err := e.Restore([]Resident{stored}, nil, nil, nil); err != nil {
				return err
			}
			current = e.stories[id]
		}
	}
	placed := false
	met := make(map[[16]byte]bool, len(versions))
	for _, v := range versions {
		if met[v.content] || current != nil && v.content == current.content {
			out.unchanged++
			continue
		}
		met[v.content] = true
		if current != nil {
			seen, err := lib.Seen(id, v.content)
			if err != nil {
				return fmt.Errorf("look up versions of story %s: %w", id, err)
			}
			if seen {
				out.unchanged++
				continue
			}
		}
		supersedesCurrent := current == nil ||
			supersedes(v.story.Published, v.story.Updated, v.content, current.published, current.updated, current.content)
		if current != nil || placed {
			out.revised++
		}
		if !placed && supersedesCurrent {
			out.place = append(out.place, v)
			placed = true
			continue
		}
		out.keep = append(out.keep, v)
	}
	return nil
}
