package feed

import (
	"net/url"
	"strings"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/source"
)

// Ref is what is remembered of an item until the next fetch: a hash of its guid, and the story that it is.
type Ref struct {
	GUID  uint64
	Story string
}

// MaxRefs bounds what is remembered of one feed.
const MaxRefs = 2000

// Known answers for the stories that are stored already; false for one that is not.
type Known func(id string) (cluster.Story, bool, error)

// Resolve gives every item of a document the id of the story that it is, and returns what to remember of them. scope sets
// guids that are no addresses apart from those of other publishers: the host of the feed.
//
// An item is the story of its address. It is the one of its guid where the address does not tell items apart: it is
// missing, it is the front page of the site, or several items of the document with headlines of their own have it. It is the
// story that its guid had before, under another address, if it looks like it: the same date, or a headline that shares half
// of its words; a guid that is used again for something else is not believed. With neither, the content is the story.
func Resolve(items []Item, scope string, before []Ref, known Known) ([]Ref, error) {
	r := resolver{scope: scope, known: known, before: make(map[uint64]string, len(before)), guids: map[string]*shared{}, urls: map[string]*shared{}}
	for _, ref := range before {
		r.before[ref.GUID] = ref.Story
	}
	for i := range items {
		r.count(&items[i])
	}
	var refs []Ref
	held := map[uint64]bool{}
	for i := range items {
		it := &items[i]
		if it.Reject != nil {
			continue
		}
		id, err := r.id(it)
		if err != nil {
			return nil, err
		}
		if id != "" {
			it.Story.ID = id
		}
		if it.GUID == "" || !r.tells(it) {
			continue
		}
		h := xxh3.HashString(it.GUID)
		if !held[h] && it.Story.ID != ofAddress(it.GUID) && len(refs) < MaxRefs {
			held[h] = true
			refs = append(refs, Ref{h, it.Story.ID})
		}
	}
	for _, ref := range before { // an item that is gone from the feed may come again
		if !held[ref.GUID] && len(refs) < MaxRefs {
			held[ref.GUID] = true
			refs = append(refs, ref)
		}
	}
	return refs, nil
}

// shared counts what the items under one guid or one address differ in.
type shared struct {
	first  string
	differ bool
}

func (s *shared) meet(other string) {
	if s.first == "" {
		s.first = other
	}
	s.differ = s.differ || s.first != other
}

type resolver struct {
	scope  string
	known  Known
	before map[uint64]string
	guids  map[string]*shared // guid -> addresses
	urls   map[string]*shared // address -> headlines
}

func (r *resolver) count(it *Item) {
	if it.Reject != nil {
		return
	}
	address, ok := source.CanonicalURL(it.Story.URL)
	if !ok {
		address = it.Story.Title // items without addresses are told apart by what they say
	}
	meet(r.guids, it.GUID, address)
	if ok {
		meet(r.urls, address, it.Story.Title)
	}
}

func meet(m map[string]*shared, key, other string) {
	if key == "" {
		return
	}
	if m[key] == nil {
		m[key] = &shared{}
	}
	m[key].meet(other)
}

// tells says whether the guid of an item is its own in this document.
func (r *resolver) tells(it *Item) bool { return it.GUID != "" && !r.guids[it.GUID].differ }

// id decides for one item; empty leaves the id that its content gave it.
func (r *resolver) id(it *Item) (string, error) {
	tells := r.tells(it)
	if tells {
		if id, ok := r.before[xxh3.HashString(it.GUID)]; ok {
			same, err := r.same(id, it)
			if err != nil || same {
				return id, err
			}
		}
	}
	address, ok := source.CanonicalURL(it.Story.URL)
	switch {
	case ok && !frontPage(address) && !r.urls[address].differ:
		return source.IDFrom('u', address), nil
	case tells:
		return r.ofGUID(it.GUID), nil
	case ok: // several items under one address, and no guids to tell them apart
		return source.IDFrom('c', address+"\x00"+it.Story.Title+"\x00"+it.Story.Text), nil
	}
	return "", nil
}

// same tells whether an item is still the story that its guid was.
func (r *resolver) same(id string, it *Item) (bool, error) {
	old, ok, err := r.known(id)
	if err != nil || !ok {
		return false, err
	}
	a, okA := source.CanonicalURL(old.URL)
	b, okB := source.CanonicalURL(it.Story.URL)
	if !okA || !okB || a == b {
		return true, nil
	}
	dated := old.Precision != cluster.Arrival && it.Story.Precision != cluster.Arrival
	return dated && old.Published.Truncate(time.Second).Equal(it.Story.Published.Truncate(time.Second)) ||
		alike(old.Title, it.Story.Title), nil
}

// alike tells whether the shorter of two headlines has half of its words in the other.
func alike(a, b string) bool {
	wa, wb := strings.Fields(strings.ToLower(a)), strings.Fields(strings.ToLower(b))
	if len(wa) > len(wb) {
		wa, wb = wb, wa
	}
	if len(wa) == 0 {
		return false
	}
	in := make(map[string]bool, len(wb))
	for _, w := range wb {
		in[w] = true
	}
	n := 0
	for _, w := range wa {
		if in[w] {
			n++
		}
	}
	return 2*n >= len(wa)
}

// frontPage tells an address that is a site and not a page of it.
func frontPage(canonical string) bool { return !strings.ContainsAny(canonical, "/?") }

// ofGUID is the id of a story that is known by its guid. An address, a tag and a URN are unique in the world; anything else
// at its publisher.
func (r *resolver) ofGUID(guid string) string {
	if id := ofAddress(guid); id != "" {
		return id
	}
	if u, err := url.Parse(guid); err == nil && (u.Scheme == "tag" || u.Scheme == "urn") {
		return source.IDFrom('g', guid)
	}
	return source.IDFrom('g', r.scope+"\x00"+guid)
}

// ofAddress is the id of the story under an address; empty for what is none.
func ofAddress(s string) string {
	if !strings.Contains(s, "://") {
		return ""
	}
	a, ok := source.CanonicalURL(s)
	if !ok || frontPage(a) {
		return ""
	}
	return source.IDFrom('u', a)
}

// Scope is the host of a feed's address, which is what its guids are unique in.
func Scope(address string) string {
	canonical, _ := source.CanonicalURL(address)
	host, _, _ := strings.Cut(canonical, "/")
	host, _, _ = strings.Cut(host, "?")
	return host
}
