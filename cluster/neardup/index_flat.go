package neardup

import (
	"cmp"
	"math/bits"
	"slices"
)

// flatIndex keeps each segment as sorted arrays: per band the keys and, beside them, the entries in time order. Nothing
// in it points anywhere, so that the garbage collector has nothing to follow.
type flatIndex struct {
	spans
	board board[flatSegment]
	radix radix
	n     int
}

// freshMost entries of one segment wait for seal at most: they take three times the memory of sealed ones.
const freshMost = 1 << 16

type flatSegment struct {
	fresh []indexEntry
	parts []flatPart
}

// flatPart is an immutable table over entries in (time, class) order.
type flatPart struct {
	class []uint32
	milli []int64
	dated bool
	keys  []uint32 // of band b: keys[b*n : (b+1)*n], ascending
	entry []uint32 // of the same place; ascending within equal keys
	first []uint32 // of band b: first[b*(1<<dir)+top] is where keys with these top bits begin
	dir   int      // top bits of a key that the directory resolves
}

func newFlatIndex(s spans) *flatIndex { return &flatIndex{spans: s} }

func (x *flatIndex) len() int { return x.n }

func (x *flatIndex) add(class uint32, at stamp, keys *Keys) {
	s := x.board.at(x.key(at), func() flatSegment { return flatSegment{} })
	s.fresh = append(s.fresh, indexEntry{class, at, *keys})
	x.n++
	if len(s.fresh) >= freshMost {
		x.sealSegment(s)
	}
}

func (x *flatIndex) seal() {
	for i := range x.board.list {
		x.sealSegment(&x.board.list[i])
	}
}

func (x *flatIndex) sealSegment(s *flatSegment) {
	if len(s.fresh) == 0 {
		return
	}
	part := buildFlat(s.fresh, &x.radix)
	s.fresh = nil
	for len(s.parts) > 0 {
		last := &s.parts[len(s.parts)-1]
		if len(last.class) > 2*len(part.class) {
			break
		}
		part = mergeFlat(last, &part)
		s.parts[len(s.parts)-1] = flatPart{}
		s.parts = s.parts[:len(s.parts)-1]
	}
	s.parts = append(s.parts, part)
}

func newFlatPart(n int, dated bool) flatPart {
	p := flatPart{
		class: make([]uint32, n), milli: make([]int64, n), dated: dated,
		keys: make([]uint32, n*keyCount), entry: make([]uint32, n*keyCount),
		dir: max(bits.Len(uint(n))-3, 0),
	}
	p.first = make([]uint32, keyCount<<p.dir)
	return p
}

func buildFlat(entries []indexEntry, r *radix) flatPart {
	slices.SortFunc(entries, func(a, b indexEntry) int {
		return cmp.Or(cmp.Compare(a.at.milli, b.at.milli), cmp.Compare(a.class, b.class))
	})
	n := len(entries)
	p := newFlatPart(n, !entries[0].at.undated)
	for i := range entries {
		p.class[i], p.milli[i] = entries[i].class, entries[i].at.milli
	}
	for b := range keyCount {
		keys, ids := p.keys[b*n:(b+1)*n], p.entry[b*n:(b+1)*n]
		for i := range entries {
			keys[i], ids[i] = entries[i].keys[b], uint32(i)
		}
		r.sort(keys, ids)
	}
	p.index()
	return p
}

// index fills the directory.
func (p *flatPart) index() {
	n := len(p.class)
	for b := range keyCount {
		keys, first := p.keys[b*n:(b+1)*n], p.first[b<<p.dir:(b+1)<<p.dir]
		top := 0
		for i, k := range keys {
			for t := int(uint64(k) >> (32 - p.dir)); top <= t; top++ {
				first[top] = uint32(i)
			}
		}
		for ; top < len(first); top++ {
			first[top] = uint32(n)
		}
	}
}

// mergeFlat makes one part of two in one sequential pass per band.
func mergeFlat(a, b *flatPart) flatPart {
	p := newFlatPart(len(a.class)+len(b.class), a.dated)
	na, nb, n := len(a.class), len(b.class), len(p.class)
	toA, toB := make([]uint32, na), make([]uint32, nb)
	for i, j := 0, 0; i+j < n; {
		if j == nb || i < na && (a.milli[i] < b.milli[j] || a.milli[i] == b.milli[j] && a.class[i] <= b.class[j]) {
			p.class[i+j], p.milli[i+j], toA[i] = a.class[i], a.milli[i], uint32(i+j)
			i++
		} else {
			p.class[i+j], p.milli[i+j], toB[j] = b.class[j], b.milli[j], uint32(i+j)
			j++
		}
	}
	for band := range keyCount {
		ka, ea := a.keys[band*na:(band+1)*na], a.entry[band*na:(band+1)*na]
		kb, eb := b.keys[band*nb:(band+1)*nb], b.entry[band*nb:(band+1)*nb]
		keys, ids := p.keys[band*n:(band+1)*n], p.entry[band*n:(band+1)*n]
		for i, j := 0, 0; i+j < n; {
			if j == nb || i < na && (ka[i] < kb[j] || ka[i] == kb[j] && toA[ea[i]] < toB[eb[j]]) {
				keys[i+j], ids[i+j] = ka[i], toA[ea[i]]
				i++
			} else {
				keys[i+j], ids[i+j] = kb[j], toB[eb[j]]
				j++
			}
		}
	}
	p.index()
	return p
}

func (x *flatIndex) query(dst []uint32, at stamp, keys *Keys, limit int) []uint32 {
	from, to := x.reach(at)
	for i, k := range x.board.keys {
		if !k.undated && (k.slot < from || k.slot > to) {
			continue
		}
		for j := range x.board.list[i].parts {
			dst = x.board.list[i].parts[j].query(dst, at, keys, limit)
		}
	}
	return dst
}

func (p *flatPart) query(dst []uint32, at stamp, keys *Keys, limit int) []uint32 {
	n := len(p.class)
	for b, k := range keys {
		band := p.keys[b*n : (b+1)*n : (b+1)*n]
		i := int(p.first[b<<p.dir+int(uint64(k)>>(32-p.dir))])
		for i < n && band[i] < k {
			i++
		}
		if i == n || band[i] != k {
			continue
		}
		j := i + 1
		for j < n && band[j] == k && j-i <= 2*limit {
			j++
		}
		ids := p.entry[b*n : (b+1)*n]
		if j-i > 2*limit {
			i, j = p.nearest(ids, i, endOfRun(band, i), at, limit)
		}
		for _, e := range ids[i:j] {
			dst = append(dst, p.class[e])
		}
	}
	return dst
}

// endOfRun finds the end of a long run of equal keys.
func endOfRun(keys []uint32, i int) int {
	n, _ := slices.BinarySearch(keys[i:], keys[i]+1)
	if keys[i] == ^uint32(0) {
		n = len(keys) - i
	}
	return i + n
}

// nearest narrows a run of equal keys to the limit entries before and the limit after a time. Undated stories take the
// first ones, as good as any.
func (p *flatPart) nearest(ids []uint32, i, j int, at stamp, limit int) (int, int) {
	if at.undated || !p.dated {
		return i, min(j, i+2*limit)
	}
	mid, _ := slices.BinarySearchFunc(ids[i:j], at.milli, func(e uint32, t int64) int { return cmp.Compare(p.milli[e], t) })
	return max(i, i+mid-limit), min(j, i+mid+limit)
}

func (x *flatIndex) drop(before int64) {
	x.board.drop(x.spans, before)
	x.n = 0
	for i := range x.board.list {
		for j := range x.board.list[i].parts {
			x.n += len(x.board.list[i].parts[j].class)
		}
	}
}
