package store

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// The kinds of a source of a daemon, see FeedState.
const (
	KindFeed  = "feed"  // polled over the network
	KindFiles = "files" // a file or folder that is watched
	KindPush  = "push"  // stories that are sent to the daemon
)

// FeedState is what is known of one source that a daemon takes in, above all of a feed that is polled; of the other kinds
// the fields about servers are zero. It is stored with the stories that the last poll of it brought, so that a poll whose
// stories are not stored has not been.
type FeedState struct {
	Name   string // of the source, unique
	Kind   string // see the Kind constants
	URL    string // in the configuration; the first path of files
	Moved  string // where URL has moved to for good, which is what is asked; empty where it has not
	Folder string // that the feed is listed in; empty mostly
	Title  string // as the feed calls itself
	Site   string // that the feed is of

	Since       time.Time // the first poll
	LastTry     time.Time // zero: never polled
	LastSuccess time.Time // a feed was read, or had not changed
	LastNew     time.Time // it held a story that was not known
	NextTry     time.Time // when it will be asked next, as far as is known; zero where it is not
	Waits       bool      // until NextTry it is left alone, whatever its schedule says
	AskedUntil  time.Time // its server wants to be left alone until then; zero where it has not said so
	Failures    int       // in a row
	Gone        bool      // its server says that it is no more; it is asked no longer
	Removed     bool      // no configuration names it any longer

	Status       int    // of HTTP, of the last answer; 0 where there was none
	Fault        string // one word for what went wrong the last time, empty where nothing did
	Error        string // the same for people
	Note         string // what was odd about the last document though it was read
	ETag         string
	LastModified string

	Polls       uint64
	NotModified uint64 // polls that were answered so
	Bytes       uint64 // of answers, as they came over the wire
	Seen        uint64 // items in all documents, each time they were there
	New         uint64 // stories
	Revised     uint64 // versions
	Unchanged   uint64
	Dropped     []FeedDropped // items that became no story, by reason, most first

	Items []FeedItem // what the last documents held, as far as ids do not follow from it
	Pages []FeedPage // items whose text was taken from their page
}

// FeedDropped counts items that became no story for one reason.
type FeedDropped struct {
	Reason string
	Count  uint64
}

// FeedItem says which story a guid stands for.
type FeedItem struct {
	GUID  uint64 // hash
	Story string
}

// FeedPage is a story whose text is not what the feed says, and what that was when the page was read.
type FeedPage struct {
	Story   string
	Content [16]byte // hash of title and text
}

// Address is what is asked.
func (f *FeedState) Address() string {
	if f.Moved != "" {
		return f.Moved
	}
	return f.URL
}

func encodeFeed(f *FeedState) []byte {
	b := []byte{codecVersion}
	for _, s := range [...]string{f.Name, f.Kind, f.URL, f.Moved, f.Folder, f.Title, f.Site, f.Fault, f.Error, f.Note, f.ETag, f.LastModified} {
		b = appendString(b, s)
	}
	for _, t := range [...]time.Time{f.Since, f.LastTry, f.LastSuccess, f.LastNew, f.NextTry} {
		b = appendTime(b, t)
	}
	b = append(b, byte(bit(f.Gone)|bit(f.Removed)<<1|bit(f.Waits)<<2|bit(!f.AskedUntil.IsZero())<<3))
	b = appendUint(b, uint64(f.Failures))
	b = appendUint(b, uint64(f.Status))
	for _, n := range [...]uint64{f.Polls, f.NotModified, f.Bytes, f.Seen, f.New, f.Revised, f.Unchanged} {
		b = appendUint(b, n)
	}
	b = appendUint(b, uint64(len(f.Dropped)))
	for _, d := range f.Dropped {
		b = appendString(b, d.Reason)
		b = appendUint(b, d.Count)
	}
	b = appendUint(b, uint64(len(f.Items)))
	for _, it := range f.Items {
		b = appendUint(b, it.GUID)
		b = appendString(b, it.Story)
	}
	b = appendUint(b, uint64(len(f.Pages)))
	for _, p := range f.Pages {
		b = appendString(b, p.Story)
		b = append(b, p.Content[:]...)
	}
	if !f.AskedUntil.IsZero() {
		b = appendTime(b, f.AskedUntil)
	}
	return b
}

func decodeFeed(b []byte) (FeedState, error) {
	r := newReader("feed", b)
	var f FeedState
	for _, s := range [...]*string{
		&f.Name, &f.Kind, &f.URL, &f.Moved, &f.Folder, &f.Title, &f.Site, &f.Fault, &f.Error, &f.Note, &f.ETag, &f.LastModified,
	} {
		*s = r.string()
	}
	for _, t := range [...]*time.Time{&f.Since, &f.LastTry, &f.LastSuccess, &f.LastNew, &f.NextTry} {
		*t = r.time()
	}
	flags := r.byte()
	if flags > 15 {
		r.fail("flags %#x", flags)
	}
	f.Gone, f.Removed, f.Waits = flags&1 != 0, flags&2 != 0, flags&4 != 0
	f.Failures, f.Status = r.count(), r.count()
	for _, n := range [...]*uint64{&f.Polls, &f.NotModified, &f.Bytes, &f.Seen, &f.New, &f.Revised, &f.Unchanged} {
		*n = r.uint()
	}
	for range r.length(2) {
		f.Dropped = append(f.Dropped, FeedDropped{Reason: r.string(), Count: r.uint()})
	}
	for range r.length(2) {
		f.Items = append(f.Items, FeedItem{GUID: r.uint(), Story: r.string()})
	}
	for range r.length(17) {
		p := FeedPage{Story: r.string()}
		copy(p.Content[:], r.raw(len(p.Content)))
		f.Pages = append(f.Pages, p)
	}
	if flags&8 != 0 {
		f.AskedUntil = r.time()
	}
	return f, r.done()
}

// feeds stores the states of feeds.
func (p *planner) feeds(list []FeedState) error {
	for i := range list {
		f := &list[i]
		if f.Name == "" || f.Failures < 0 || f.Status < 0 {
			return invalid("the state of feed %q cannot be", f.Name)
		}
		p.put(keyHash(tabFeed, f.Name), encodeFeed(f))
	}
	return nil
}

// Feed reads the state of a feed; ErrNotFound for one that was never polled.
func (v *Snapshot) Feed(name string) (FeedState, error) {
	value, err := v.get(keyHash(tabFeed, name))
	if err != nil {
		return FeedState{}, err
	}
	if value == nil {
		return FeedState{}, fmt.Errorf("feed %s: %w", name, ErrNotFound)
	}
	return decodeFeed(value)
}

// Feeds reads the states of all feeds, ordered by name.
func (v *Snapshot) Feeds() ([]FeedState, error) {
	var list []FeedState
	err := v.scan(tabFeed, nil, nil, func(_, value []byte) (bool, error) {
		f, err := decodeFeed(value)
		list = append(list, f)
		return true, err
	})
	slices.SortFunc(list, func(a, b FeedState) int { return strings.Compare(a.Name, b.Name) })
	return list, err
}

// checkFeeds decodes the states of feeds.
func (c *checker) checkFeeds() error {
	return c.scan(tabFeed, func(key, value []byte) error {
		f, err := decodeFeed(value)
		if err != nil {
			return err
		}
		if string(key) != string(keyHash(tabFeed, f.Name)[1:]) {
			c.add(BadFeed, "%q is stored under another name", f.Name)
		}
		return nil
	})
}
