package neardup

import (
	minhashlsh "github.com/ekzhu/minhash-lsh"
)

// minhashIndex keeps each segment in instances of github.com/ekzhu/minhash-lsh. The library is fed with band keys of our
// own sketch: with a threshold of 0 it takes one row per band, so that an instance is nothing but one sorted table per
// band. An instance cannot grow cheaply (Index sorts everything again) nor give its entries back, so that each seal makes
// a new instance, and instances of similar size are rebuilt into one from the kept keys.
type minhashIndex struct {
	spans
	board board[minhashSegment]
	n     int
}

type minhashSegment struct {
	fresh []indexEntry
	parts []minhashPart
}

type minhashPart struct {
	entries []indexEntry
	lsh     *minhashlsh.MinhashLSH
}

func newMinhashIndex(s spans) *minhashIndex { return &minhashIndex{spans: s} }

func (x *minhashIndex) len() int { return x.n }

func (x *minhashIndex) add(class uint32, at stamp, keys *Keys) {
	s := x.board.at(x.key(at), func() minhashSegment { return minhashSegment{} })
	s.fresh = append(s.fresh, indexEntry{class, at, *keys})
	x.n++
}

func (x *minhashIndex) seal() {
	for i := range x.board.list {
		s := &x.board.list[i]
		if len(s.fresh) == 0 {
			continue
		}
		entries := s.fresh
		s.fresh = nil
		for len(s.parts) > 0 {
			last := s.parts[len(s.parts)-1].entries
			if len(last) > 2*len(entries) {
				break
			}
			entries = append(last, entries...)
			s.parts = s.parts[:len(s.parts)-1]
		}
		lsh := minhashlsh.NewMinhashLSH64(keyCount, 0, len(entries))
		var wide [keyCount]uint64
		for j := range entries {
			lsh.Add(entries[j].class, widen(&wide, &entries[j].keys))
		}
		lsh.Index()
		s.parts = append(s.parts, minhashPart{entries, lsh})
	}
}

// widen spreads 32-bit keys over 64 bits for the library, which reads its keys as whole words.
func widen(wide *[keyCount]uint64, keys *Keys) []uint64 {
	for i, k := range keys {
		wide[i] = uint64(k)
	}
	return wide[:]
}

func (x *minhashIndex) query(dst []uint32, at stamp, keys *Keys, _ int) []uint32 {
	var wide [keyCount]uint64
	sig := widen(&wide, keys)
	x.board.within(x.spans, at, func(s *minhashSegment) {
		for _, p := range s.parts {
			for _, k := range p.lsh.Query(sig) {
				if class, ok := k.(uint32); ok {
					dst = append(dst, class)
				}
			}
		}
	})
	return dst
}

func (x *minhashIndex) drop(before int64) {
	x.board.drop(x.spans, before)
	x.n = 0
	x.each(func(uint32, stamp, *Keys) { x.n++ })
}

// each calls f with every sealed entry, in any order.
func (x *minhashIndex) each(f func(class uint32, at stamp, keys *Keys)) {
	for i := range x.board.list {
		for _, p := range x.board.list[i].parts {
			for j := range p.entries {
				f(p.entries[j].class, p.entries[j].at, &p.entries[j].keys)
			}
		}
	}
}
