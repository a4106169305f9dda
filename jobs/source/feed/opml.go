package feed

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/samestory/samestory/jobs/source"
)

// ErrNotOPML reports a file that is no list of feeds.
var ErrNotOPML = errors.New("no list of feeds (OPML)")

// Subscription is one feed of a list.
type Subscription struct {
	Title  string // as the list calls it, or the host of its address
	URL    string
	Folder string // folders within folders are joined by "/"; empty at the top
}

// maxFeeds bounds a list. A reader with more than ten thousand feeds keeps them in several.
const maxFeeds = 10_000

// ParseOPML reads a list of feeds as readers export it. A feed that is listed twice, in two folders, is taken once; an
// entry without the address of a feed is left out and counted.
func ParseOPML(data []byte) (list []Subscription, skipped int, err error) {
	m, ok := findRoot(toUTF8(data, ""))
	if !ok || m.root != "opml" {
		return nil, 0, ErrNotOPML
	}
	d := xml.NewDecoder(bytes.NewReader(m.body))
	d.Strict, d.AutoClose, d.Entity = false, nil, xml.HTMLEntity
	var folders []string // of the outlines that are open; empty for a feed
	seen := map[string]bool{}
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return list, skipped, nil
		}
		if err != nil {
			return nil, 0, fmt.Errorf("%w: %w", ErrNotOPML, err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			if t.Name.Local != "outline" {
				continue
			}
			o := outlineOf(t)
			if o.url == "" && o.kind != "rss" {
				folders = append(folders, o.title) // a folder
				continue
			}
			folders = append(folders, "")
			address := absolute(nil, o.url)
			key, ok := source.CanonicalURL(address)
			if !ok || len(list) == maxFeeds {
				skipped++
				continue
			}
			if seen[key] {
				continue
			}
			seen[key] = true
			list = append(list, Subscription{
				Title: cmp.Or(o.title, Scope(address)), URL: address, Folder: folderOf(folders, o.category),
			})
		case xml.EndElement:
			if t.Name.Local == "outline" && len(folders) > 0 {
				folders = folders[:len(folders)-1]
			}
		}
	}
}

type outline struct{ title, url, kind, category string }

func outlineOf(t xml.StartElement) outline {
	var o outline
	var text string
	for _, a := range t.Attr {
		switch strings.ToLower(a.Name.Local) {
		case "text":
			text = oneLine(a.Value)
		case "title":
			o.title = oneLine(a.Value)
		case "xmlurl":
			o.url = strings.TrimSpace(a.Value)
		case "type":
			o.kind = strings.ToLower(strings.TrimSpace(a.Value))
		case "category":
			o.category = a.Value
		}
	}
	o.title = cmp.Or(o.title, text)
	return o
}

// folderOf joins the folders that are open; a feed outside of any is in the first of its categories.
func folderOf(open []string, category string) string {
	var parts []string
	for _, f := range open {
		if f != "" {
			parts = append(parts, strings.ReplaceAll(f, "/", "-"))
		}
	}
	if len(parts) == 0 {
		first, _, _ := strings.Cut(category, ",")
		return strings.Trim(oneLine(first), "/")
	}
	return strings.Join(parts, "/")
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
