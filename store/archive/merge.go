package archive

import (
	"container/heap"
	"context"
	"strings"
)

// Rows is an open chain: the rows that its backups amount to, in the order of their keys. Close it.
type Rows struct {
	chain []Info
	files []*file
	heads heads
	state State

	// The current row, valid until Next. Value is nil where only keys are read.
	Key   []byte
	Value []byte
	Hash  uint64
	Size  int // of the value, bytes
}

// Merge opens a chain, as Chain gave it. Without values it reads keys, lengths and hashes only, which is a small part of
// the files.
func Merge(ctx context.Context, chain []Info, values bool) (*Rows, error) {
	r := &Rows{chain: chain}
	for i := range chain {
		if err := r.open(ctx, i, values); err != nil {
			r.Close()
			return nil, err
		}
	}
	heap.Init(&r.heads)
	return r, nil
}

// open goes to the first row of a backup of the chain.
func (r *Rows) open(ctx context.Context, place int, values bool) error {
	f, err := open(r.chain[place].Path)
	if err != nil {
		return err
	}
	r.files = append(r.files, f)
	if f.info.ID != r.chain[place].ID {
		return damaged(f.info.Path, "it has changed meanwhile")
	}
	c, err := f.cursor(values)
	if err != nil {
		return err
	}
	more, err := c.next(ctx)
	if more {
		r.heads = append(r.heads, &head{c, place})
	}
	return err
}

// Next goes to the next row of the state. At the end, where it returns false, the state has been compared with what the
// last backup of the chain says of it.
func (r *Rows) Next(ctx context.Context) (bool, error) {
	for len(r.heads) > 0 {
		top := r.heads[0]
		row := &top.cursor.row
		r.Key = append(r.Key[:0], row.key...)
		deleted, older := row.deleted, false
		r.Value, r.Hash, r.Size = append(r.Value[:0], row.value...), row.hash, row.size
		path := top.cursor.f.info.Path
		// What earlier backups say of the key has been replaced.
		for len(r.heads) > 0 && string(r.heads[0].cursor.row.key) == string(r.Key) {
			h := r.heads[0]
			if h != top {
				older = true
			}
			more, err := h.cursor.next(ctx)
			switch {
			case err != nil:
				return false, err
			case more:
				heap.Fix(&r.heads, 0)
			default:
				heap.Pop(&r.heads)
			}
		}
		if !deleted {
			r.state.Add(r.Key, r.Hash, r.Size)
			return true, nil
		}
		if !older {
			return false, broken("%s deletes what none before it has", path)
		}
	}
	last := r.chain[len(r.chain)-1]
	if r.state.Rows != last.StateRows || r.state.Bytes != last.StateBytes || r.state.Digest() != last.Digest {
		return false, broken("up to %s it amounts to %d rows of %d bytes with digest %s, not to %d of %d with %s", last.Path,
			r.state.Rows, r.state.Bytes, r.state.Digest(), last.StateRows, last.StateBytes, last.Digest)
	}
	return false, nil
}

// Close closes the files.
func (r *Rows) Close() {
	for _, f := range r.files {
		_ = f.Close()
	}
	r.files = nil
}

// head is a cursor with its place in the chain.
type head struct {
	cursor *cursor
	place  int
}

// heads are ordered by key; of equal keys the latest backup comes first.
type heads []*head

func (h heads) Len() int { return len(h) }
func (h heads) Less(i, j int) bool {
	if c := strings.Compare(string(h[i].cursor.row.key), string(h[j].cursor.row.key)); c != 0 {
		return c < 0
	}
	return h[i].place > h[j].place
}
func (h heads) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *heads) Push(x any)   { *h = append(*h, x.(*head)) }
func (h *heads) Pop() any {
	last := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return last
}
