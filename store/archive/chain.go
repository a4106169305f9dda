package archive

import (
	"cmp"
	"container/heap"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

func isName(name string) bool {
	return strings.HasSuffix(name, Extension) && !strings.HasPrefix(name, ".")
}

func joinPath(dir, name string) string {
	if dir == "" {
		return name
	}
	return filepath.Join(dir, name)
}

// Chain puts backups into the order of their chain, the full one first. Parents that are not among the files are
// looked for in the files' folders. Its errors are ErrChain, and those of Inspect.
func Chain(files []string) ([]Info, error) {
	if len(files) == 0 {
		return nil, broken("no file was named")
	}
	byID := make(map[string]Info)
	var named []Info
	for _, path := range files {
		info, err := Inspect(path)
		if err != nil {
			return nil, err
		}
		if _, twice := byID[info.ID]; !twice {
			named = append(named, info)
		}
		byID[info.ID] = info
	}
	// The end of the chain is what was backed up last.
	tip := slices.MaxFunc(named, func(a, b Info) int { return cmp.Compare(a.Sequence, b.Sequence) })
	var folders map[string]Info
	chain := []Info{tip}
	for at := tip; !at.Full(); {
		parent, ok := byID[at.Parent]
		if !ok {
			if folders == nil {
				folders = neighbours(files)
			}
			parent, ok = folders[at.Parent]
		}
		switch {
		case !ok:
			return nil, broken("the parent of %s, with id %.12s, is neither named nor beside it", at.Path, at.Parent)
		case parent.Sequence != at.Sequence-1 || parent.Schema != at.Schema || parent.Lineage != at.Lineage && parent.Lineage != "":
			return nil, broken("%s cannot be the parent of %s", parent.Path, at.Path)
		}
		chain = append(chain, parent)
		at = parent
	}
	slices.Reverse(chain)
	for _, info := range named {
		if !slices.ContainsFunc(chain, func(i Info) bool { return i.ID == info.ID }) {
			return nil, broken("%s and %s are of different chains", info.Path, tip.Path)
		}
	}
	return chain, nil
}

// neighbours inspects what lies in the folders of files, by id. What is no backup is passed over.
func neighbours(files []string) map[string]Info {
	found := make(map[string]Info)
	seen := make(map[string]bool)
	for _, path := range files {
		dir := filepath.Dir(path)
		if seen[dir] {
			continue
		}
		seen[dir] = true
		list, _, err := List(dir)
		if err != nil {
			continue // the parent will be missed
		}
		for _, info := range list {
			found[info.ID] = info
		}
	}
	return found
}

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

// Progress is told how many of how many bytes have been dealt with.
type Progress func(done, total int64)

// Verify reads a chain, as Chain gave it, from the first to the last byte: the checksums of the files, of their blocks
// and of every value, the counts, and what the chain amounts to.
func Verify(ctx context.Context, chain []Info, progress Progress) error {
	var done, total int64
	for i := range chain {
		total += chain[i].Size
	}
	total *= 2 // all is read twice
	step := func(n int) {
		if done += int64(n); progress != nil {
			progress(done, total)
		}
	}
	for i := range chain {
		if err := verifySum(ctx, &chain[i], step); err != nil {
			return err
		}
	}
	rows, err := Merge(ctx, chain, true)
	if err != nil {
		return err
	}
	defer rows.Close()
	tip := chain[len(chain)-1]
	var share float64
	if tip.StateRows > 0 {
		share = float64(total/2) / float64(tip.StateRows)
	}
	for n := int64(1); ; n++ {
		more, err := rows.Next(ctx)
		if err != nil || !more {
			return err
		}
		if progress != nil && n%4096 == 0 {
			progress(done+int64(share*float64(n)), total)
		}
	}
}

func verifySum(ctx context.Context, info *Info, step func(int)) (err error) {
	f, err := open(info.Path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if f.info.ID != info.ID {
		return damaged(info.Path, "it has changed meanwhile")
	}
	return f.checkSum(ctx, step)
}

// Name is how a backup is called if nobody says otherwise: when it was made, up to which journal entry, and of what kind.
func Name(h *Header) string {
	kind := "full"
	if !h.Full() {
		kind = fmt.Sprintf("part%d", h.Sequence)
	}
	return fmt.Sprintf("samestory-%s-j%d.%s%s", h.Created.UTC().Format("20060102T150405Z"), h.JournalTo, kind, Extension)
}

// VerifyFile reads one backup from the first to the last byte, by itself: the checksums of the file, of its blocks and of
// its values, and the counts. What it amounts to can only be said of a full one, and of a chain by Verify.
func VerifyFile(ctx context.Context, info Info) error {
	if info.Full() {
		return Verify(ctx, []Info{info}, nil)
	}
	if err := verifySum(ctx, &info, func(int) {}); err != nil {
		return err
	}
	f, err := open(info.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	c, err := f.cursor(true)
	if err != nil {
		return err
	}
	for more := true; more; {
		if more, err = c.next(ctx); err != nil {
			return err
		}
	}
	return nil
}
