package feed

import (
	"encoding/json"
	"fmt"

	"github.com/samestory/samestory/jobs/source"
)

// Item is an entry as a story, or as a reject, with what it is known by.
type Item struct {
	source.Item
	GUID string // empty where the publisher gives none
}

// object is an entry in the form that stories come in everywhere else, so that what is done to them is one code.
type object struct {
	URL       string `json:"url,omitempty"`
	Title     string `json:"title,omitempty"`
	Text      string `json:"text,omitempty"`
	Published string `json:"published,omitempty"`
	Updated   string `json:"updated,omitempty"`
	Author    string `json:"author,omitempty"`
	Source    string `json:"source,omitempty"`
	Lang      string `json:"lang,omitempty"`
}

// Items decodes the entries of a document. The path of each is the feed's address, its line the place in the document from
// 1. Ids are those of addresses and contents until Resolve has seen them.
func (d *Document) Items(dec *source.Decoder, address string) []Item {
	items := make([]Item, len(d.Entries))
	for i := range d.Entries {
		e := &d.Entries[i]
		items[i] = Item{Item: e.item(dec, address, int64(i+1)), GUID: e.GUID}
	}
	return items
}

func (e *Entry) item(dec *source.Decoder, address string, line int64) source.Item {
	broken := func(reason, excerpt string) source.Item {
		return source.Item{Path: address, Line: line, Reject: &source.Reject{Path: address, Line: line, Reason: reason, Excerpt: excerpt}}
	}
	if e.Broken != "" {
		return broken(e.Broken, e.Excerpt)
	}
	data, err := json.Marshal(object{
		URL: e.URL, Title: e.Title, Text: e.Body, Published: e.Published, Updated: e.Updated, Author: e.Author,
		Source: e.Outlet, Lang: e.Lang,
	})
	if err != nil {
		return broken(fmt.Sprintf("cannot be a story: %v", err), source.Excerpt([]byte(e.Title)))
	}
	it := dec.Item(address, line, data)
	if it.Reject != nil && e.Title == "" && e.Body == "" {
		it.Reject.Reason = "no title and no text"
	}
	return it
}
