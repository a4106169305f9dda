package source

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/samestory/samestory/cluster"
)

var arrival = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// decode reads one line; the language is what was declared, so that these tests say nothing about guessing it.
func decode(t testing.TB, o Options, line string) (cluster.Story, Notes, error) {
	t.Helper()
	o.Arrived = arrival
	if o.Language == nil {
		o.Language = func(declared, _, _ string) string { return declared }
	}
	d, err := NewDecoder(o)
	if err != nil {
		t.Fatal(err)
	}
	return d.Decode([]byte(line))
}

func TestContract(t *testing.T) {
	got, notes, err := decode(t, Options{}, `{"id":"a1","url":"https://courier.example/a?utm_source=x","title":" A  title ",
		"text":"One.\r\n\r\nTwo.","published":"2026-03-01T10:00:00+01:00","updated":"2026-03-01T12:00:00Z",
		"source":"The Courier","author":"Ann Ode","lang":"en","unknown":{"x":[1]}}`)
	if err != nil {
		t.Fatal(err)
	}
	want := cluster.Story{
		ID: "a1", URL: "https://courier.example/a?utm_source=x", Title: "A title", Text: "One.\n\nTwo.",
		Source: "The Courier", Author: "Ann Ode", Lang: "en", Published: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC),
		Updated: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Arrived: arrival,
	}
	if diff := cmp.Diff(want, got); diff != "" || notes != 0 {
		t.Error(diff, notes.Words())
	}
}

// Dumps of real systems, each in its own words.
func TestAliases(t *testing.T) {
	type story struct{ ID, URL, Title, Text, Source, Author, Lang, Published string }
	for name, c := range map[string]struct {
		line string
		want story
	}{
		"a news API": {
			`{"source":{"id":"courier","name":"The Courier"},"author":"Ann","title":"T","description":"D","url":"https://c.example/1","publishedAt":"2026-03-01T10:00:00Z","content":"Body"}`,
			story{URL: "https://c.example/1", Title: "T", Text: "Body", Source: "The Courier", Author: "Ann", Published: "2026-03-01T10:00:00Z"},
		},
		"JSON-LD": {
			`{"@type":"NewsArticle","headline":"T","articleBody":"Body","datePublished":"2026-03-01","dateModified":"2026-03-02","author":[{"name":"Ann"},{"name":"Bob"}],"publisher":{"@type":"Organization","name":"C"},"inLanguage":"de-AT","mainEntityOfPage":{"@id":"https://c.example/1"}}`,
			story{URL: "https://c.example/1", Title: "T", Text: "Body", Source: "C", Author: "Ann, Bob", Lang: "de-AT", Published: "2026-03-01T00:00:00Z"},
		},
		"WordPress": {
			`{"id":17,"date":"2026-03-01T11:00:00","date_gmt":"2026-03-01T10:00:00","link":"https://c.example/1","title":{"rendered":"A &#8211; T"},"content":{"rendered":"<p>One</p>\n<p>Two</p>","protected":false},"excerpt":{"rendered":"<p>E</p>"}}`,
			story{ID: "17", URL: "https://c.example/1", Title: "A – T", Text: "One\n\nTwo", Source: "c.example", Published: "2026-03-01T10:00:00Z"},
		},
		"a crawler": {
			`{"maintext":"Body","title":"T","date_publish":"2026-03-01 10:00:00","authors":["Ann","Bob"],"source_domain":"c.example","language":"en","url":"c.example/1"}`,
			story{URL: "https://c.example/1", Title: "T", Text: "Body", Source: "c.example", Author: "Ann, Bob", Lang: "en", Published: "2026-03-01T10:00:00Z"},
		},
		"a Mongo dump": {
			`{"_id":{"$oid":"5f3"},"headline":"T","body":["One","Two"],"created_at":{"$date":{"$numberLong":"1772359200000"}}}`,
			story{ID: "5f3", Title: "T", Text: "One\n\nTwo", Published: "2026-03-01T10:00:00Z"},
		},
		"a feed as JSON": {
			`{"guid":{"isPermaLink":"false","#text":"g1"},"link":[{"rel":"alternate","href":"https://c.example/1"}],"title":"T","pubDate":"Sun, 01 Mar 2026 10:00:00 GMT","summary":"S","dc:creator":"Ann","site":"https://www.c.example/"}`,
			story{ID: "g1", URL: "https://c.example/1", Title: "T", Text: "S", Source: "c.example", Author: "Ann", Published: "2026-03-01T10:00:00Z"},
		},
		"the better name wins, in any order": {
			`{"created":"2020-01-01","date":"2021-01-01","published_at":"2026-03-01","description":"D","body":"B","text":"X","headline":"H","title":"T","id":"1"}`,
			story{ID: "1", Title: "T", Text: "X", Published: "2026-03-01T00:00:00Z"},
		},
		"an empty name does not": {
			`{"id":"1","title":null,"headline":"H","text":"  ","content":"","body":[],"article":{},"summary":"S","published":"","date":"2026-03-01"}`,
			story{ID: "1", Title: "H", Text: "S", Published: "2026-03-01T00:00:00Z"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, _, err := decode(t, Options{}, c.line)
			if err != nil {
				t.Fatal(err)
			}
			if c.want.ID == "" {
				s.ID = ""
			}
			got := story{s.ID, s.URL, s.Title, s.Text, s.Source, s.Author, s.Lang, s.Published.Format(time.RFC3339)}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOwnMapping(t *testing.T) {
	o := Options{Mapping: Mapping{
		"title": {"hl", "meta.short-title"}, "text": {"story.paras"}, "published": {"meta.times.out"}, "author": {"title"},
	}}
	s, _, err := decode(t, o, `{"id":"1","title":"Ann","text":"not this","date":"2020-01-01","story":{"paras":["A","B"]},"meta":[{"shortTitle":"S","times":{"out":1772359200}}]}`)
	if err != nil {
		t.Fatal(err)
	}
	if s.Title != "S" || s.Text != "A\n\nB" || s.Author != "Ann" || !s.Published.Equal(time.Unix(1772359200, 0)) {
		t.Errorf("got %+v", s)
	}
	for _, bad := range []Mapping{{"titel": {"t"}}, {"title": {}}, {"title": {"a..b"}}, {"title": {" "}}} {
		if _, err := NewDecoder(Options{Mapping: bad}); err == nil {
			t.Errorf("%v: accepted", bad)
		}
	}
}

func TestSettingsOfASource(t *testing.T) {
	o := Options{Name: "dump", Lang: "fr", IDPrefix: "x:", Zone: time.FixedZone("", 3600), DateOrder: DayFirst}
	s, _, err := decode(t, o, `{"id":7,"title":"T","date":"03/02/2026 10:00"}`)
	if err != nil {
		t.Fatal(err)
	}
	if s.ID != "x:7" || s.Source != "dump" || s.Lang != "fr" || s.Published.Format(time.RFC3339) != "2026-02-03T09:00:00Z" {
		t.Errorf("got %+v", s)
	}
	for _, c := range []struct{ outlet, line, want string }{
		{"Outlet", `{"title":"T","source":"Own","url":"https://host.example/x"}`, "Own"},
		{"Outlet", `{"title":"T","url":"https://host.example/x"}`, "Outlet"},
		{"", `{"title":"T","url":"https://www.host.example/x"}`, "host.example"},
		{"", `{"title":"T"}`, "dump"},
	} {
		s, _, err := decode(t, Options{Name: "dump", Source: c.outlet}, c.line)
		if err != nil || s.Source != c.want {
			t.Errorf("%s: outlet %q, %v, want %q", c.line, s.Source, err, c.want)
		}
	}
}

func TestIDs(t *testing.T) {
	id := func(line string) (string, Notes) {
		s, n, err := decode(t, Options{}, line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		return s.ID, n
	}
	byURL, notes := id(`{"title":"A","url":"https://www.c.example:443/a/?b=2&a=1&utm_medium=x#top"}`)
	if again, _ := id(`{"title":"B","url":"http://C.example/a?a=1&fbclid=q&b=2"}`); again != byURL || notes&IDFromURL == 0 || len(byURL) != 17 {
		t.Errorf("one address, two ids: %s %s %v", byURL, again, notes.Words())
	}
	if other, _ := id(`{"title":"A","url":"https://c.example/a?a=1"}`); other == byURL {
		t.Error("two addresses, one id")
	}
	byText, notes := id(`{"title":"A","text":"B"}`)
	if other, _ := id(`{"title":"A","text":"C"}`); other == byText || notes&IDFromContent == 0 {
		t.Errorf("from the content: %s %s %v", byText, other, notes.Words())
	}
	long, notes := id(`{"title":"A","id":"` + strings.Repeat("x", 1025) + `"}`)
	if notes&IDShortened == 0 || len(long) != 17 {
		t.Errorf("a long id became %s, %v", long, notes.Words())
	}
	for given, want := range map[string]string{`12345678901234567890`: "12345678901234567890", `"  a\u0000 b\n"`: "a b", `1.50`: "1.50"} {
		if got, _ := id(`{"title":"A","id":` + given + `}`); got != want {
			t.Errorf("id %s became %q, want %q", given, got, want)
		}
	}
}

func TestTimes(t *testing.T) {
	for _, c := range []struct {
		name, dates string
		want        time.Time
		precision   cluster.Precision
		notes       Notes
	}{
		{"none", ``, arrival, cluster.Arrival, NoDate},
		{"null", `,"published":null`, arrival, cluster.Arrival, NoDate},
		{"unset", `,"published":0`, arrival, cluster.Arrival, NoDate},
		{"SQL's unset", `,"published":"0000-00-00 00:00:00"`, arrival, cluster.Arrival, NoDate},
		{"the epoch", `,"published":"1970-01-01T00:00:00Z"`, arrival, cluster.Arrival, DateRefused},
		{"the year 1", `,"published":"0001-01-01T00:00:00Z"`, arrival, cluster.Arrival, DateRefused},
		{"1799", `,"published":"1799-12-31"`, arrival, cluster.Arrival, DateRefused},
		{"2150", `,"published":"2150-06-01T10:00:00Z"`, arrival, cluster.Arrival, DateRefused},
		{"two days ahead", `,"published":"2026-03-06T06:00:00Z"`, arrival, cluster.Arrival, DateRefused},
		{"words", `,"published":"yesterday"`, arrival, cluster.Arrival, DateUnreadable},
		{"ambiguous", `,"published":"03/04/2025"`, arrival, cluster.Arrival, DateUnreadable},
		{"a list", `,"published":[2026,3,1]`, arrival, cluster.Arrival, DateUnreadable},
		{"tomorrow, by an hour", `,"published":"2026-03-04T06:06:07Z"`, arrival.Add(time.Hour), cluster.Exact, 0},
		{"1865", `,"published":"1865-04-15"`, time.Date(1865, 4, 15, 0, 0, 0, 0, time.UTC), cluster.Day, 0},
		{"only updated", `,"updated":"2026-03-01T10:00:00Z"`, time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC), cluster.Exact, 0},
		{"updated for one not believed", `,"published":"2150-01-01","updated":"2026-03-01"`, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), cluster.Day, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, notes, err := decode(t, Options{}, `{"id":"1","title":"T"`+c.dates+`}`)
			if err != nil {
				t.Fatal(err)
			}
			if !s.Published.Equal(c.want) || s.Precision != c.precision || notes != c.notes || !s.Arrived.Equal(arrival) {
				t.Errorf("got %s, %s, %v, want %s, %s, %v", s.Published, s.Precision, notes.Words(), c.want, c.precision, c.notes.Words())
			}
		})
	}
}

func TestTextIsCleaned(t *testing.T) {
	for _, c := range []struct {
		name, fields, title, text string
		notes                     Notes
	}{
		{"entities", `"title":"Q&amp;A &mdash; 5 &lt; 6","text":"R&amp;D &copy=1 & more &nosuch; &#x27;x&#39;"`, "Q&A — 5 < 6", "R&D &copy=1 & more &nosuch; 'x'", 0},
		{"line ends", `"title":"a\nb","text":"a\r\nb\rc\u2028d\u0007\u0000\ufeff"`, "a b", "a\nb\nc\nd", 0},
		{"prose with angles", `"title":"T","text":"a < b and c > d, <P> and <BR> rose"`, "T", "a < b and c > d, <P> and <BR> rose", 0},
		{"markup in text", `"title":"<b>Bold</b> news","text":"<p>One &amp; two.</p><script>x()</script><p>Three<br>four</p>"`, "Bold news", "One & two.\n\nThree\nfour", FromHTML},
		{"html", `"html":"<html><head><title>Head &amp; line</title><style>p{}</style></head><body><nav>Home</nav><h1>H</h1><p>Text</p></body>"`, "Head & line", "H\n\nText", FromHTML},
		{"text goes before html", `"title":"T","text":"Plain","html":"<p>Marked</p>"`, "T", "Plain", 0},
		{"headline only", `"title":"T"`, "T", "", 0},
		{"text only", `"text":"X"`, "", "X", 0},
		{"emoji only", `"title":"🎉"`, "🎉", "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, notes, err := decode(t, Options{}, `{"id":"1","date":"2026-03-01",`+c.fields+`}`)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{c.title, c.text}, []string{s.Title, s.Text}); diff != "" || notes != c.notes {
				t.Error(diff, notes.Words())
			}
		})
	}
}

func TestRejects(t *testing.T) {
	o := Options{Limits: Limits{Line: 2000, Text: 1000}}
	for _, c := range []struct{ name, line, want string }{
		{"no JSON", `hello`, "no JSON: a JSON value is missing at byte 1"},
		{"cut", `{"title":"A`, "no JSON: the JSON ends too early"},
		{"two objects", `{"title":"A"}{"title":"B"}`, "no JSON: something follows the object at byte 14"},
		{"array", ` [{"title":"A"}] `, "a JSON array: expected one story object"},
		{"string", `"A"`, "a JSON string: expected one story object"},
		{"number", `-17`, "a JSON number: expected one story object"},
		{"null", `null`, "a JSON null: expected one story object"},
		{"empty", `  `, "an empty line"},
		{"empty object", `{}`, "no title and no text: the object is empty"},
		{"nothing to read", `{"id":1,"titel":"A","text":" \n\u200b"}`, "no title and no text under a known name (found: id, titel, text; other names go into the source's mapping)"},
		{"html without a word", `{"html":"<img src=x><script>a</script>"}`, "no title and no text under a known name (found: html; other names go into the source's mapping)"},
		{"long text", `{"text":"` + strings.Repeat("a", 1001) + `"}`, "the text has 1001 bytes, more than the limit of 1000 bytes (limits.text)"},
		{"long line", `{"id":"` + strings.Repeat("a", 2000) + `"}`, "the line has 2.0 KiB, more than the limit of 2.0 KiB (limits.line)"},
		{"Latin-1", `{"text":"` + strings.Repeat("\xe9\xe8\xe0", 20) + `"}`, "not UTF-8: convert the file, for instance with iconv"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := decode(t, o, c.line)
			if err == nil {
				t.Fatal("accepted")
			}
			if diff := cmp.Diff(c.want, err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAFewBrokenBytesAreRepaired(t *testing.T) {
	s, notes, err := decode(t, Options{}, "{\"id\":\"1\",\"date\":\"2026-03-01\",\"title\":\"Caf\xe9 opens\",\"text\":\"A long enough text about a caf\xe9.\"}")
	if err != nil || s.Title != "Caf\uFFFD opens" || notes != Repaired {
		t.Errorf("%q, %v, %v", s.Title, notes.Words(), err)
	}
}

func TestLongTitleIsCut(t *testing.T) {
	s, notes, err := decode(t, Options{}, `{"id":"1","date":"2026-03-01","title":"`+strings.Repeat("é", 3000)+`"}`)
	if err != nil || notes != TitleCut || len(s.Title) != maxTitle || !utf8.ValidString(s.Title) {
		t.Errorf("%d bytes, %v, %v", len(s.Title), notes.Words(), err)
	}
}

// checkStory holds every story to what cluster.Story promises the engine.
func checkStory(t interface{ Fatalf(string, ...any) }, s *cluster.Story) {
	for name, v := range map[string]string{"id": s.ID, "url": s.URL, "title": s.Title, "text": s.Text, "source": s.Source, "author": s.Author} {
		if !utf8.ValidString(v) || strings.TrimSpace(v) != v || strings.ContainsAny(v, "\x00\r") {
			t.Fatalf("%s %q is not clean", name, v)
		}
	}
	switch {
	case s.ID == "" || len(s.ID) > maxID:
		t.Fatalf("id %q", s.ID)
	case s.Title == "" && s.Text == "":
		t.Fatalf("nothing to read")
	case strings.Contains(s.Title, "\n"):
		t.Fatalf("title %q has lines", s.Title)
	case s.Published.IsZero() || s.Published.Year() < minYear || s.Published.After(arrival.Add(24*time.Hour)):
		t.Fatalf("published %s", s.Published)
	case (s.Precision == cluster.Arrival) != s.Published.Equal(arrival) && s.Precision == cluster.Arrival:
		t.Fatalf("precision %s, published %s", s.Precision, s.Published)
	}
}

func TestStrangeCharactersAreFoundByTheirBytes(t *testing.T) {
	for r := range rune(0x11000) {
		for _, s := range []string{string(r), "a" + string(r), string(r) + "é"} {
			if got, want := hasStrange(s), strings.ContainsFunc(s, strange); got != want {
				t.Fatalf("%q: %v, want %v", s, got, want)
			}
		}
	}
}

// Whatever the values, a line of the contract is a clean story or is refused, and the same story each time.
func TestAnyValuesMakeACleanStory(t *testing.T) {
	names := strings.Fields(strings.Join(aliases[:], " "))
	value := rapid.OneOf(
		rapid.Map(rapid.String(), func(s string) any { return s }),
		rapid.Map(rapid.Int64(), func(n int64) any { return n }),
		rapid.Map(rapid.SliceOfN(rapid.String(), 0, 3), func(s []string) any { return s }),
		rapid.Map(rapid.MapOfN(rapid.SampledFrom([]string{"name", "href", "$date", "rendered", "x"}), rapid.String(), 0, 2), func(m map[string]string) any { return m }),
	)
	rapid.Check(t, func(rt *rapid.T) {
		item := rapid.MapOfN(rapid.SampledFrom(names), value, 0, 6).Draw(rt, "item")
		line, err := json.Marshal(item)
		if err != nil {
			rt.Fatal(err)
		}
		s, notes, err := decode(t, Options{}, string(line))
		if err != nil {
			return
		}
		checkStory(rt, &s)
		again, notes2, _ := decode(t, Options{}, string(line))
		if diff := cmp.Diff(s, again); diff != "" || notes != notes2 {
			rt.Fatal(diff)
		}
	})
}

func FuzzDecode(f *testing.F) {
	for _, s := range jsonSamples {
		f.Add([]byte(s))
		f.Add(fmt.Appendf(nil, `{"title":"T","text":%q,"url":%q,"date":%q,"html":%q}`, s, s, s, s))
	}
	f.Add([]byte(`{"title":"<p>a</p>","html":"<nav><p>b&amp;c</nav><table><tr><td>1<td>2","_id":{"$oid":"1"},"link":[{"href":"//x.y/z?utm_a=b"}]}`))
	d, err := NewDecoder(Options{Arrived: arrival, Mapping: Mapping{"author": {"a.b.c", "d"}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		s, _, err := d.Decode(line)
		if err != nil {
			if !utf8.ValidString(err.Error()) || strings.Contains(err.Error(), "\n") {
				t.Fatalf("reason %q", err)
			}
			return
		}
		checkStory(t, &s)
	})
}
