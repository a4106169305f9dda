package report

import (
	"net/url"
	"slices"
	"strings"

	"github.com/samestory/samestory/store"
)

// FolderLine is a folder of a list of feeds, with the addresses on the page's server of the feed in which what its feeds
// told stands once.
type FolderLine struct {
	Name  string `json:"name"`
	Feeds int    `json:"feeds"` // those of folders within it included
	Atom  string `json:"atom"`
	JSON  string `json:"json_feed"`
	Page  string `json:"page"`
}

// FolderFeed is the address of the feed of a folder; ext is its form, as ".atom", or empty.
func FolderFeed(name, ext string) string {
	parts := strings.Split(name, "/")
	for i, p := range parts {
		if p == "" || p == "." || p == ".." { // servers and clients take these out of a path
			return "/feeds/folder" + ext + "?name=" + url.QueryEscape(name)
		}
		parts[i] = url.PathEscape(p)
	}
	return "/feeds/folder/" + strings.Join(parts, "/") + ext
}

// foldersOf lists the folders of the feeds that are polled, by name, with the folders that hold only folders.
func foldersOf(states []store.FeedState) []FolderLine {
	feeds := make(map[string]int)
	for i := range states {
		if states[i].Removed || states[i].Kind != store.KindFeed {
			continue
		}
		for name := states[i].Folder; name != ""; {
			feeds[name]++
			name = name[:max(strings.LastIndexByte(name, '/'), 0)]
		}
	}
	list := make([]FolderLine, 0, len(feeds))
	for name, n := range feeds {
		list = append(list, FolderLine{
			Name: name, Feeds: n, Atom: FolderFeed(name, ".atom"), JSON: FolderFeed(name, ".json"),
			Page: "/sources?folder=" + url.QueryEscape(name),
		})
	}
	slices.SortFunc(list, func(a, b FolderLine) int { return strings.Compare(a.Name, b.Name) })
	return list
}
