package feed_test

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/samestory/samestory/jobs/source"
	"github.com/samestory/samestory/jobs/source/feed"
)

// What the fixtures tell of: a harbour that is dredged, in every form that feeds have.
var arrived = time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)

const (
	rss2 = `<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Velm Courier</title><link>https://velm.example/</link><language>en</language>
<item><title>Harbour dredged &amp; reopened</title><link>https://velm.example/harbour</link><guid isPermaLink="false">77</guid>
<pubDate>Mon, 09 Mar 2026 08:30:00 +0100</pubDate><description>A short lead.</description>
<content:encoded><![CDATA[<p>The harbour of Velm was dredged.</p><p>Ferries sail again.</p>]]></content:encoded></item></channel></rss>`
	rss1 = `<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://velm.example/"><title>Velm Courier</title><link>https://velm.example/</link></channel>
<item rdf:about="https://velm.example/harbour"><title>Harbour dredged &amp; reopened</title><link>https://velm.example/harbour</link>
<description>The harbour of Velm was dredged.

Ferries sail again.</description><dc:date>2026-03-09T08:30:00+01:00</dc:date></item></rdf:RDF>`
	rss091 = `<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
<rss version="0.91"><channel><title>Velm Courier</title><link>https://velm.example/</link><description>News</description><language>en</language>
<item><title>Harbour dredged &amp; reopened</title><link>https://velm.example/harbour</link><pubDate>Mon, 09 Mar 2026 08:30:00 +0100</pubDate>
<description>&lt;p&gt;The harbour of Velm was dredged.&lt;/p&gt;&lt;p&gt;Ferries sail again.&lt;/p&gt;</description></item></channel></rss>`
	atom = `<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Velm Courier</title><link href="https://velm.example/"/>
<entry><title>Harbour dredged &amp; reopened</title><id>tag:velm.example,2026:77</id><link rel="alternate" href="https://velm.example/harbour"/>
<published>2026-03-09T07:30:00Z</published><updated>2026-03-09T07:30:00Z</updated>
<content type="html">&lt;p&gt;The harbour of Velm was dredged.&lt;/p&gt;&lt;p&gt;Ferries sail again.&lt;/p&gt;</content></entry></feed>`
	jsonFeed = `{"version":"https://jsonfeed.org/version/1.1","title":"Velm Courier","home_page_url":"https://velm.example/","language":"en",
"items":[{"id":"77","url":"https://velm.example/harbour","title":"Harbour dredged & reopened","date_published":"2026-03-09T08:30:00+01:00",
"content_html":"<p>The harbour of Velm was dredged.</p><p>Ferries sail again.</p>","authors":[{"name":"A. Oar"}]}]}`
)

func read(t *testing.T, body []byte, o feed.Options) (*feed.Document, []feed.Item) {
	t.Helper()
	doc, err := feed.Parse(body, o)
	if err != nil {
		t.Fatal(err)
	}
	dec, err := source.NewDecoder(source.Options{Arrived: arrived})
	if err != nil {
		t.Fatal(err)
	}
	return doc, doc.Items(dec, "https://velm.example/feed")
}

func TestEveryForm(t *testing.T) {
	for name, body := range map[string]string{"RSS 2.0": rss2, "RSS 1.0": rss1, "RSS 0.91": rss091, "Atom": atom, "JSON Feed": jsonFeed} {
		t.Run(name, func(t *testing.T) {
			doc, items := read(t, []byte(body), feed.Options{URL: "https://velm.example/feed"})
			if doc.Title != "Velm Courier" || doc.Link != "https://velm.example/" || len(items) != 1 {
				t.Fatalf("title %q, link %q, %d items", doc.Title, doc.Link, len(items))
			}
			if items[0].Reject != nil {
				t.Fatalf("refused: %s", items[0].Reject.Reason)
			}
			s := items[0].Story
			got := []string{s.Title, s.Text, s.URL, s.Published.Format(time.RFC3339), s.Source, s.Lang}
			want := []string{
				"Harbour dredged & reopened", "The harbour of Velm was dredged.\n\nFerries sail again.",
				"https://velm.example/harbour", "2026-03-09T07:30:00Z", "velm.example", "en",
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("story (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatIsNoFeed(t *testing.T) {
	for _, tt := range []struct {
		name, contentType, body string
		is                      error
		says                    string
	}{
		{"nothing", "", "", feed.ErrEmpty, "nothing"},
		{"blanks", "", " \n\t\r\n", feed.ErrEmpty, "nothing"},
		{"a page", "text/html", "<!DOCTYPE html><html><head><title>Velm  Courier</title></head><body>Hi</body></html>", feed.ErrNotFeed, `a web page, no feed ("Velm Courier")`},
		{
			"a page that names its feed", "", `<html><link rel="alternate" type="application/rss+xml" href="/feed.xml"></html>`, feed.ErrNotFeed,
			"the page names https://velm.example/feed.xml",
		},
		{"a sitemap", "", `<?xml version="1.0"?><urlset xmlns="x"><url/></urlset>`, feed.ErrNotFeed, "<urlset>"},
		{"a list of feeds", "", `<opml><body/></opml>`, feed.ErrNotFeed, `kind "opml"`},
		{"another JSON", "application/json", `{"error":"no such thing"}`, feed.ErrNotFeed, "JSON without items"},
		{"words", "text/plain", "Service temporarily unavailable", feed.ErrNotFeed, "Service temporarily"},
		{"a picture", "", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", feed.ErrNotFeed, "no feed"},
		{"a head and no more", "", `<rss version="2.0"><channel><title>Velm`, feed.ErrBroken, "damaged"},
		{"cut in the tag of the root", "", `<rss version="2.0`, feed.ErrBroken, "damaged"},
		{"JSON that breaks off before the first item", "", `{"version":"https://jsonfeed.org/version/1.1","ite`, feed.ErrBroken, "damaged"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := feed.Parse([]byte(tt.body), feed.Options{URL: "https://velm.example/", ContentType: tt.contentType})
			if !errors.Is(err, tt.is) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want %v that says %q", err, tt.is, tt.says)
			}
		})
	}
}

func TestAFeedWithoutItemsIsOne(t *testing.T) {
	doc, _ := read(t, []byte(`<rss version="2.0"><channel><title>Quiet</title></channel></rss>`), feed.Options{})
	if doc.Damaged || len(doc.Entries) != 0 {
		t.Errorf("got %+v", doc)
	}
}

// many makes a feed of n items, each with the given inside.
func many(n int, inside string) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><rss version="2.0"><channel><title>Velm Courier</title><link>https://velm.example/</link>`)
	for i := range n {
		fmt.Fprintf(&b, "\n<item><title>Ferry %d sails</title><link>https://velm.example/%d</link>%s</item>", i, i, inside)
	}
	b.WriteString("</channel></rss>")
	return b.String()
}

func TestATruncatedFeedKeepsItsWholeItems(t *testing.T) {
	whole := map[string]string{
		"RSS":  many(5, "<description><![CDATA[<p>On time.</p>]]></description>"),
		"Atom": strings.Replace(atom, "</entry>", "</entry>"+strings.Repeat(`<entry><title>Ferry sails</title><id>x</id><link href="/f"/></entry>`, 4), 1),
		"RDF":  strings.Replace(rss1, "</item>", "</item>"+strings.Repeat(`<item><title>Ferry sails</title><link>https://velm.example/f</link></item>`, 4), 1),
		"JSON": strings.Replace(jsonFeed, `"items":[`, `"items":[`+strings.Repeat(`{"id":"1","title":"Ferry sails"},`, 4), 1),
	}
	for name, body := range whole {
		t.Run(name, func(t *testing.T) {
			last := max(strings.LastIndex(body, "<item"), strings.LastIndex(body, "<entry"), strings.LastIndex(body, `{"id":"77"`))
			for _, cut := range []int{last + 4, last + 9, last + 40, len(body) - 30, len(body) - 2} {
				doc, items := read(t, []byte(body[:cut]), feed.Options{URL: "https://velm.example/feed"})
				good := 0
				for _, it := range items {
					if it.Reject == nil {
						good++
					}
				}
				if !doc.Damaged || good < 4 || doc.Title != "Velm Courier" {
					t.Errorf("cut at %d of %d: damaged %v, %d of 5 items, title %q", cut, len(body), doc.Damaged, good, doc.Title)
				}
			}
		})
	}
}

func TestOneBrokenItemCostsItselfOnly(t *testing.T) {
	body := strings.Replace(many(5, ""), "Ferry 2 sails</title>", "Ferry 2 sails<</title>", 1)
	doc, items := read(t, []byte(body), feed.Options{})
	var got []string
	for _, it := range items {
		if it.Reject != nil {
			got = append(got, "refused")
			continue
		}
		got = append(got, it.Story.Title)
	}
	want := []string{"Ferry 0 sails", "Ferry 1 sails", "refused", "Ferry 3 sails", "Ferry 4 sails"}
	if diff := cmp.Diff(want, got); diff != "" || !doc.Damaged {
		t.Errorf("items (-want +got):\n%s", diff)
	}
}

func TestHostileMarkup(t *testing.T) {
	laughs := `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY lol "lol">`
	for i := 1; i < 10; i++ {
		laughs += fmt.Sprintf(`<!ENTITY lol%d "%s">`, i, strings.Repeat(fmt.Sprintf("&lol%s;", strings.TrimPrefix(fmt.Sprint(i-1), "0")), 10))
	}
	laughs += `<!ENTITY passwd SYSTEM "file:///etc/passwd">]>`
	for _, tt := range []struct {
		name, body string
		items      int
		is         error
	}{
		{"billion laughs", laughs + strings.TrimPrefix(many(2, "<description>&lol9;&passwd;</description>"), `<?xml version="1.0"?>`), 2, nil},
		{"control characters", strings.ReplaceAll(many(2, ""), "sails", "sa\x01\x0bils"), 2, nil},
		{"references to no character", many(2, "<description>&#0;&#x1F;&#xFFFFFFFF; &nbsp;&nosuch;</description>"), 2, nil},
		{"a warning before the feed", "<br />\n<b>Warning</b>: mysql_connect() in <b>/x.php</b>\n" + many(2, ""), 0, feed.ErrNotFeed},
		{"white space and a mark before it", "\n\n \ufeff" + many(2, ""), 2, nil},
		{"elements within elements", many(2, strings.Repeat("<a:b>", 200_000)), 0, feed.ErrBroken},
		{"items that never end", `<rss><channel>` + strings.Repeat("<item>", 200_000), 0, feed.ErrBroken},
		{"brackets", `<rss><channel>` + strings.Repeat("<", 500_000), 0, feed.ErrBroken},
		{"quotes", `<rss><channel>` + strings.Repeat("<item a='", 100_000), 0, feed.ErrBroken},
		{"a document type that never ends", "<!DOCTYPE rss [" + strings.Repeat(`<!ENTITY a "b">`, 10_000), 0, feed.ErrNotFeed},
		{"JSON in JSON", `{"items":[` + strings.Repeat("[", 100_000), 0, feed.ErrBroken},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			doc, err := feed.Parse([]byte(tt.body), feed.Options{})
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if !errors.Is(err, tt.is) {
				t.Fatalf("got %v, want %v", err, tt.is)
			}
			if err == nil && len(doc.Entries) != tt.items {
				t.Errorf("%d items, want %d", len(doc.Entries), tt.items)
			}
			if grown := after.TotalAlloc - before.TotalAlloc; grown > 200<<20 || took > 20*time.Second {
				t.Errorf("took %d MiB and %s for %d bytes", grown>>20, took, len(tt.body))
			}
			if err == nil {
				for _, e := range doc.Entries {
					if len(e.Body) > 1000 || strings.Contains(e.Body, "root:") {
						t.Errorf("an entity was expanded: %.100q", e.Body)
					}
				}
			}
		})
	}
}

func TestCharsets(t *testing.T) {
	const text = "Zürich – „Größe“ naïve café"
	encoded := func(e encoding.Encoding, s string) []byte {
		out, err := e.NewEncoder().Bytes([]byte(s))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	doc := func(declared, title string) string {
		if declared != "" {
			declared = fmt.Sprintf(` encoding="%s"`, declared)
		}
		return fmt.Sprintf(`<?xml version="1.0"%s?><rss version="2.0"><channel><title>x</title><item><title>%s</title></item></channel></rss>`, declared, title)
	}
	latin := "Zürich Größe naïve café"
	for _, tt := range []struct {
		name, contentType string
		body              []byte
		want              string
	}{
		{"UTF-8", "", []byte(doc("utf-8", text)), text},
		{"UTF-8 undeclared", "", []byte(doc("", text)), text},
		{"UTF-8 that its server calls Latin-1", "text/xml; charset=ISO-8859-1", []byte(doc("", text)), text},
		{"UTF-8 that says it is Latin-1", "", []byte(doc("ISO-8859-1", text)), text},
		{"Latin-1 that says it is UTF-8", "application/rss+xml; charset=utf-8", encoded(charmap.ISO8859_1, doc("UTF-8", latin)), latin},
		{"windows-1252", "", encoded(charmap.Windows1252, doc("windows-1252", text)), text},
		{"windows-1252 called Latin-1", "", encoded(charmap.Windows1252, doc("iso-8859-1", text)), text},
		{"windows-1251 that only its server tells", "text/xml; charset=windows-1251", encoded(charmap.Windows1251, doc("", "Паром вышел")), "Паром вышел"},
		{"GB 18030", "", encoded(simplifiedchinese.GB18030, doc("gb2312", "渡轮复航")), "渡轮复航"},
		{"GBK that its server calls Latin-1", "text/xml; charset=iso-8859-1", encoded(simplifiedchinese.GBK, doc("gbk", "渡轮复航")), "渡轮复航"},
		{"Shift JIS", "", encoded(japanese.ShiftJIS, doc("Shift_JIS", "渡船が再開")), "渡船が再開"},
		{"ISO-2022-JP, which is all ASCII", "", encoded(japanese.ISO2022JP, doc("ISO-2022-JP", "渡船が再開")), "渡船が再開"},
		{"UTF-16 with a mark", "", encoded(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), doc("utf-16", text)), text},
		{"UTF-16 without", "", encoded(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), doc("utf-16", text)), text},
		{"an encoding that nobody knows", "", encoded(charmap.Windows1252, doc("x-velm", latin)), latin},
		{"UTF-8 with one damaged byte", "", bytes.Replace([]byte(doc("utf-8", "Fähre Größe naïve café Zürich Öl Äpfel über")), []byte("ä"), []byte("\xc3"), 1), "F\uFFFDhre Größe naïve café Zürich Öl Äpfel über"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, items := read(t, tt.body, feed.Options{ContentType: tt.contentType})
			if len(items) != 1 || items[0].Reject != nil || items[0].Story.Title != tt.want {
				t.Errorf("got %+v, want the title %q", items, tt.want)
			}
		})
	}
}

func TestDates(t *testing.T) {
	for written, want := range map[string]string{
		"Mon, 09 Mar 2026 08:30:00 GMT":   "2026-03-09T08:30:00Z",
		"Mon, 9 Mar 2026 8:30:00 +0200":   "2026-03-09T06:30:00Z",
		"9 March 2026 08:30:00 EST":       "2026-03-09T13:30:00Z",
		"09 Sept 2025 10:00:00 CEST":      "2025-09-09T08:00:00Z",
		"2026-03-09 08:30:00":             "2026-03-09T08:30:00Z",
		"2026-03-09T08:30:00+0100":        "2026-03-09T07:30:00Z",
		"Monday, 09-Mar-26 08:30:00 UTC":  "2026-03-09T08:30:00Z",
		"Mon, 09 Mar 2026":                "2026-03-09T00:00:00Z",
		"":                                "arrival",
		"yesterday":                       "arrival",
		"Mon, 32 Mar 2026 08:30:00 GMT":   "arrival",
		"Fri, 09 Mar 2096 08:30:00 GMT":   "arrival", // a date of the future is not believed
		"Thu, 01 Jan 1970 00:00:00 GMT":   "arrival",
		"Mon, 30 Nov -0001 00:00:00 +000": "arrival",
	} {
		_, items := read(t, []byte(many(1, "<pubDate>"+written+"</pubDate>")), feed.Options{})
		got := items[0].Story.Published.Format(time.RFC3339)
		if items[0].Story.Precision.String() == "arrival" {
			got = "arrival"
		}
		if got != want {
			t.Errorf("%q is read as %s, want %s", written, got, want)
		}
	}
}

func TestRelativeLinks(t *testing.T) {
	for _, tt := range []struct{ name, site, link, guid, want string }{
		{"from the root", "<link>https://velm.example/news/</link>", "/harbour", "", "https://velm.example/harbour"},
		{"from the site", "<link>https://velm.example/news/</link>", "harbour", "", "https://velm.example/news/harbour"},
		{"from the feed where no site is named", "", "../harbour", "", "https://cdn.example/harbour"},
		{"without a scheme", "", "//velm.example/harbour", "", "https://velm.example/harbour"},
		{"a guid that is one", "", "", "https://velm.example/harbour", "https://velm.example/harbour"},
		{"a guid that is none", "", "", "velm-77", ""},
		{"no address of the web", "", "mailto:desk@velm.example", "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			body := `<rss version="2.0"><channel><title>x</title>` + tt.site + `<item><title>Harbour</title><link>` + tt.link + `</link><guid>` + tt.guid + `</guid></item></channel></rss>`
			_, items := read(t, []byte(body), feed.Options{URL: "https://cdn.example/feeds/velm.xml"})
			if got := items[0].Story.URL; got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestALongFeedIsReadWhole(t *testing.T) {
	_, items := read(t, []byte(many(5000, "")), feed.Options{})
	if len(items) != 5000 || items[4999].Story.Title != "Ferry 4999 sails" {
		t.Errorf("%d items", len(items))
	}
	doc, items := read(t, []byte(many(5000, "")), feed.Options{MaxItems: 4000})
	if len(items) != 4000 || doc.Over != 1000 {
		t.Errorf("%d items and %d over the limit, want 4000 and 1000", len(items), doc.Over)
	}
}

func TestItemsWithoutWordsAreRefused(t *testing.T) {
	_, items := read(t, []byte(`<rss version="2.0"><channel><title>x</title><item><guid>1</guid></item><item><title>Ferry</title></item></channel></rss>`), feed.Options{})
	if len(items) != 2 || items[0].Reject == nil || items[0].Reject.Reason != "no title and no text" || items[1].Reject != nil {
		t.Errorf("got %+v", items)
	}
}

func TestWhomAnItemWasTakenOverFrom(t *testing.T) {
	body := `<rss version="2.0"><channel><title>Gathered</title><item><title>Harbour</title><source url="https://velm.example/feed">Velm Courier</source></item>
<item><title>Ferry</title></item></channel></rss>`
	_, items := read(t, []byte(body), feed.Options{})
	if items[0].Story.Source != "Velm Courier" || items[1].Story.Source != "" {
		t.Errorf("got %q and %q", items[0].Story.Source, items[1].Story.Source)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{rss2, rss1, rss091, atom, jsonFeed, many(2, "<a><b"), `<opml><outline xmlUrl="http://x.example/"/></opml>`} {
		f.Add([]byte(s))
		f.Add([]byte(s[:len(s)/2]))
	}
	dec, err := source.NewDecoder(source.Options{Arrived: arrived})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		doc, err := feed.Parse(body, feed.Options{URL: "https://velm.example/feed"})
		if (doc == nil) == (err == nil) {
			t.Fatalf("%v and %v", doc, err)
		}
		if doc != nil {
			if _, err := feed.Resolve(doc.Items(dec, "x"), "velm.example", nil, nobody); err != nil {
				t.Fatal(err)
			}
		}
		_, _, _ = feed.ParseOPML(body)
	})
}
