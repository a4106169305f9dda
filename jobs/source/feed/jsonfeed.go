package feed

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/samestory/samestory/jobs/source"
)

// jsonFeed is a JSON Feed as far as it is read. Items are raw, so that one that is no object costs itself only.
type jsonFeed struct {
	Title    string            `json:"title"`
	HomePage string            `json:"home_page_url"`
	Language string            `json:"language"`
	Items    []json.RawMessage `json:"items"`
}

type jsonItem struct {
	ID          any          `json:"id"` // a text, but numbers are met
	URL         string       `json:"url"`
	ExternalURL string       `json:"external_url"`
	Title       string       `json:"title"`
	HTML        string       `json:"content_html"`
	Text        string       `json:"content_text"`
	Summary     string       `json:"summary"`
	Published   string       `json:"date_published"`
	Modified    string       `json:"date_modified"`
	Author      jsonAuthor   `json:"author"` // version 1.0
	Authors     []jsonAuthor `json:"authors"`
	Language    string       `json:"language"`
}

type jsonAuthor struct {
	Name string `json:"name"`
}

// parseJSON reads a JSON Feed.
func parseJSON(body []byte, o *Options) (*Document, error) {
	f, damaged, err := readJSON(body)
	if err != nil {
		return nil, err
	}
	base, _ := url.Parse(o.URL)
	doc := &Document{Title: strings.TrimSpace(f.Title), Link: absolute(base, f.HomePage), Damaged: damaged}
	if site, err := url.Parse(doc.Link); err == nil && doc.Link != "" {
		base = site
	}
	for i, raw := range f.Items {
		if i == o.MaxItems {
			doc.Over = len(f.Items) - i
			break
		}
		doc.Entries = append(doc.Entries, f.entry(raw, base))
	}
	return doc, nil
}

// readJSON takes the feed apart into its items. Of one that was cut off it takes the items before the cut.
func readJSON(body []byte) (jsonFeed, bool, error) {
	var f jsonFeed
	var has struct {
		Version string           `json:"version"`
		Items   *json.RawMessage `json:"items"`
	}
	err := json.Unmarshal(body, &has)
	if err == nil {
		if has.Items == nil {
			return f, false, fmt.Errorf("%w: JSON without items, it begins %q", ErrNotFeed, short(body))
		}
		if err = json.Unmarshal(body, &f); err != nil {
			return f, false, fmt.Errorf("%w: %w", ErrBroken, err)
		}
		return f, false, nil
	}
	if f, ok := cutJSON(body); ok {
		return f, true, nil
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return f, false, fmt.Errorf("%w: JSON, byte %d: %w", ErrBroken, syntax.Offset, err)
	}
	return f, false, fmt.Errorf("%w: %w", ErrBroken, err)
}

// cutJSON reads a feed up to where it breaks off.
func cutJSON(body []byte) (jsonFeed, bool) {
	var f jsonFeed
	d := json.NewDecoder(strings.NewReader(string(body)))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return f, false
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			break
		}
		if key != "items" {
			var value json.RawMessage
			if err := d.Decode(&value); err != nil {
				break
			}
			switch key {
			case "title":
				_ = json.Unmarshal(value, &f.Title)
			case "home_page_url":
				_ = json.Unmarshal(value, &f.HomePage)
			case "language":
				_ = json.Unmarshal(value, &f.Language)
			}
			continue
		}
		if t, err := d.Token(); err != nil || t != json.Delim('[') {
			break
		}
		for d.More() {
			var raw json.RawMessage
			if err := d.Decode(&raw); err != nil {
				break
			}
			f.Items = append(f.Items, raw)
		}
		break
	}
	return f, len(f.Items) > 0
}

func (f *jsonFeed) entry(raw json.RawMessage, base *url.URL) Entry {
	var it jsonItem
	if err := json.Unmarshal(raw, &it); err != nil {
		return Entry{Broken: "an item that cannot be read: " + err.Error(), Excerpt: source.Excerpt(raw)}
	}
	e := Entry{
		Title: it.Title, Published: it.Published, Updated: it.Modified, Lang: it.Language, Body: it.HTML,
		URL: absolute(base, it.URL),
	}
	switch id := it.ID.(type) {
	case string:
		e.GUID = strings.TrimSpace(id)
	case float64:
		e.GUID = fmt.Sprintf("%.0f", id)
	}
	if e.URL == "" {
		e.URL = absolute(base, it.ExternalURL)
	}
	if e.URL == "" {
		e.URL = absolute(nil, e.GUID)
	}
	for _, body := range []string{it.Text, it.Summary} {
		if strings.TrimSpace(e.Body) == "" {
			e.Body = body
		}
	}
	if e.Lang == "" {
		e.Lang = f.Language
	}
	names := []string{}
	for _, a := range append(it.Authors, it.Author) {
		if a.Name != "" && len(names) < 20 {
			names = append(names, a.Name)
		}
	}
	e.Author = strings.Join(names, ", ")
	return e
}
