package feed

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/store"
)

// members tells which stories a feed has, and since when.
type members interface {
	since(s *store.StoryRecord) (at time.Time, ok bool, err error)
}

// everything is all stories of the store, since they arrived.
type everything struct{ Reader }

// since is when the first version arrived: later ones make a story no younger.
func (m everything) since(s *store.StoryRecord) (time.Time, bool, error) {
	at := s.Arrived
	if s.Versions > 1 && !s.Expired {
		list, err := m.Versions(s.ID)
		if err != nil {
			return at, false, fmt.Errorf("versions of story %s: %w", s.ID, err)
		}
		for i := range list {
			if a := list[i].Story.Arrived; a.Before(at) {
				at = a
			}
		}
	}
	return at.UTC(), true, nil
}

// folder is the stories that some feeds brought.
type folder struct {
	Reader
	feeds map[store.FeedKey]bool
}

// newFolder gives the feeds of a folder and of those within it; false where there is no such folder. Feeds that were taken
// off the list stay in it, so that what they told first does not seem new.
func newFolder(r Reader, name string) (f folder, listed bool, err error) {
	f = folder{Reader: r, feeds: make(map[store.FeedKey]bool)}
	states, err := r.Feeds()
	if err != nil {
		return f, false, fmt.Errorf("read sources: %w", err)
	}
	for i := range states {
		s := &states[i]
		if s.Kind == store.KindFeed && (s.Folder == name || strings.HasPrefix(s.Folder, name+"/")) {
			f.feeds[store.FeedKeyOf(s.Name)] = true
			listed = true
		}
	}
	return f, listed && name != "", nil
}

func (m folder) since(s *store.StoryRecord) (first time.Time, ok bool, err error) {
	list, err := m.Bringers(s.ID)
	if err != nil {
		return first, false, fmt.Errorf("feeds of story %s: %w", s.ID, err)
	}
	for _, b := range list {
		if m.feeds[b.Feed] && (!ok || b.At.Before(first)) {
			first, ok = b.At.UTC(), true
		}
	}
	return first, ok, nil
}

// arrivalsRead bounds how many stories of one feed are looked at for the newest entries of its folder.
const arrivalsRead = 500

// arrivals lists what the feeds of a folder brought last, the last first.
func (m folder) arrivals() ([]store.Arrival, error) {
	var list []store.Arrival
	met := make(map[[16]byte]int) // a story of several feeds counts when the first brought it
	keys := make([]store.FeedKey, 0, len(m.feeds))
	for k := range m.feeds {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b store.FeedKey) int { return slices.Compare(a[:], b[:]) })
	for _, k := range keys {
		n := 0
		for a, err := range m.BroughtBy(k) {
			if err != nil {
				return nil, err
			}
			if i, ok := met[a.Story]; !ok {
				met[a.Story] = len(list)
				list = append(list, a)
			} else if a.At.Before(list[i].At) {
				list[i].At = a.At
			}
			if n++; n == arrivalsRead {
				break
			}
		}
	}
	slices.SortFunc(list, func(a, b store.Arrival) int {
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		return slices.Compare(a.Story[:], b.Story[:])
	})
	return list, nil
}

// forever is later than any story.
var forever = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// newestDays is how far back of its newest story the store is searched for what is new in it.
const newestDays = 14

// candidates lists the events that began last, the last first, about as many as n entries take.
func candidates(r Reader, n int) ([]string, error) {
	newest, err := r.Newest(forever)
	if err != nil {
		return nil, fmt.Errorf("read stories: %w", err)
	}
	var heads []store.EventHead
	for h, err := range r.EventHeads(newest.AddDate(0, 0, -newestDays), time.Time{}) {
		if err != nil {
			return nil, fmt.Errorf("read events: %w", err)
		}
		heads = append(heads, h)
	}
	slices.SortFunc(heads, func(a, b store.EventHead) int {
		if c := b.First.Compare(a.First); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	ids := make([]string, 0, min(len(heads), 3*n))
	for _, h := range heads[:min(len(heads), 3*n)] {
		ids = append(ids, h.ID)
	}
	return ids, nil
}
