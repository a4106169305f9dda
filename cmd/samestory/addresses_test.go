package main

import (
	"slices"
	"testing"

	"github.com/samestory/samestory/jobs/source"
)

// A story that came without an id is found by its address, however that is written.
func TestStoriesAt(t *testing.T) {
	d, err := source.NewDecoder(source.Options{Name: "wire", Limits: source.Limits{Line: 1 << 20, Text: 1 << 20}, Language: func(string, string, string) string { return "en" }})
	if err != nil {
		t.Fatal(err)
	}
	s, _, err := d.Decode([]byte(`{"url": "https://www.courier.example/news/ferry?b=2&a=1", "title": "Ferry aground", "text": "A ferry ran aground."}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{
		"https://www.courier.example/news/ferry?b=2&a=1", "http://courier.example/news/ferry/?a=1&b=2&utm_source=letter#top",
	} {
		if ids := storiesAt(address); !slices.Contains(ids, s.ID) {
			t.Errorf("%s: %q, want %s", address, ids, s.ID)
		}
	}
	for _, other := range []string{"https://courier.example/news/ferry?a=1", "https://courier.example/"} {
		if ids := storiesAt(other); slices.Contains(ids, s.ID) {
			t.Errorf("%s is another address", other)
		}
	}
	if ids := storiesAt("ferry"); ids != nil {
		t.Errorf("a word: %q", ids)
	}
}
