package webhook

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/samestory/samestory/store"
)

// reached remembers the events that an endpoint knows to have reached its number of sources, by the hashes of their ids.
// It only grows, and is kept in rows of a bounded size, so that a commit writes one of them.
type reached struct {
	endpoint string
	list     []uint64
	has      map[uint64]bool
	saved    int // of list
}

const (
	reachedVersion = 1
	reachedRow     = 4096 // ids
)

func reachedName(endpoint string, row int) string {
	return fmt.Sprintf("%s:reached:%d", cursorName(endpoint), row)
}

// loadReached reads the rows of an endpoint, of which its record says how many ids they hold.
func loadReached(v View, endpoint string, count int) (*reached, error) {
	r := &reached{endpoint: endpoint, has: make(map[uint64]bool, count)}
	for len(r.list) < count {
		name := reachedName(endpoint, len(r.list)/reachedRow)
		data, err := v.Cursor(name)
		if err != nil {
			return nil, err
		}
		want := min(count-len(r.list), reachedRow)
		if len(data) < 1+8*want || data[0] != reachedVersion {
			return nil, fmt.Errorf("%s: %w: %d bytes for %d events", name, store.ErrCorrupt, len(data), want)
		}
		for i := range want {
			r.add(binary.LittleEndian.Uint64(data[1+8*i:]))
		}
	}
	r.saved = len(r.list)
	return r, nil
}

// surveyReached finds the events that have so many sources already: an endpoint that is new is not told of them.
func surveyReached(v View, endpoint string, sources int) (*reached, error) {
	r := &reached{endpoint: endpoint, has: make(map[uint64]bool)}
	if sources == 0 {
		return r, nil
	}
	l := newLookup(v)
	for head, err := range v.EventHeads(time.Time{}, time.Time{}) {
		if err != nil {
			return nil, err
		}
		if head.Stories < sources {
			continue
		}
		a, err := l.event(head.ID)
		if err != nil {
			return nil, err
		}
		if a != nil && a.Sources >= sources {
			r.add(xxh3.HashString(a.ID))
		}
	}
	return r, nil
}

func (r *reached) add(hash uint64) {
	if !r.has[hash] {
		r.has[hash] = true
		r.list = append(r.list, hash)
	}
}

// knows tells whether the event is among them, or one that went into it.
func (r *reached) knows(v View, id string) (bool, error) {
	if r.has[xxh3.HashString(id)] {
		return true, nil
	}
	ended, err := v.EndedInto(id)
	return slices.ContainsFunc(ended, func(id string) bool { return r.has[xxh3.HashString(id)] }), err
}

// rows are those that have changed since they were saved.
func (r *reached) rows() []store.Cursor {
	var out []store.Cursor
	for row := r.saved / reachedRow; row*reachedRow < len(r.list) && r.saved < len(r.list); row++ {
		data := []byte{reachedVersion}
		for _, hash := range r.list[row*reachedRow : min(len(r.list), (row+1)*reachedRow)] {
			data = binary.LittleEndian.AppendUint64(data, hash)
		}
		out = append(out, store.Cursor{Source: reachedName(r.endpoint, row), Data: data})
	}
	return out
}
