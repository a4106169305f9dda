package cluster_test

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"runtime/metrics"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/zeebo/xxh3"

	"github.com/samestory/samestory/cluster"
	"github.com/samestory/samestory/cluster/event"
	"github.com/samestory/samestory/cluster/happening"
	"github.com/samestory/samestory/cluster/thread"
	"github.com/samestory/samestory/jobs/newsroom"
)

var (
	stageStories = flag.Int("stage.stories", 10_000, "generated stories that BenchmarkEventStage places")
	stageFile    = flag.String("stage.file", "", "JSONL, plain or gzip, that BenchmarkEventStage places in place of generated stories")
	stageTimes   = flag.Int("stage.times", 1, "how many times it places them: each time three years later and in other words")
)

// BenchmarkEventStage is the whole event stage of a backfill, all stories resident: what it reads of the texts, events,
// their records, and threads. The unit is CPU time of the process for each story, copies included, as the figures of
// docs/PERFORMANCE.md are. What the collection of garbage takes is in it, and also told by itself.
func BenchmarkEventStage(b *testing.B) {
	stories := stageInput(b)
	library := cluster.MapLibrary{}
	for i := range stories {
		library[stories[i].ID] = &stories[i]
	}
	spent := map[string]time.Duration{}
	var garbage time.Duration
	var delta *cluster.Delta
	for b.Loop() {
		from := cpuTime()
		readForEvents(stories)
		spent["reading"] += cpuTime() - from

		e := newEngine(b, 1)
		for chunk := range slices.Chunk(stories, 1000) {
			if _, err := e.Tick(b.Context(), chunk, library, cluster.Copies); err != nil {
				b.Fatal(err)
			}
		}
		e.Observe(func(step string) func() {
			from := cpuTime()
			return func() { spent[step] += cpuTime() - from }
		})
		collected := collecting()
		var err error
		if delta, err = e.Tick(b.Context(), nil, library, cluster.Founded); err != nil {
			b.Fatal(err)
		}
		garbage += collecting() - collected
	}
	whole := time.Duration(0)
	n := float64(b.N * len(stories))
	for _, step := range []string{"reading", cluster.StepEvents, cluster.StepRecords, cluster.StepThreads} {
		whole += spent[step]
		b.ReportMetric(float64(spent[step].Microseconds())/n, step+"-µs/story")
	}
	b.ReportMetric(float64(whole.Microseconds())/n, "cpu-µs/story")
	b.ReportMetric(float64(garbage.Microseconds())/n, "garbage-µs/story")
	b.ReportMetric(float64(len(delta.Events)), "events")
	b.ReportMetric(float64(len(stories)), "stories")
	b.ReportMetric(0, "ns/op")
	told, err := json.Marshal([]any{delta.Events, delta.Threads})
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("events and threads: %016x", xxh3.Hash(told)) // the same as before, unless something is decided otherwise
}

// readForEvents does what a tick does for the event stage when a story comes in.
func readForEvents(stories []cluster.Story) {
	featuriser := event.NewFeaturiser()
	var forEvents event.Scratch
	var forThreads thread.Scratch
	for i := range stories {
		s := &stories[i]
		table := featuriser.Background(s.Lang)
		featuriser.Features(event.Doc{
			ID: s.ID, Source: s.Source, Title: s.Title, Text: s.Text, Lang: s.Lang, Time: s.Published,
		}, &forEvents)
		forThread := thread.Doc{Lang: s.Lang, Title: s.Title, Text: s.Text, Table: table}
		forThread.TitleTokens, forThread.TextTokens = forEvents.Tokens()
		p := thread.NewProfile(forThread, &forThreads)
		d := happening.Doc{Lang: s.Lang, Title: s.Title, Lead: thread.Lead(s.Text), Table: table, Heads: int(p.Title)}
		for k := range p.Names {
			d.Names = append(d.Names, p.Names[k].Text)
		}
		d.TitleTokens, d.LeadTokens = forThreads.Tokens()
		happening.NewPrint(d)
	}
}

// collecting is the CPU time that the collection of garbage has taken.
func collecting() time.Duration {
	s := []metrics.Sample{{Name: "/cpu/classes/gc/total:cpu-seconds"}, {Name: "/cpu/classes/gc/mark/idle:cpu-seconds"}}
	metrics.Read(s)
	return time.Duration((s[0].Value.Float64() - s[1].Value.Float64()) * float64(time.Second))
}

func stageInput(b *testing.B) []cluster.Story {
	b.Helper()
	var once []cluster.Story
	if *stageFile == "" {
		for l := range newsroom.Generate(newsroom.Options{Seed: 3, Stories: *stageStories, Days: 30}) {
			once = append(once, l.Story)
		}
	} else {
		once = readStageFile(b, *stageFile)
	}
	all := once
	common := commonWords(once, 3000)
	for k := 1; k < *stageTimes; k++ {
		mark := string([]byte{"bcdfghklmnprtvz"[k%15], "aou"[k/15%3]})
		for _, s := range once {
			s.ID += "-" + mark
			s.URL = ""
			s.Title, s.Text = otherWords(s.Title, common, mark), otherWords(s.Text, common, mark)
			s.Published = s.Published.AddDate(3*k, 0, 0)
			all = append(all, s)
		}
	}
	slices.SortStableFunc(all, func(a, b cluster.Story) int { return a.Published.Compare(b.Published) })
	return all
}

func readStageFile(b *testing.B, name string) []cluster.Story {
	b.Helper()
	f, err := os.Open(name)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(name, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			b.Fatal(err)
		}
	}
	var out []cluster.Story
	for d := json.NewDecoder(bufio.NewReader(r)); ; {
		var line struct{ ID, URL, Lang, Source, Title, Text, Published string }
		if err := d.Decode(&line); errors.Is(err, io.EOF) {
			return out
		} else if err != nil {
			b.Fatalf("%s: %v", name, err)
		}
		s := cluster.Story{ID: line.ID, URL: line.URL, Lang: line.Lang, Source: line.Source, Title: line.Title, Text: line.Text}
		if s.Published, err = time.Parse(time.RFC3339, line.Published); err != nil {
			s.Precision = cluster.Day
			if s.Published, err = time.Parse(time.DateOnly, line.Published); err != nil {
				b.Fatalf("%s: %s: %v", name, line.ID, err)
			}
		}
		out = append(out, s)
	}
}

// commonWords are the words that most stand in the stories.
func commonWords(stories []cluster.Story, n int) map[string]bool {
	counts := map[string]int{}
	for i := range stories {
		for _, w := range strings.FieldsFunc(stories[i].Text, notLetter) {
			counts[strings.ToLower(w)]++
		}
	}
	words := make([]string, 0, len(counts))
	for w := range counts {
		words = append(words, w)
	}
	slices.SortFunc(words, func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
	common := make(map[string]bool, n)
	for _, w := range words[:min(n, len(words))] {
		common[w] = true
	}
	return common
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) }

// otherWords ends every word that is not a common one with a mark.
func otherWords(s string, common map[string]bool, mark string) string {
	var out strings.Builder
	out.Grow(len(s) + len(s)/4)
	for len(s) > 0 {
		n := strings.IndexFunc(s, notLetter)
		if n < 0 {
			n = len(s)
		}
		if n == 0 {
			_, n = utf8.DecodeRuneInString(s)
			out.WriteString(s[:n])
		} else {
			out.WriteString(s[:n])
			if !common[strings.ToLower(s[:n])] {
				out.WriteString(mark)
			}
		}
		s = s[n:]
	}
	return out.String()
}
