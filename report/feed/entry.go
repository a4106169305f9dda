package feed

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zeebo/xxh3"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/report"
	"github.com/samestory/samestory/report/internal/typeset"
	"github.com/samestory/samestory/store"
)

// entry is one thing that a feed tells. Texts are as stories have them: they are cleaned where they are written.
type entry struct {
	id        string    // urn:uuid
	begun     time.Time // since when the feed has it
	published time.Time // of the herald, or begun where that carries no date
	title     string
	url       string // of the article; empty where it has none
	lang      string
	lead      string
	event     string // whose page says more
	thread    string
	kind      string // of the beat, as in a thread; empty in the feed of a query
	names     []string
	outlets   []outlet
	sources   int // outlets with a text of their own
	copies    int
	elsewhere int // outlets that have it and are not in the feed
	news      report.News
	earlier   []headline // beats before it, the last first
}

// outlet is a source with its stories.
type outlet struct {
	name    string
	stories []told
}

// told is one story of an entry.
type told struct {
	title, url string
	published  time.Time
	precision  cluster.Precision
	copy       string // relation to its original, where it is a copy
}

// headline is another beat of the thread.
type headline struct {
	title, event string
	at           time.Time
	precision    cluster.Precision
}

const (
	// leadRunes is how much of the text an entry begins with.
	leadRunes = 360
	// titleRunes bounds a title.
	titleRunes = 300
	// earlierBeats is how many beats are named that came before.
	earlierBeats = 5
)

// maker makes the entries of one feed.
type maker struct {
	*shelf
	members members
	news    func(r report.Reader, thread string) (map[string]report.News, error) // by event
	fresh   map[string]map[string]report.News                                    // by thread: what news gave
}

// newsIn is what is new in the events of a thread.
func (m *maker) newsIn(thread string) (map[string]report.News, error) {
	if n, ok := m.fresh[thread]; ok {
		return n, nil
	}
	n, err := m.news(m.Reader, thread)
	if err == nil {
		m.fresh[thread] = n
	}
	return n, err
}

// share is a story that is in the feed.
type share struct {
	store.StoryRecord
	at time.Time
}

// make makes the entry of some events; nil where the feed has no story of them.
func (m *maker) make(events []string) (*entry, error) {
	var all, own []share
	for _, id := range events {
		e, err := m.event(id)
		if err != nil {
			return nil, err
		}
		for _, member := range e.Members {
			s, err := m.Story(member)
			if err != nil {
				return nil, fmt.Errorf("event %s: story %s: %w", id, member, err)
			}
			at, ok, err := m.members.since(&s)
			if err != nil {
				return nil, err
			}
			if all = append(all, share{s, at}); ok {
				own = append(own, share{s, at})
			}
		}
	}
	if len(own) == 0 {
		return nil, nil
	}
	byTime := func(a, b share) int {
		return cmp.Or(a.Published.Compare(b.Published), strings.Compare(a.ID, b.ID))
	}
	slices.SortFunc(own, byTime)
	herald := slices.MinFunc(own, func(a, b share) int { return cmp.Or(a.at.Compare(b.at), byTime(a, b)) })
	x := &entry{id: idOf(herald.ID), begun: herald.at.Truncate(time.Second), published: publishedAt(&herald)}
	first, err := m.event(events[0])
	if err != nil {
		return nil, err
	}
	x.event, x.thread, x.names = first.ID, first.Thread, first.Names
	x.outlets, x.sources, x.copies = byOutlet(own)
	x.elsewhere = outletsOf(all) - len(x.outlets)
	return x, m.head(x, events, own)
}

// publishedAt is the time that readers sort by: never later than the feed had the story, and that where it names none.
func publishedAt(s *share) time.Time {
	if s.Precision == cluster.Arrival || s.Published.After(s.at) {
		return s.at.Truncate(time.Second)
	}
	return s.Published.UTC().Truncate(time.Second)
}

// idOf is the id of an entry with that herald, a UUID of version 8.
func idOf(herald string) string {
	b := xxh3.HashString128("samestory entry\x00" + herald).Bytes()
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// byOutlet groups stories that are in the order of time, and counts those that are copies of others of them.
func byOutlet(own []share) (list []outlet, sources, copies int) {
	origins := make(map[string]int)
	for i := range own {
		p := &own[i].Placement
		if j, seen := origins[p.Group]; !seen || p.Copy.Relation == cluster.Origin && own[j].Placement.Copy.Relation != cluster.Origin {
			origins[p.Group] = i
		}
	}
	at, texts := make(map[string]int), make(map[string]bool)
	for i := range own {
		s := &own[i]
		name := s.Outlet()
		to, known := at[name]
		if !known {
			to = len(list)
			at[name] = to
			list = append(list, outlet{name: name})
		}
		t := told{title: s.Title, url: s.URL, published: s.Published.UTC(), precision: s.Precision}
		if t.published.After(s.at) {
			t.published = s.at
		}
		if origins[s.Placement.Group] != i {
			t.copy = s.Placement.Copy.Relation.String()
			copies++
		} else {
			texts[name] = true
		}
		list[to].stories = append(list[to].stories, t)
	}
	return list, len(texts), copies
}

func outletsOf(all []share) int {
	names := make(map[string]bool)
	for i := range all {
		names[all[i].Outlet()] = true
	}
	return len(names)
}

// head fills in what stands over an entry: the story that stands for the event where the feed has it, or else the first
// that is no copy.
func (m *maker) head(x *entry, events []string, own []share) error {
	var chosen *share
	for _, id := range events {
		e, err := m.event(id)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(own, func(s share) bool { return s.ID == e.Representative }); i >= 0 {
			chosen = &own[i]
			break
		}
	}
	if chosen == nil {
		i := slices.IndexFunc(own, func(s share) bool { return s.Placement.Copy.Relation == cluster.Origin })
		chosen = &own[max(i, 0)]
	}
	x.title, x.url, x.lang = chosen.Title, typeset.WebAddress(chosen.URL), chosen.Lang
	renamed, err := m.title(events[0])
	if err != nil {
		return err
	}
	x.title = cmp.Or(renamed, x.title)
	_, text, err := m.Text(chosen.ID)
	if err != nil && !errors.Is(err, store.ErrExpired) {
		return fmt.Errorf("text of story %s: %w", chosen.ID, err)
	}
	x.lead = leadOf(text, chosen.Title)
	if typeset.Clean(x.title) == "" {
		x.title = clip(x.lead, 80)
	}
	return nil
}

// leadOf is the beginning of a text, without the headline where the text repeats it.
func leadOf(text, title string) string {
	if utf8.RuneCountInString(text) > 8*leadRunes {
		text = string([]rune(text)[:8*leadRunes])
	}
	text, title = typeset.Clean(text), typeset.Clean(title)
	if rest, ok := strings.CutPrefix(text, title); ok && title != "" {
		text = strings.TrimLeft(rest, " .:-–—|")
	}
	return clip(text, leadRunes)
}

// clip cuts a text behind a word.
func clip(s string, most int) string {
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	cut := string(runes[:most])
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)*2/3 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,.;:-–—") + "…"
}

// beat makes the entry of a beat of a thread: with what is new in it, and the beats before it.
func (m *maker) beat(c *course, i int) (*entry, error) {
	b := &c.beats[i]
	x, err := m.make(b.events)
	if x == nil || err != nil {
		return nil, err
	}
	x.kind = b.kind
	for j := i - 1; j >= 0 && len(x.earlier) < earlierBeats; j-- {
		h, err := m.headline(c.beats[j].events[0])
		if err != nil {
			return nil, err
		}
		x.earlier = append(x.earlier, h)
	}
	if i > 0 {
		fresh, err := m.newsIn(c.thread.ID)
		if err != nil {
			return nil, err
		}
		x.news = fresh[b.events[0]]
	}
	return x, nil
}

func (m *maker) headline(event string) (headline, error) {
	e, err := m.event(event)
	if err != nil {
		return headline{}, err
	}
	s, err := m.Story(e.Representative)
	if err != nil {
		return headline{}, fmt.Errorf("event %s: story %s: %w", event, e.Representative, err)
	}
	renamed, err := m.title(event)
	if err != nil {
		return headline{}, err
	}
	h := headline{title: cmp.Or(renamed, s.Title), event: event, at: e.First.UTC(), precision: cluster.Exact}
	if h.at.Equal(h.at.Truncate(24 * time.Hour)) {
		h.precision = cluster.Day
	}
	return h, nil
}

// newestFirst is the order of a feed.
func newestFirst(a, b *entry) int {
	return cmp.Or(b.begun.Compare(a.begun), b.published.Compare(a.published), strings.Compare(a.id, b.id))
}
