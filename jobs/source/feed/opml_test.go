package feed_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/jobs/source/feed"
)

func TestOPML(t *testing.T) {
	const list = `<?xml version="1.0" encoding="UTF-8"?><opml version="2.0"><head><title>My feeds</title></head><body>
<outline text="Top" type="rss" xmlUrl="https://velm.example/feed"/>
<outline text="Coast &amp; sea"><outline text="Tarn" title="Tarn Times" type="rss" xmlUrl=" https://tarn.example/rss " htmlUrl="https://tarn.example/"/>
  <outline text="Ferries"><outline xmlUrl="http://ferry.example:8080/atom.xml"></outline></outline></outline>
<outline text="Again" type="rss" xmlUrl="http://www.velm.example/feed/"/>
<outline text="By category" type="rss" xmlUrl="https://c.example/rss" category="/Sport,News"/>
<outline text="No address" type="rss"/><outline text="No web" type="rss" xmlUrl="file:///etc/passwd"/>
</body></opml>`
	got, skipped, err := feed.ParseOPML([]byte(list))
	if err != nil {
		t.Fatal(err)
	}
	want := []feed.Subscription{
		{Title: "Top", URL: "https://velm.example/feed"},
		{Title: "Tarn Times", URL: "https://tarn.example/rss", Folder: "Coast & sea"},
		{Title: "ferry.example:8080", URL: "http://ferry.example:8080/atom.xml", Folder: "Coast & sea/Ferries"},
		{Title: "By category", URL: "https://c.example/rss", Folder: "Sport"},
	}
	if diff := cmp.Diff(want, got); diff != "" || skipped != 2 {
		t.Errorf("%d skipped, want 2; feeds (-want +got):\n%s", skipped, diff)
	}
	for name, no := range map[string]string{"nothing": "", "a feed": rss2, "a page": "<html></html>"} {
		if _, _, err := feed.ParseOPML([]byte(no)); !errors.Is(err, feed.ErrNotOPML) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
