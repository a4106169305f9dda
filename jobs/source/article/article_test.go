package article

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

const ferryText = `Eine Fähre mit 120 Menschen an Bord ist am Freitagmorgen vor Norderney auf Grund gelaufen. Verletzt wurde nach Angaben der Wasserschutzpolizei niemand.

Warten auf die Flut

Das Schiff soll mit der nächsten Flut freikommen. „Wir haben Kaffee und Kuchen verteilt“, sagte der Kapitän.
Die Reederei hat die übrigen Abfahrten des Tages gestrichen.

Abfahrt in Norddeich um 8.00 Uhr
Auf Grund seit 8.40 Uhr

Die Wasserschutzpolizei ermittelt nun, warum das Schiff die betonnte Rinne verlassen hat. Zeugen berichteten von dichtem Nebel und von einem Segler, der vor dem Bug gekreuzt sei. Der Kreuzer „Eugen“ der Seenotretter liegt zur Sicherheit neben der Fähre, Schlepper aus Emden sind unterwegs. Für Reisende, die am Nachmittag zurück aufs Festland wollten, hat die Gemeinde in der Turnhalle der Grundschule Betten aufgestellt.

So etwas kommt alle paar Jahre vor, wenn die Rinne versandet ist.

Zuletzt war im März vor zwei Jahren eine Fähre dort stecken geblieben. Damals dauerte es acht Stunden, bis das Wasser hoch genug stand.`

func extractor(t testing.TB, change func(*Options)) *Extractor {
	t.Helper()
	o := DefaultOptions()
	if change != nil {
		change(&o)
	}
	e, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestExtract(t *testing.T) {
	page, err := os.ReadFile("testdata/ferry.html")
	if err != nil {
		t.Fatal(err)
	}
	got, err := extractor(t, nil).Extract(t.Context(), page, "text/html; charset=utf-8")
	if err != nil {
		t.Fatal(err)
	}
	want := Article{
		Title: "Fähre läuft vor Norderney auf Grund", Text: ferryText, Author: "Imke Harms", Lang: "de",
		Published: "2026-11-20T09:15:00+01:00",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEncodings(t *testing.T) {
	const text = "Eine Fähre ist vor Norderney auf Grund gelaufen, und verletzt wurde nach Angaben der Polizei dabei niemand."
	const japaneseText = "フェリーが座礁しましたが、警察によるとけが人はいませんでした。潮が満ちるのを待っています。乗客は全員無事でした。"
	build := func(head, text string) string {
		return "<html><head>" + head + "<title>x</title></head><body><article><p>" + text + "</p><p>" + text + " 2</p></article></body></html>"
	}
	latin, _ := charmap.Windows1252.NewEncoder().String(build("", text))
	latinMeta, _ := charmap.ISO8859_1.NewEncoder().String(build(`<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">`, text))
	shift, _ := japanese.ShiftJIS.NewEncoder().String(build(`<meta charset="shift_jis">`, japaneseText))
	euc, _ := japanese.EUCJP.NewEncoder().String(build("", japaneseText))
	utf16, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(build("", text))
	for _, one := range []struct{ name, page, contentType, want string }{
		{"nothing is said", build("", text), "text/html", text},
		{"nothing is said of latin", latin, "text/html", text},
		{"in the header", euc, "text/html; charset=EUC-JP", japaneseText},
		{"in the page", latinMeta, "text/html", text},
		{"in the page, of Japanese", shift, "text/html", japaneseText},
		{"by a mark", utf16, "text/html", text},
		{"wrong in the header", build("", text), "text/html; charset=iso-8859-1", text},
		{"wrong in the page", build(`<meta charset="iso-8859-1">`, text), "text/html", text},
		{"unknown", build("", text), "text/html; charset=klingon", text},
		{"a mark of UTF-8", "\xef\xbb\xbf" + build("", text), "text/html", text},
	} {
		a, err := extractor(t, nil).Extract(t.Context(), []byte(one.page), one.contentType)
		if err != nil || !strings.HasPrefix(a.Text, one.want) {
			t.Errorf("%s: %q, %v", one.name, a.Text, err)
		}
	}
}

func TestLinkedData(t *testing.T) {
	const (
		long  = "Eine Fähre ist vor Norderney auf Grund gelaufen. Verletzt wurde dabei nach Angaben der Polizei niemand. "
		other = "Das Schiff soll mit der nächsten Flut freikommen, die Abfahrten des Tages sind gestrichen, sagt die Reederei."
	)
	page := func(data, text string) string {
		return `<html><head><script type="application/ld+json">` + data + "</script></head><body><article><p>" + text + "</p></article></body></html>"
	}
	for _, one := range []struct {
		name, page string
		want       Article
	}{
		{
			"the rest of what is shown", page(`{"@graph": [{"@type": "WebSite", "name": "x"}, {"@type": "NewsArticle", "headline": "Auf &quot;Grund&quot;",
				"datePublished": "2026-11-20", "author": [{"name": "Imke Harms"}, "Ole Poppinga", 7], "articleBody": "`+long+`\n\n`+long+`\n`+other+`"}]}`, long),
			Article{
				Title: `Auf "Grund"`, Author: "Imke Harms, Ole Poppinga", Published: "2026-11-20",
				Text: strings.TrimSpace(long) + "\n\n" + strings.TrimSpace(long) + "\n\n" + other,
			},
		},
		{
			"with markup", page(`{"articleBody": "<p>`+long+`<\/p><p>`+other+`<\/p>"}`, ""),
			Article{Text: strings.TrimSpace(long) + "\n\n" + other},
		},
		{"less than what is shown", page(`{"headline": "x", "articleBody": "Eine Fähre ist ..."}`, long), Article{Title: "x", Text: strings.TrimSpace(long)}},
		{"broken", page(`{"articleBody": "`, long), Article{Text: strings.TrimSpace(long)}},
		{
			"two of them", page(`[{"articleBody": "`+long+`"}, {"articleBody": "`+other+other+`"}]`, ""),
			Article{Text: strings.TrimSpace(long)},
		},
		{
			"two of them in an object", page(`{"b": {"articleBody": "`+long+`"}, "a": {"articleBody": "`+other+`"}}`, ""),
			Article{Text: other},
		},
	} {
		t.Run(one.name, func(t *testing.T) {
			got, err := extractor(t, nil).Extract(t.Context(), []byte(one.page), "text/html")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(one.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWhatIsNoArticle(t *testing.T) {
	for _, one := range []struct {
		name, page, contentType string
		want                    error
	}{
		{"nothing", "", "text/html", ErrNoText},
		{"nothing of no kind", "", "", ErrNoPage},
		{"a picture", "\x89PNG\r\n\x1a\n", "image/png", ErrNoPage},
		{"a document", "%PDF-1.7 ...", "application/pdf", ErrNoPage},
		{"a document that says page", "%PDF-1.7 ...", "text/html", ErrNoPage},
		{"a feed", "<rss><channel></channel></rss>", "application/rss+xml", ErrNoPage},
		{"prose", "No page at all.", "text/plain", ErrNoPage},
		{"noise", strings.Repeat("\x00\x01<", 1000), "text/html", ErrNoText},
		{"a menu", "<html><body><nav><a href=/a>Start</a><a href=/b>Sport</a></nav></body></html>", "text/html", ErrNoText},
	} {
		a, err := extractor(t, nil).Extract(t.Context(), []byte(one.page), one.contentType)
		if !errors.Is(err, one.want) {
			t.Errorf("%s: %+v, %v, want %v", one.name, a, err, one.want)
		}
	}
}

// TestHostilePages holds that the work grows no faster than the page: none of them reaches the timeout.
func TestHostilePages(t *testing.T) {
	const p = "<p>Eine Fähre mit 120 Menschen an Bord ist vor Norderney auf Grund gelaufen.</p>"
	e := extractor(t, nil)
	for _, one := range []struct {
		name, page string
		want       error // nil: an article, or ErrNoText
	}{
		{"deep", strings.Repeat("<div>", 100_000) + p, ErrDeep},
		{"unclosed", strings.Repeat("<b>", 100_000) + p, ErrDeep},
		{"as deep as it gets", strings.Repeat("<div>", 500) + p, nil},
		{"wide", "<article>" + strings.Repeat(p, 10_000), nil},
		{"lists in lists", "<article>" + strings.Repeat("<ul><li>", 200) + p + strings.Repeat("<li>x y z", 10_000), nil},
		{"tables in tables", strings.Repeat("<table><tr><td>", 100) + p, nil},
		{"quotes in quotes", strings.Repeat("<blockquote>", 400) + p, nil},
		{"attributes", "<div " + strings.Repeat("a=b ", 100_000) + ">" + p, nil},
		{"many attributes", "<div " + strings.Repeat("a1=b ", 1000) + ">" + p, nil},
		{"deep metadata", `<script type="application/ld+json">` + strings.Repeat("[", 200_000) + "</script><article>" + p, nil},
		{"huge metadata", `<script type="application/ld+json">` + strings.Repeat("[", 2_000_000) + "</script><article>" + p, nil},
		{"a long title", "<title>" + strings.Repeat("a - b | ", 50_000) + "</title><article>" + p, nil},
		{"one paragraph", "<article><p>" + strings.Repeat("Wort und ", 100_000), nil},
		{"classes", strings.Repeat(`<div class="`+strings.Repeat("a-b ", 1000)+`">`, 400) + p, nil},
		{"wide and deep", strings.Repeat(strings.Repeat("<div>", 400)+p+strings.Repeat("</div>", 400), 100), nil},
		{"scripts", strings.Repeat("<script>x</script>", 20_000) + "<article>" + p, nil},
	} {
		t.Run(one.name, func(t *testing.T) {
			a, err := e.Extract(t.Context(), []byte(one.page), "text/html")
			if one.want == nil && (err == nil) == (a.Text != "") && (err == nil || errors.Is(err, ErrNoText)) {
				return
			}
			if one.want == nil || !errors.Is(err, one.want) {
				t.Errorf("%d bytes, %v, want %v", len(a.Text), err, one.want)
			}
		})
	}
}

func TestPanicsAreErrors(t *testing.T) {
	_, err := extractor(t, nil).run(t.Context(), func() (Article, error) {
		var list []string
		return Article{Title: list[len(list)]}, nil
	})
	if !errors.Is(err, ErrPanic) || !strings.Contains(err.Error(), "out of range") {
		t.Error(err)
	}
	if _, err := extractor(t, nil).run(t.Context(), func() (Article, error) { return Article{Text: "x"}, nil }); err != nil {
		t.Errorf("after it: %v", err)
	}
}

func TestPagesThatTakeTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := extractor(t, nil)
		hang := func(until time.Duration) func() (Article, error) {
			return func() (Article, error) { time.Sleep(until); return Article{Text: "late"}, nil }
		}
		quick := func() (Article, error) { return Article{Text: "quick"}, nil }
		begun := time.Now()
		var wait sync.WaitGroup
		for range 2 {
			wait.Go(func() {
				if _, err := e.run(t.Context(), hang(time.Minute)); !errors.Is(err, ErrTimeout) {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		// Both places are taken by what was given up.
		if _, err := e.run(t.Context(), quick); !errors.Is(err, ErrTimeout) || time.Since(begun) != 2*e.o.Timeout {
			t.Errorf("%v after %s", err, time.Since(begun))
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := e.run(ctx, quick); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		time.Sleep(time.Minute)
		if a, err := e.run(t.Context(), quick); err != nil || a.Text != "quick" {
			t.Errorf("%+v, %v", a, err)
		}
	})
}

func TestOptionsOutOfRange(t *testing.T) {
	for _, o := range []Options{{}, {Timeout: -1, Concurrent: 1}, {Timeout: 1}} {
		if _, err := New(o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}

func FuzzExtract(f *testing.F) {
	page, err := os.ReadFile("testdata/ferry.html")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(page, "text/html")
	f.Add([]byte("<table><tr><td><ul><li>a<li>b<p>c<br>d"), "text/html; charset=shift_jis")
	e := extractor(f, func(o *Options) { o.Concurrent = runtime.NumCPU() })
	f.Fuzz(func(t *testing.T, page []byte, contentType string) {
		a, err := e.Extract(context.Background(), page, contentType)
		if (err == nil) != (a.Text != "") || a.Text != strings.TrimSpace(a.Text) {
			t.Errorf("%q, %v", a.Text, err)
		}
		if errors.Is(err, ErrPanic) {
			t.Log(err) // the parser's affair, as long as it ends here
		}
	})
}

func BenchmarkExtract(b *testing.B) {
	page, err := os.ReadFile("testdata/ferry.html")
	if err != nil {
		b.Fatal(err)
	}
	e := extractor(b, nil)
	for _, copies := range []int{1, 20} {
		page := strings.Replace(string(page), "<h2>", strings.Repeat("<p>Und noch ein Absatz, der etwas anderes erzählt.</p>\n", 10*copies)+"<h2>", 1)
		b.Run(fmt.Sprint(len(page)>>10, "KiB"), func(b *testing.B) {
			for b.Loop() {
				if _, err := e.Extract(b.Context(), []byte(page), "text/html"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
