package feed

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"github.com/samestory/samestory/report/internal/typeset"
)

const jsonType = "application/feed+json; charset=utf-8"

// The objects of JSON Feed 1.1 that are written, with an extension for programs.
type (
	jsonFeed struct {
		Version  string     `json:"version"`
		Title    string     `json:"title"`
		HomePage string     `json:"home_page_url"`
		FeedURL  string     `json:"feed_url"`
		Authors  []jsonName `json:"authors"`
		Items    []jsonItem `json:"items"`
	}
	jsonItem struct {
		ID        string     `json:"id"`
		URL       string     `json:"url"`
		Title     string     `json:"title"`
		HTML      string     `json:"content_html"`
		Summary   string     `json:"summary,omitempty"`
		Published string     `json:"date_published"`
		Modified  string     `json:"date_modified"`
		Authors   []jsonName `json:"authors"`
		Tags      []string   `json:"tags,omitempty"`
		Language  string     `json:"language,omitempty"`
		Samestory jsonEvent  `json:"_samestory"`
	}
	jsonName struct {
		Name string `json:"name"`
	}
	// jsonEvent is the extension.
	jsonEvent struct {
		Event   string      `json:"event"`
		Thread  string      `json:"thread"`
		Kind    string      `json:"kind,omitempty"` // of the beat
		Page    string      `json:"page"`           // of the event
		Sources int         `json:"independent_sources"`
		Copies  int         `json:"copies"`
		Stories []jsonStory `json:"stories"` // by outlet
	}
	jsonStory struct {
		Source    string    `json:"source"`
		Title     string    `json:"title"`
		URL       string    `json:"url,omitempty"`
		Published time.Time `json:"published"`
		Precision string    `json:"precision"`
		Copy      string    `json:"copy,omitempty"` // relation to its original
	}
)

// json writes a feed as JSON Feed 1.1.
func (b body) json(d *document) ([]byte, error) {
	f := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: d.title, HomePage: iri(d.page), FeedURL: iri(d.self),
		Authors: []jsonName{{"samestory"}}, Items: []jsonItem{},
	}
	for _, x := range d.entries {
		html, err := b.html(x, d.base)
		if err != nil {
			return nil, err
		}
		it := jsonItem{
			ID: x.id, URL: iri(d.link(x)), Title: titleOf(x.title), HTML: html, Summary: x.lead,
			Published: x.published.Format(time.RFC3339), Modified: x.begun.Format(time.RFC3339), Authors: []jsonName{}, Tags: tags(x),
			Language: language(x.lang),
			Samestory: jsonEvent{
				Event: x.event, Thread: x.thread, Kind: x.kind, Page: iri(d.base + eventPath(x.event)), Sources: x.sources, Copies: x.copies, Stories: []jsonStory{},
			},
		}
		for _, name := range authors(x) {
			it.Authors = append(it.Authors, jsonName{name})
		}
		for i := range x.outlets {
			o := &x.outlets[i]
			for j := range o.stories {
				s := &o.stories[j]
				it.Samestory.Stories = append(it.Samestory.Stories, jsonStory{
					Source: typeset.Outlet(o.name), Title: clip(typeset.Clean(s.title), titleRunes), URL: iri(typeset.WebAddress(s.url)), Published: s.published,
					Precision: s.precision.String(), Copy: s.copy,
				})
			}
		}
		f.Items = append(f.Items, it)
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(&f); err != nil {
		return nil, fmt.Errorf("write JSON Feed: %w", err)
	}
	return out.Bytes(), nil
}
