package happening_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/samestory/samestory/cluster/happening"
	"github.com/samestory/samestory/cluster/thread"
)

// wire makes events of five languages, a tenth of them told in two, over as many days as keep the news of a day at a
// thousand. Common words come up as often as words do.
func wire(n int) []happening.Event {
	r := rand.New(rand.NewPCG(7, 7))
	zipf := rand.NewZipf(r, 1.2, 8, 40_000)
	langs := []string{"en", "de", "fr", "es", "ru"}
	base := make([]string, 40_001)
	for i := range base {
		var b strings.Builder
		for range 2 + r.IntN(3) {
			b.WriteByte("bcdfghklmnprstvz"[r.IntN(16)])
			b.WriteByte("aeiou"[r.IntN(5)])
		}
		base[i] = b.String()
	}
	endings := map[string]string{"en": "s", "de": "en", "fr": "es", "es": "os", "ru": "ov"}
	headline := func(words []string, lang string) string {
		out := make([]string, len(words))
		for i, w := range words {
			out[i] = w
			if i%2 == 0 {
				out[i] = strings.ToUpper(w[:1]) + w[1:]
			} else {
				out[i] += endings[lang]
			}
		}
		return strings.Join(out, " ")
	}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	profile := &thread.Profile{}
	events := make([]happening.Event, 0, n)
	add := func(words []string, lang string, at time.Time) {
		p := happening.NewPrint(happening.Doc{Lang: lang, Title: headline(words, lang)})
		events = append(events, happening.Event{
			ID: fmt.Sprintf("e%06d", len(events)), Lang: lang, First: at, Last: at,
			Stories: []happening.Story{{Print: p, Profile: profile}},
		})
	}
	for len(events) < n {
		words := make([]string, 9)
		for i := range words {
			words[i] = base[zipf.Uint64()]
		}
		at := start.Add(time.Duration(float64(len(events)) / 1000 * 24 * float64(time.Hour)))
		lang := r.IntN(len(langs))
		add(words, langs[lang], at)
		if r.IntN(10) == 0 {
			add(words, langs[(lang+1)%len(langs)], at.Add(time.Duration(r.IntN(10))*time.Hour))
		}
	}
	return events[:n]
}

// BenchmarkLink reports what linking costs an event, in a store of five languages and in one of a single language.
func BenchmarkLink(b *testing.B) {
	m, err := happening.DefaultModel()
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{10_000, 100_000} {
		events := wire(n)
		b.Run(fmt.Sprintf("five/%d", n), func(b *testing.B) {
			for b.Loop() {
				happening.Link(events, m, happening.DefaultParams())
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "us/event")
		})
		single := make([]happening.Event, n)
		for i, e := range events {
			e.Lang = "en"
			single[i] = e
		}
		b.Run(fmt.Sprintf("one/%d", n), func(b *testing.B) {
			for b.Loop() {
				happening.Link(single, m, happening.DefaultParams())
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "us/event")
		})
	}
}
