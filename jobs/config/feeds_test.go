package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/jobs/config"
	"github.com/samestory/samestory/jobs/source/feed"
)

func TestWhereAFeedIs(t *testing.T) {
	for _, tt := range []struct{ name, source, wrong string }{
		{"a feed", `kind = "feed"` + "\n" + `url = "https://velm.example/rss"` + "\nfull_text = true", ""},
		{"a list", `kind = "opml"` + "\n" + `paths = ["feeds.opml"]`, ""},
		{"no address", `kind = "feed"`, `source[0].url: expected the address of a feed`},
		{"no web address", `kind = "feed"` + "\n" + `url = "file:///etc/passwd"`, `source[0].url: expected the address of a feed`},
		{"paths of a feed", `kind = "feed"` + "\n" + `url = "https://velm.example/rss"` + "\n" + `paths = ["x"]`, `source[0].paths: a feed has a url and no paths`},
		{"a list that is nowhere", `kind = "opml"`, `source[0].paths: expected at least one file such as "feeds.opml"`},
		{"an address of files", `paths = ["x"]` + "\n" + `url = "https://velm.example/rss"`, `source[0].url: only a source of kind "feed" has one`},
		{"pages of files", `paths = ["x"]` + "\nfull_text = true", `source[0].full_text: only feeds have pages to read`},
		{"ids of a feed", `kind = "feed"` + "\n" + `url = "https://velm.example/rss"` + "\n" + `id_prefix = "v"`, `source[0].id_prefix: the stories of feeds`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := config.Parse("c.toml", []byte("[[source]]\nname = \"a\"\n"+tt.source+"\n"))
			if tt.wrong == "" && err != nil || tt.wrong != "" && (err == nil || !strings.Contains(err.Error(), tt.wrong)) {
				t.Errorf("got %v, want %q", err, tt.wrong)
			}
		})
	}
}

func TestFeedsOfAllSources(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("feeds.opml", `<opml><body><outline text="Coast"><outline text="Tarn" xmlUrl="https://tarn.example/rss"/>
<outline text="Velm again" xmlUrl="http://www.velm.example/rss/"/><outline text="Nothing" type="rss"/></outline></body></opml>`)
	write("c.toml", "[[source]]\nname=\"list\"\nkind=\"opml\"\npaths=[\"feeds.opml\"]\n[[source]]\nname=\"velm\"\nkind=\"feed\"\nurl=\"https://velm.example/rss\"\n")
	c, err := config.Load(filepath.Join(folder, "c.toml"))
	if err != nil {
		t.Fatal(err)
	}
	list, skipped, err := c.FeedSources()
	if err != nil {
		t.Fatal(err)
	}
	want := []config.FeedSource{
		{Name: "velm", Title: "velm", URL: "https://velm.example/rss", Source: 1},
		{Name: "list/tarn.example/rss", Title: "Tarn", URL: "https://tarn.example/rss", Folder: "Coast"},
	}
	if diff := cmp.Diff(want, list); diff != "" || len(skipped) != 1 {
		t.Errorf("skipped %v, feeds (-want +got):\n%s", skipped, diff)
	}
	write("feeds.opml", "<rss/>")
	if _, _, err := c.FeedSources(); !errors.Is(err, feed.ErrNotOPML) {
		t.Errorf("a list that is none: %v", err)
	}
}
