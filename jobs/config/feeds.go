package config

import (
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/jobs/source/feed"
)

// The kinds of a Source.
const (
	KindJSONL = "jsonl" // files and folders of stories
	KindFeed  = "feed"  // RSS, Atom or JSON Feed at an address
	KindOPML  = "opml"  // files that list feeds
)

// Feeds says how feeds are polled, of all sources that do not say.
type Feeds struct {
	Schedule   string `toml:"schedule"`   // cron spec
	Concurrent int    `toml:"concurrent"` // feeds that are polled at a time
	Pending    Size   `toml:"pending"`    // stories that may wait for a tick before polling does
}

func defaultFeeds() Feeds { return Feeds{Schedule: "*/15 * * * *", Concurrent: 16, Pending: 64 << 20} }

// maxList bounds a list of feeds.
const maxList = 32 << 20

// checkFeeds reports what is wrong in how feeds are polled, but for the spec.
func (p *problems) checkFeeds(f *Feeds) {
	if f.Concurrent < 1 || f.Concurrent > 1000 {
		p.add("feeds.concurrent", "expected 1 to 1000")
	}
	if f.Pending < 1<<20 || f.Pending > 1<<40 {
		p.add("feeds.pending", "expected 1MiB to 1TiB")
	}
}

// checkOrigin reports what is wrong in where a source is, which depends on its kind.
func (p *problems) checkOrigin(s *Source, key string) {
	p.oneOf(key+".kind", s.Kind, KindJSONL, KindFeed, KindOPML)
	if s.Kind == KindFeed {
		u, err := url.Parse(s.URL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			p.add(key+".url", "expected the address of a feed such as \"https://example.org/feed.xml\"")
		}
		if len(s.Paths) > 0 {
			p.add(key+".paths", "a feed has a url and no paths")
		}
	} else {
		if s.URL != "" {
			p.add(key+".url", "only a source of kind \"feed\" has one")
		}
		if len(s.Paths) == 0 || slices.Contains(s.Paths, "") {
			what := "file, folder or pattern such as \"news/*.jsonl.gz\""
			if s.Kind == KindOPML {
				what = "file such as \"feeds.opml\""
			}
			p.add(key+".paths", "expected at least one %s", what)
		}
	}
	if s.Kind != KindFeed && s.Kind != KindOPML {
		if s.FullText {
			p.add(key+".full_text", "only feeds have pages to read")
		}
		return
	}
	if len(s.Mapping) > 0 {
		p.add(key+".mapping", "the fields of a feed have names of their own")
	}
	if s.IDPrefix != "" {
		p.add(key+".id_prefix", "the stories of feeds have ids of their own")
	}
}

// FeedSource is one feed of the config, named or listed.
type FeedSource struct {
	Name   string // unique among all sources
	Title  string
	URL    string
	Folder string
	Source int // index of the source that names it
}

// FeedSources are all feeds: those that are sources of their own first, then those of lists. A feed that is there twice is
// taken once. Skipped says, in words, what of lists is no feed.
func (c *Config) FeedSources() (list []FeedSource, skipped []string, err error) {
	seen := map[string]bool{}
	add := func(f FeedSource) {
		key, ok := source.CanonicalURL(f.URL)
		if ok && !seen[key] {
			seen[key] = true
			list = append(list, f)
		}
	}
	for i, s := range c.Sources {
		if s.Kind == KindFeed {
			add(FeedSource{Name: s.Name, Title: s.Name, URL: s.URL, Source: i})
		}
	}
	for i, s := range c.Sources {
		if s.Kind != KindOPML {
			continue
		}
		for _, path := range s.Paths {
			subscriptions, n, err := readList(path)
			if err != nil {
				return nil, nil, fmt.Errorf("source %s: %w", s.Name, err)
			}
			if n > 0 {
				skipped = append(skipped, fmt.Sprintf("%s: %d entries without the address of a feed", path, n))
			}
			for _, sub := range subscriptions {
				key, _ := source.CanonicalURL(sub.URL)
				add(FeedSource{Name: s.Name + "/" + key, Title: sub.Title, URL: sub.URL, Folder: sub.Folder, Source: i})
			}
		}
	}
	return list, skipped, nil
}

func readList(path string) ([]feed.Subscription, int, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, err
	}
	if info.IsDir() || info.Size() > maxList {
		return nil, 0, fmt.Errorf("%s: %w", path, feed.ErrNotOPML)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, 0, err
	}
	list, skipped, err := feed.ParseOPML(data)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", path, err)
	}
	return list, skipped, nil
}

// hasFeeds tells whether anything is polled.
func (c *Config) hasFeeds() bool {
	return slices.ContainsFunc(c.Sources, func(s Source) bool { return s.Kind == KindFeed || s.Kind == KindOPML })
}

// OPMLSource is a list of feeds that was named on the command line.
func OPMLSource(path string) Source {
	s := DefaultSource()
	s.Name, s.Kind, s.Paths = strings.TrimSuffix(baseName(path), ".opml"), KindOPML, []string{path}
	return s
}

func baseName(path string) string {
	return path[strings.LastIndexAny(path, `/\`)+1:]
}
