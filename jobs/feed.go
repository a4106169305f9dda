package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/jobs/schedule"
	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/jobs/source/feed"
	"github.com/samestory/samestory/jobs/source/fetch"
	"github.com/samestory/samestory/store"
)

// Feed is one feed that a daemon polls.
type Feed struct {
	Name     string // unique among all sources
	URL      string
	Folder   string         // of the list that it is from; empty mostly
	Spec     *schedule.Spec // when it is polled
	Options  source.Options // without arrival
	FullText bool           // take texts from the pages of the items
}

// Getter asks servers; *fetch.Client is one.
type Getter interface {
	Get(ctx context.Context, r fetch.Request) (*fetch.Response, error)
}

// FullText reads the text of a page.
type FullText func(ctx context.Context, url string) (string, error)

// acceptFeeds tells servers that have several forms which to send.
const acceptFeeds = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.6, */*;q=0.3"

const (
	// pagesAPoll is how many pages are fetched in one poll. What is left waits for the next.
	pagesAPoll = 40
	// pageText is what a page has to give at least, in bytes, to be more than what the feed says of it.
	pageText = 200
	// maxPages bounds what is remembered of pages that were read.
	maxPages = 2000
	// maxDropped bounds the reasons that are counted of one feed.
	maxDropped = 20
)

// poll is one request for a feed and what came of it: the new state, and the stories that were not known.
type poll struct {
	feed  *Feed
	state store.FeedState
	items []polledItem
	// brought are the stories that the feed has and was not known to have, also those that are stored already.
	brought []store.Brought
	bytes   int
	now     time.Time
}

// polledItem is a story to be placed. revises says that one of that id is stored.
type polledItem struct {
	item    source.Item
	revises bool
}

// poller is what a poll needs of the world.
type poller struct {
	get   Getter
	pages FullText // nil: none
	view  func() *store.Snapshot
	clock func() time.Time
}

// ask polls a feed. Whatever goes wrong with it is in the state; an error is one of the store, or ctx's.
func (p *poller) ask(ctx context.Context, f *Feed, before store.FeedState) (*poll, error) {
	now := p.clock().UTC()
	q := &poll{feed: f, state: stateFor(f, before, now), now: now}
	s := &q.state
	s.LastTry = now
	s.Polls++
	address := s.Address()
	if s.Moved != "" && s.Failures >= 3 && s.Failures%2 == 1 {
		address = s.URL // the move may have been a mistake
	}
	request := fetch.Request{URL: address, Accept: acceptFeeds}
	if address == s.Address() {
		request.ETag, request.LastModified = s.ETag, s.LastModified
	}
	response, err := p.get.Get(ctx, request)
	if err != nil && ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		q.refused(err)
		return q, nil
	}
	s.Bytes += uint64(max(0, response.Wire))
	s.Status = response.Status
	if response.NotModified {
		s.NotModified++
		q.succeeded(response)
		return q, nil
	}
	doc, err := feed.Parse(response.Body, feed.Options{URL: response.FinalURL, ContentType: response.Header.Get("Content-Type")})
	if err != nil {
		q.failed(faultOf(err), err, response.RetryAfter)
		return q, nil
	}
	if err := p.take(ctx, q, doc); err != nil {
		return nil, err
	}
	if response.Permanent != "" && response.Permanent != s.URL {
		s.Moved = response.Permanent
	}
	s.ETag, s.LastModified = response.ETag, response.LastModified
	if doc.Damaged || response.Truncated {
		s.Note = "the document is damaged or cut off: what could be read of it was"
	}
	if s.Note != "" { // it is to be looked at again, also if it does not change
		s.ETag, s.LastModified = "", ""
	}
	q.succeeded(response)
	return q, nil
}

// stateFor is what is known of a feed under its settings of today. A feed whose address was changed begins anew, but for
// what identifies its stories.
func stateFor(f *Feed, before store.FeedState, now time.Time) store.FeedState {
	s := before
	if s.URL != f.URL {
		s.Moved, s.ETag, s.LastModified, s.Gone, s.Failures, s.Waits = "", "", "", false, 0, false
		s.AskedUntil = time.Time{}
	}
	s.Name, s.Kind, s.URL, s.Folder, s.Removed = f.Name, store.KindFeed, f.URL, f.Folder, false
	if s.Since.IsZero() {
		s.Since = now
	}
	s.Title = cmp.Or(s.Title, f.Options.Name) // until it says itself how it is called
	s.Dropped = slices.Clone(before.Dropped)
	s.Note = ""
	return s
}

// take finds out what of a document is new.
func (p *poller) take(ctx context.Context, q *poll, doc *feed.Document) error {
	s := &q.state
	s.Title, s.Site = cmp.Or(doc.Title, s.Title), doc.Link
	options := q.feed.Options
	options.Arrived = q.now
	if options.Name == "" {
		options.Name = q.feed.Name
	}
	dec, err := source.NewDecoder(options)
	if err != nil {
		return fmt.Errorf("feed %s: %w", q.feed.Name, err)
	}
	items := doc.Items(dec, s.Address())
	s.Seen += uint64(len(items) + doc.Over)
	if doc.Over > 0 {
		q.drop(fmt.Sprintf("beyond the first %d items", feed.DefaultMaxItems), doc.Over)
	}
	view := p.view()
	defer view.Close()
	refs := make([]feed.Ref, len(s.Items))
	for i, it := range s.Items {
		refs[i] = feed.Ref(it)
	}
	refs, err = feed.Resolve(items, feed.Scope(s.URL), refs, func(id string) (cluster.Story, bool, error) {
		r, err := view.Story(id)
		if errors.Is(err, store.ErrNotFound) {
			return cluster.Story{}, false, nil
		}
		return r.Story, err == nil, err
	})
	if err != nil {
		return fmt.Errorf("feed %s: %w", q.feed.Name, err)
	}
	s.Items = nil
	for _, ref := range refs {
		s.Items = append(s.Items, store.FeedItem(ref))
	}
	return p.judge(ctx, q, items, view)
}

// judge drops what is known and reads pages where that is asked for.
func (p *poller) judge(ctx context.Context, q *poll, items []feed.Item, view *store.Snapshot) error {
	s := &q.state
	read := make(map[string][16]byte, len(s.Pages))
	for _, page := range s.Pages {
		read[page.Story] = page.Content
	}
	var pages []store.FeedPage
	asked := 0
	for i := range items {
		it := items[i].Item
		if it.Reject != nil {
			q.drop(it.Reject.Reason, 1)
			continue
		}
		if known, err := view.HasBrought(s.Name, it.Story.ID); err != nil {
			return fmt.Errorf("feed %s: look up %s: %w", q.feed.Name, it.Story.ID, err)
		} else if !known {
			q.brought = append(q.brought, store.Brought{Feed: s.Name, Story: it.Story.ID})
		}
		said := it.Story.ContentHash()
		content, had := read[it.Story.ID]
		had = had && q.feed.FullText
		delete(read, it.Story.ID)
		seen := content == said
		if !had {
			var err error
			if seen, err = view.Seen(it.Story.ID, said); err != nil {
				return fmt.Errorf("feed %s: look up %s: %w", q.feed.Name, it.Story.ID, err)
			}
		}
		if seen {
			if had {
				pages = append(pages, store.FeedPage{Story: it.Story.ID, Content: said})
			}
			s.Unchanged++
			continue
		}
		if p.pages != nil && q.feed.FullText && it.Story.URL != "" {
			if asked++; asked > pagesAPoll {
				s.Note = "more pages than are read at once: the rest is read at the next poll"
				continue
			}
			text, err := p.pages(ctx, it.Story.URL)
			switch {
			case ctx.Err() != nil:
				return ctx.Err()
			case err == nil && len(text) >= max(pageText, len(it.Story.Text)):
				it.Story.Text = text
				pages = append(pages, store.FeedPage{Story: it.Story.ID, Content: said})
			case had: // what the feed says is less than what is known
				q.drop("pages that could not be read", 1)
				s.Note = "a page that has changed could not be read: it is tried again at the next poll"
				pages = append(pages, store.FeedPage{Story: it.Story.ID, Content: content})
				continue
			default:
				q.drop("pages that could not be read", 1)
			}
		}
		revises, err := supersede(&it.Story, view, q.now)
		if err != nil {
			return fmt.Errorf("feed %s: look up %s: %w", q.feed.Name, it.Story.ID, err)
		}
		q.items = append(q.items, polledItem{it, revises})
		q.bytes += len(it.Story.Title) + len(it.Story.Text)
	}
	for _, page := range s.Pages { // of items that may come again
		if _, left := read[page.Story]; left && len(pages) < maxPages {
			pages = append(pages, page)
		}
	}
	s.Pages = pages[:min(len(pages), maxPages)]
	return nil
}

// supersede gives a story that is stored with other words a time by which it is the later version: what a feed says now is
// what holds, whether or not it says when that was changed. It tells whether there is such a story.
func supersede(s *cluster.Story, view *store.Snapshot, now time.Time) (bool, error) {
	old, err := view.Story(s.ID)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if s.Precision == cluster.Arrival { // it was published when it was first seen
		s.Published, s.Precision = old.Published, old.Precision
	}
	if before := latest(&old.Story); !latest(s).After(before) {
		// The clock may be behind what is stored: it was set back, or the feed is ahead.
		if s.Updated = now; !now.After(before) {
			s.Updated = before.Add(time.Second)
		}
	}
	return true, nil
}

func latest(s *cluster.Story) time.Time {
	if s.Updated.After(s.Published) {
		return s.Updated
	}
	return s.Published
}

// drop counts items that became no story.
func (q *poll) drop(reason string, n int) { drop(&q.state, reason, n) }

func drop(s *store.FeedState, reason string, n int) {
	list := s.Dropped
	i := slices.IndexFunc(list, func(d store.FeedDropped) bool { return d.Reason == reason })
	if i < 0 && len(list) >= maxDropped {
		reason = "other reasons"
		i = slices.IndexFunc(list, func(d store.FeedDropped) bool { return d.Reason == reason })
	}
	if i < 0 {
		i, list = len(list), append(list, store.FeedDropped{Reason: reason})
	}
	list[i].Count += uint64(n)
	slices.SortStableFunc(list, func(a, b store.FeedDropped) int {
		switch {
		case a.Count > b.Count:
			return -1
		case a.Count < b.Count:
			return 1
		}
		return strings.Compare(a.Reason, b.Reason)
	})
	s.Dropped = list
}
