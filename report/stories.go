package report

import (
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/samestory/samestory/store"
)

// StoryReader is a reader that has stories in order of time; *store.Snapshot is one, the past of a store is not.
type StoryReader interface {
	Reader
	Stories(from, to time.Time) iter.Seq2[store.StoryRecord, error]     // with from <= time < to, by time
	StoriesBack(from, to time.Time) iter.Seq2[store.StoryRecord, error] // the same from the last to the first
	HasBrought(feed, story string) (bool, error)
}

// StoriesQuery selects stories. Of the query, Since and Until bound the time of a story, Source and Family are of its own
// outlet, Text and Name of its headline and its outlet: to look into texts takes ten times as long as to pass a story, and a
// list of events has their words in memory. Sort and MinSources have no effect.
type StoriesQuery struct {
	Query
	// Event, Thread and Group are ids; those that have ended stand for what they became.
	Event, Thread, Group string
	// Feed is the name of a source, as SourceLine has it, that is a feed: only what stood in it.
	Feed string
	// Oldest puts the oldest first; otherwise the newest is.
	Oldest bool
	// Effort bounds how many stories are looked at for one page, 0 does not. A page may then be short, or empty, and have a
	// next one.
	Effort int
}

// StoryEffort is the effort for who waits for an answer: docs/PERFORMANCE.md has what it takes.
const StoryEffort = 20_000

// StoryFilter is a query of stories as a view repeats it.
type StoryFilter struct {
	Filter
	Event  string `json:"event,omitempty"`
	Thread string `json:"thread,omitempty"`
	Group  string `json:"group,omitempty"`
	Feed   string `json:"feed,omitempty"`
}

// ListedStory is a story in a list of stories, with where it belongs.
type ListedStory struct {
	StoryLine
	Words    int    `json:"words"`
	Relation string `json:"relation"` // in its duplicate group: origin, exact, reprint, edited, excerpt or update
	Group    string `json:"group"`
	Event    string `json:"event"`            // empty while it waits for the event stage
	Series   string `json:"series,omitempty"` // that it is an edition of
}

// StoriesView is the answer to "what came in". It does not count: a store may hold millions.
type StoriesView struct {
	Meta
	Query StoryFilter `json:"query"`
	Page
	Stories []ListedStory `json:"stories"`
}

// ErrStorySort reports an order that stories have not.
var ErrStorySort = errors.New("stories are sorted by newest or oldest")

// ParseStorySort reads the word of a flag or a URL; the empty word is newest.
func ParseStorySort(s string) (oldest bool, err error) {
	switch s {
	case "", string(Newest):
		return false, nil
	case string(oldestSort):
		return true, nil
	}
	return false, fmt.Errorf("unknown sort %q: %w", s, ErrStorySort)
}

const oldestSort Sort = "oldest"

// Stories lists stories. Of a store that is read through, no more is read than the page needs.
func Stories(r StoryReader, q StoriesQuery) (StoriesView, error) {
	q.Sort, q.MinSources = Newest, 0
	if q.Oldest {
		q.Sort = oldestSort
	}
	t, first, err := turn[ListedStory](r, "stories\x00"+strings.Join([]string{q.Event, q.Thread, q.Group, q.Feed}, "\x00"), q.Query)
	if err != nil {
		return StoriesView{}, err
	}
	q.Query = first
	v := StoriesView{Meta: newMeta("stories", q.Now), Query: StoryFilter{q.filter(), q.Event, q.Thread, q.Group, q.Feed}}
	c := &storyChoice{r: r, q: &q, words: words(q.Needles())}
	if q.Event != "" || q.Thread != "" || q.Group != "" {
		err = c.among(t)
	} else {
		err = c.through(t)
	}
	if err != nil {
		return v, err
	}
	v.Stories = t.page(&v.Page)
	if c.tired != nil {
		v.Next = t.next(*c.tired)
	}
	return v, nil
}

// storyChoice chooses stories.
type storyChoice struct {
	r     StoryReader
	q     *StoriesQuery
	words words
	tired *Rank // up to where stories were looked at, where that was as many as may be
}

// rank puts stories in order by the millisecond.
func (q *StoriesQuery) rank(s *store.StoryRecord) Rank {
	score := float64(s.Published.UnixMilli())
	if q.Oldest {
		score = -score
	}
	return Rank{Score: score, Last: time.Unix(s.Published.Unix(), 0), ID: s.ID}
}

// lastOf is after all stories of a second.
func (q *StoriesQuery) lastOf(second int64) Rank {
	const afterAll = "\xff" // ids are UTF-8
	if q.Oldest {
		return Rank{Score: -float64(second*1000 + 999), Last: time.Unix(second, 0), ID: afterAll}
	}
	return Rank{Score: float64(second * 1000), Last: time.Unix(second, 0), ID: afterAll}
}

// through goes through the store from the place of the page on, until the page is full.
func (c *storyChoice) through(t *turner[ListedStory]) error {
	from, to, list := c.q.Since, c.q.Until, c.r.StoriesBack
	if c.q.Oldest {
		list = c.r.Stories
	}
	if t.further {
		switch at := t.cur.After.Last; {
		case c.q.Oldest && at.After(from):
			from = at
		case !c.q.Oldest && (to.IsZero() || at.Add(time.Second).Before(to)):
			to = at.Add(time.Second)
		}
	}
	looked, second := 0, int64(0)
	for s, err := range list(from, to) {
		if err != nil {
			return fmt.Errorf("read stories: %w", err)
		}
		at := c.q.rank(&s)
		if t.passed(at) {
			continue
		}
		if now := s.Published.Unix(); now != second { // whose stories come in another order than that of the list
			if _, full := t.kept.Last(); full && t.after > len(t.kept.items) {
				return nil
			}
			if c.q.Effort > 0 && looked >= c.q.Effort {
				c.tired = new(Rank)
				*c.tired = c.q.lastOf(second)
				return nil
			}
			second = now
		}
		looked++
		if err := c.meet(t, at, &s); err != nil {
			return err
		}
	}
	return nil
}

// among chooses of the stories of a group, an event or a thread.
func (c *storyChoice) among(t *turner[ListedStory]) error {
	ids, err := c.members()
	if err != nil {
		return err
	}
	for _, id := range ids {
		s, err := c.r.Story(id)
		if err != nil {
			return fmt.Errorf("story %s: %w", id, err)
		}
		if s.Published.Before(c.q.Since) || !c.q.Until.IsZero() && !s.Published.Before(c.q.Until) {
			continue
		}
		if err := c.meet(t, c.q.rank(&s), &s); err != nil {
			return err
		}
	}
	return nil
}

// members are the stories that all of the ids that are asked for have.
func (c *storyChoice) members() ([]string, error) {
	var lists [][]string
	if id := c.q.Thread; id != "" {
		t, err := c.r.Thread(id)
		if err != nil {
			return nil, fmt.Errorf("thread %s: %w", id, err)
		}
		var all []string
		for _, link := range t.Links {
			e, err := c.r.Event(link.Event)
			if err != nil {
				return nil, fmt.Errorf("event %s: %w", link.Event, err)
			}
			all = append(all, e.Members...)
		}
		lists = append(lists, all)
	}
	if id := c.q.Event; id != "" {
		e, err := c.r.Event(id)
		if err != nil {
			return nil, fmt.Errorf("event %s: %w", id, err)
		}
		lists = append(lists, e.Members)
	}
	if id := c.q.Group; id != "" {
		g, err := c.r.Group(id)
		if err != nil {
			return nil, fmt.Errorf("group %s: %w", id, err)
		}
		lists = append(lists, g.Members)
	}
	common := lists[0]
	for _, list := range lists[1:] {
		in := make(map[string]bool, len(common))
		for _, id := range common {
			in[id] = true
		}
		common = nil
		for _, id := range list {
			if in[id] {
				common = append(common, id)
			}
		}
	}
	return common, nil
}

// meet takes a story in if the query chooses it.
func (c *storyChoice) meet(t *turner[ListedStory], at Rank, s *store.StoryRecord) error {
	ok, err := c.takes(s)
	if err == nil && ok {
		t.meet(at, ListedStory{
			StoryLine: storyLine(s), Words: s.Words, Relation: s.Placement.Copy.Relation.String(), Group: s.Placement.Group,
			Event: s.Placement.Event, Series: s.Placement.Series,
		})
	}
	return err
}

// takes looks at nothing but the record of a story, and last at what its feed was.
func (c *storyChoice) takes(s *store.StoryRecord) (bool, error) {
	q := c.q
	if q.Source != "" && !strings.EqualFold(s.Outlet(), q.Source) || q.Lang != "" && !strings.EqualFold(s.Lang, q.Lang) ||
		q.Family != "" && s.Family() != store.FamilyOf(q.Family) {
		return false, nil
	}
	if len(c.words) > 0 && !c.words.in(s.Title, s.Outlet()) {
		return false, nil
	}
	return c.brought(s.ID)
}

// brought reports whether a story stood in the feed that is asked for.
func (c *storyChoice) brought(story string) (bool, error) {
	if c.q.Feed == "" {
		return true, nil
	}
	for _, name := range []string{c.q.Feed, sourcePrefix + c.q.Feed} {
		ok, err := c.r.HasBrought(name, story)
		if err != nil {
			return false, fmt.Errorf("feeds of story %s: %w", story, err)
		}
		if ok {
			return true, nil
		}
	}
	return false, nil
}

var _ StoryReader = (*store.Snapshot)(nil)
