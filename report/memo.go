package report

import (
	"encoding/binary"
	"strconv"
	"sync"

	"github.com/zeebo/xxh3"

	"github.com/samestory/samestory/cluster/digest"
	"github.com/samestory/samestory/store"
)

// Memo remembers what was worked out of texts: the figures of threads and the names of events, for whoever shows the same
// ones again and again. What it remembers is kept under a hash of all that it was worked out from, the content of the texts
// included, so that nothing in it can be out of date and nothing has to tell it of changes. A nil Memo remembers nothing.
// It may be used from several goroutines.
type Memo struct {
	digests  generations[digested]
	accounts generations[[]digest.Account]
	names    generations[[]string]
}

// digested is what the texts of a thread say.
type digested struct {
	digest digest.Digest
	texts  int // how many of them there were to read
}

// How much is remembered: digests are some kilobytes each, accounts one, and names some hundred bytes.
const (
	memoDigests  = 512
	memoAccounts = 4096
	memoNames    = 16384
)

// NewMemo makes one that remembers nothing yet.
func NewMemo() *Memo {
	m := &Memo{}
	m.digests.most, m.accounts.most, m.names.most = memoDigests/2, memoAccounts/2, memoNames/2
	return m
}

// memoOf is the memo of a reader that has one, else nil.
func memoOf(r Reader) *Memo {
	if has, ok := r.(interface{ Memo() *Memo }); ok {
		return has.Memo()
	}
	return nil
}

func (m *Memo) digestOf(k memoKey, work func() (digested, error)) (digested, error) {
	if m == nil {
		return work()
	}
	return m.digests.of(k, work)
}

func (m *Memo) accountsOf(k memoKey, work func() ([]digest.Account, error)) ([]digest.Account, error) {
	if m == nil {
		return work()
	}
	return m.accounts.of(k, work)
}

func (m *Memo) namesOf(k memoKey, work func() ([]string, error)) ([]string, error) {
	if m == nil {
		return work()
	}
	return m.names.of(k, work)
}

// generations is a map that forgets: what was not asked for while most others came in is gone.
type generations[V any] struct {
	mu       sync.Mutex
	most     int
	now, old map[memoKey]V
}

func (g *generations[V]) of(k memoKey, work func() (V, error)) (V, error) {
	g.mu.Lock()
	v, ok := g.now[k]
	if !ok {
		if v, ok = g.old[k]; ok {
			g.put(k, v)
		}
	}
	g.mu.Unlock()
	if ok {
		return v, nil
	}
	v, err := work()
	if err == nil {
		g.mu.Lock()
		g.put(k, v)
		g.mu.Unlock()
	}
	return v, err
}

func (g *generations[V]) put(k memoKey, v V) {
	if g.now == nil || len(g.now) >= g.most {
		g.now, g.old = make(map[memoKey]V), g.now
	}
	g.now[k] = v
}

// memoKey is a hash of what something was worked out from.
type memoKey [16]byte

// memoHash takes in what something is worked out from, each part with its length.
type memoHash struct{ h *xxh3.Hasher }

func newMemoHash() memoHash { return memoHash{h: xxh3.New()} }

func (m memoHash) text(list ...string) {
	m.number(uint64(len(list)))
	for _, s := range list {
		m.number(uint64(len(s)))
		_, _ = m.h.WriteString(s)
	}
}

func (m memoHash) number(n uint64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], n)
	_, _ = m.h.Write(b[:])
}

// story takes in a story with its text, of which the record has a hash.
func (m memoHash) story(s *store.StoryRecord) {
	m.text(s.ID, s.Outlet(), s.Lang, string(s.Content[:]), strconv.FormatBool(s.Expired))
	m.number(uint64(s.Published.UnixNano()))
}

func (m memoHash) sum() memoKey { return m.h.Sum128().Bytes() }
