package newsroom

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func collect(o Options) []Labelled { return slices.Collect(Generate(o)) }

// large is a newsroom big enough for shares to settle, written once for all tests that read it.
func large(t *testing.T) []Labelled {
	t.Helper()
	return collect(Options{Seed: 11, Stories: 12_000, TextBytes: 250})
}

func TestGenerateGolden(t *testing.T) {
	var got bytes.Buffer
	count, err := WriteJSONL(&got, Generate(Options{Seed: 7, Stories: 16, Days: 2, Outlets: 20, TextBytes: 300}))
	if err != nil || count != 16 {
		t.Fatalf("WriteJSONL = %d, %v", count, err)
	}
	path := filepath.Join("testdata", "first.jsonl")
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("stories changed (-want +got):\n%s", diff)
	}
}

func TestGenerateIsAFunctionOfItsOptions(t *testing.T) {
	o := Options{Seed: 3, Stories: 1500}
	stories := Generate(o)
	first := slices.Collect(stories)
	if diff := cmp.Diff(first, slices.Collect(stories)); diff != "" {
		t.Errorf("ranging again differs:\n%s", diff)
	}
	if diff := cmp.Diff(first, collect(o)); diff != "" {
		t.Errorf("generating again differs:\n%s", diff)
	}
	o.Seed = 4
	if cmp.Equal(first, collect(o)) {
		t.Error("another seed gives the same stories")
	}
}

func TestGenerateStopsWhenAsked(t *testing.T) {
	count := 0
	for range Generate(Options{Stories: 1000}) {
		if count++; count == 10 {
			break
		}
	}
	if count != 10 {
		t.Errorf("got %d stories", count)
	}
}

func TestGenerateCounts(t *testing.T) {
	for _, want := range []int{0, 1, 2, 10, 100, 999} {
		if got := len(collect(Options{Stories: want, TextBytes: 200})); got != want {
			t.Errorf("Stories: %d gave %d", want, got)
		}
	}
	if got := len(collect(Options{Stories: -1})); got != 0 {
		t.Errorf("Stories: -1 gave %d", got)
	}
}

func TestGenerateLabels(t *testing.T) {
	for name, o := range map[string]Options{
		"default":      {Seed: 5, Stories: 4000, TextBytes: 300},
		"one language": {Seed: 5, Stories: 2000, TextBytes: 300, Languages: []string{"de"}},
		"one day":      {Seed: 5, Stories: 2000, TextBytes: 300, Days: 1},
		"four outlets": {Seed: 5, Stories: 1000, TextBytes: 300, Outlets: 1, Languages: []string{"zh"}},
	} {
		t.Run(name, func(t *testing.T) { checkLabels(t, collect(o)) })
	}
}

// checkLabels holds the invariants that doc.go promises.
func checkLabels(t *testing.T, stories []Labelled) {
	t.Helper()
	eventOf, threadOf := map[string]string{}, map[string]string{}
	ids := map[string]Labelled{}
	for _, l := range stories {
		if l.ID == "" || l.Event == "" || l.Duplicates == "" || l.Thread == "" || l.Relation == "" || l.Source == "" {
			t.Fatalf("incomplete: %+v", l)
		}
		if l.Title == "" && l.Text == "" {
			t.Errorf("%s has no text at all", l.ID)
		}
		if first, again := ids[l.ID]; again && (first.Event != l.Event || first.Duplicates != l.Duplicates || first.Text != l.Text || first.Title == l.Title) {
			t.Errorf("%s was delivered twice, but not with another headline only", l.ID)
		}
		ids[l.ID] = l
		if e, ok := eventOf[l.Duplicates]; ok && e != l.Event {
			t.Errorf("group %s is in events %s and %s", l.Duplicates, e, l.Event)
		}
		eventOf[l.Duplicates] = l.Event
		if th, ok := threadOf[l.Event]; ok && th != l.Thread {
			t.Errorf("event %s is in threads %s and %s", l.Event, th, l.Thread)
		}
		threadOf[l.Event] = l.Thread
		if (l.Relation == "origin") != (l.Duplicates == l.ID) {
			t.Errorf("%s is %s of %s", l.ID, l.Relation, l.Duplicates)
		}
	}
	for _, l := range stories {
		if _, ok := ids[l.Duplicates]; !ok {
			t.Errorf("%s was copied from %s, which is not there", l.ID, l.Duplicates)
		}
	}
}

func TestGenerateOrderAndTimes(t *testing.T) {
	start := time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC)
	stories := collect(Options{Seed: 2, Stories: 5000, TextBytes: 200, Start: start, Days: 5})
	end := start.AddDate(0, 0, 5)
	for i, l := range stories {
		if i > 0 && l.Arrived.Before(stories[i-1].Arrived) {
			t.Fatalf("%s arrived before %s", l.ID, stories[i-1].ID)
		}
		if l.Arrived.Before(start) || !l.Arrived.Before(end) {
			t.Errorf("%s arrived at %s", l.ID, l.Arrived)
		}
		switch l.Precision {
		case cluster.Exact:
			if l.Published.After(l.Arrived) || l.Published.Before(start) {
				t.Errorf("%s published %s, arrived %s", l.ID, l.Published, l.Arrived)
			}
		case cluster.Day:
			if !l.Published.Equal(l.Published.Truncate(24 * time.Hour)) {
				t.Errorf("%s has a date of %s", l.ID, l.Published)
			}
		case cluster.Arrival:
			if !l.Published.IsZero() {
				t.Errorf("%s has no date but %s", l.ID, l.Published)
			}
		}
	}
	days := map[string]int{}
	for _, l := range stories {
		days[l.Arrived.Format(time.DateOnly)]++
	}
	for day, n := range days {
		if n < 700 {
			t.Errorf("%d stories arrived on %s", n, day)
		}
	}
}

func TestGenerateShares(t *testing.T) {
	stories := large(t)
	m := DefaultMix()
	total := float64(len(stories))
	count := map[string]float64{}
	perEvent, beatsOf := map[string]map[string]bool{}, map[string]map[string]bool{}
	founding := map[string]string{}
	seen := map[string]bool{}
	for _, l := range stories {
		if seen[l.ID] {
			count["retitled"]++
			continue
		}
		seen[l.ID] = true
		count[l.Relation]++
		count[l.Lang]++
		if l.Relation != "origin" {
			count["copies"]++
		}
		if l.Series != "" {
			count["series"]++
		}
		if l.Text == "" {
			count["headlines"]++
		}
		switch l.Precision {
		case cluster.Day:
			count["date only"]++
		case cluster.Arrival:
			count["undated"]++
		case cluster.Exact:
			if l.Arrived.Sub(l.Published) > 2*time.Hour+59*time.Minute {
				count["late"]++
			}
		}
		if perEvent[l.Event] == nil {
			perEvent[l.Event] = map[string]bool{}
		}
		perEvent[l.Event][l.Duplicates] = true
		if beatsOf[l.Thread] == nil {
			beatsOf[l.Thread] = map[string]bool{}
			founding[l.Thread] = l.Event
		}
		beatsOf[l.Thread][l.Event] = true
		if l.Event != founding[l.Thread] {
			count["follow-ups"]++
		}
	}
	within := func(what string, got, lo, hi float64) {
		t.Helper()
		if got < lo || got > hi {
			t.Errorf("%s: %.4f, want %.4f to %.4f", what, got, lo, hi)
		}
	}
	near := func(what string, share float64) {
		t.Helper()
		within(what, count[what]/total, share*.75, share*1.25)
	}
	near("copies", m.Copies)
	near("series", m.Series)
	near("date only", m.DateOnly)
	near("undated", m.Undated)
	near("retitled", m.Retitled)
	near("follow-ups", m.FollowUps)
	// Not drawn for every story: origins with copies have a text, editions are never late.
	within("headlines", count["headlines"]/total, m.Headlines*.4, m.Headlines*1.1)
	within("late", count["late"]/total, m.Late*.6, m.Late*1.4)
	for relation, share := range map[string]float64{"exact": .15, "reprint": .45, "edited": .15, "excerpt": .11, "update": .14} {
		within(relation, count[relation]/count["copies"], share*.8, share*1.2)
	}
	within("en", count["en"]/total, .4, .6)
	for _, lang := range []string{"de", "fr", "es", "zh"} {
		within(lang, count[lang]/total, .08, .18)
	}
	sizes := []int{}
	for _, wordings := range perEvent {
		sizes = append(sizes, len(wordings))
	}
	slices.Sort(sizes)
	within("share of events with one report", float64(atMost(sizes, 1))/float64(len(sizes)), .65, .85)
	within("largest event", float64(sizes[len(sizes)-1]), 20, float64(m.Largest))
	longest := 0
	for _, b := range beatsOf {
		longest = max(longest, len(b))
	}
	within("longest thread", float64(longest), 4, beats+1)
}

// atMost returns how many of the sorted numbers are at most limit.
func atMost(sorted []int, limit int) int {
	n, _ := slices.BinarySearch(sorted, limit+1)
	return n
}

func TestGenerateWithoutAPhenomenon(t *testing.T) {
	for _, l := range collect(Options{Stories: 2000, TextBytes: 200, Mix: &Mix{}}) {
		if l.Relation != "origin" || l.Series != "" || l.Text == "" || l.Precision != cluster.Exact || !l.Updated.IsZero() || !l.Arrived.Equal(l.Published) {
			t.Fatalf("unexpected %+v", l)
		}
	}
}

func TestGenerateTextSize(t *testing.T) {
	for _, want := range []int{500, 3000, 8000} {
		bytes, count := 0, 0
		for l := range Generate(Options{Seed: 9, Stories: 1500, TextBytes: want, Mix: &Mix{}}) {
			bytes, count = bytes+len(l.Text), count+1
		}
		// A report ends with the paragraph that reaches its size, and carries furniture.
		if mean := bytes / count; mean < want*95/100 || mean > want*12/10+300 {
			t.Errorf("TextBytes %d gives a mean of %d", want, mean)
		}
	}
}

// overlap compares two texts by shingles of three words, or of five characters where there are no spaces.
func overlap(a, b Labelled) (jaccard, contained float64) {
	x, y := shingles(a), shingles(b)
	both := 0
	for s := range x {
		if y[s] {
			both++
		}
	}
	return float64(both) / float64(len(x)+len(y)-both), float64(both) / float64(len(x))
}

var wordPattern = regexp.MustCompile(`[\pL\pN]+`)

func shingles(l Labelled) map[string]bool {
	units := wordPattern.FindAllString(strings.ToLower(l.Text), -1)
	n := 3
	if l.Lang == "zh" {
		units, n = strings.Split(strings.Join(units, ""), ""), 5
	}
	out := map[string]bool{}
	for i := range max(0, len(units)-n+1) {
		out[strings.Join(units[i:i+n], " ")] = true
	}
	return out
}

func TestGenerateOverlap(t *testing.T) {
	origins := map[string]Labelled{}
	ofEvent := map[string]Labelled{}
	checked := map[string]int{}
	for l := range Generate(Options{Seed: 13, Stories: 2000, TextBytes: 2000}) {
		if l.Relation == "origin" {
			if l.Text == "" || l.Series != "" {
				continue
			}
			if other, ok := ofEvent[l.Event]; ok && other.ID != l.ID && other.Lang == l.Lang {
				if j, _ := overlap(l, other); j > .2 {
					t.Errorf("independent reports %s and %s: J = %.2f", l.ID, other.ID, j)
				}
				checked["independent"]++
			}
			ofEvent[l.Event], origins[l.ID] = l, l
			continue
		}
		origin, ok := origins[l.Duplicates]
		if !ok {
			continue // it arrived late
		}
		j, contained := overlap(l, origin)
		checked[l.Relation]++
		lo, hi := .75, 1.
		switch l.Relation {
		case "exact":
			lo = 1
		case "edited":
			lo, hi = .35, .97
		case "excerpt":
			lo = .1
			if contained < .6 {
				t.Errorf("excerpt %s is contained by %.2f", l.ID, contained)
			}
		case "reprint", "update":
			lo = .6
		}
		if j < lo || j > hi {
			t.Errorf("%s %s of %s: J = %.2f, want %.2f to %.2f", l.Relation, l.ID, origin.ID, j, lo, hi)
		}
	}
	for _, what := range []string{"independent", "exact", "reprint", "edited", "excerpt", "update"} {
		if checked[what] < 10 {
			t.Errorf("only %d pairs were %s", checked[what], what)
		}
	}
}

func TestGenerateSeriesKeepTheirFrame(t *testing.T) {
	last := map[string]Labelled{}
	days := map[string]map[string]bool{}
	for _, l := range collect(Options{Seed: 6, Stories: 3000}) {
		if l.Series == "" {
			continue
		}
		if previous, ok := last[l.Series]; ok {
			if j, _ := overlap(l, previous); j < .6 || j == 1 {
				t.Errorf("editions %s and %s: J = %.2f", previous.ID, l.ID, j)
			}
			if previous.Event == l.Event || previous.Source != l.Source {
				t.Errorf("editions %s and %s share an event or no source", previous.ID, l.ID)
			}
		} else {
			days[l.Series] = map[string]bool{}
		}
		last[l.Series] = l
		days[l.Series][l.Published.Format(time.DateOnly)] = true
	}
	if len(days) == 0 {
		t.Fatal("no series")
	}
	for series, d := range days {
		if len(d) != 14 {
			t.Errorf("%s has editions on %d of 14 days", series, len(d))
		}
	}
}

func TestGenerateNamesChineseReportsInBothScripts(t *testing.T) {
	both := regexp.MustCompile(`\p{Han}+\([A-Z][a-z]+`)
	for l := range Generate(Options{Seed: 8, Stories: 200, Languages: []string{"zh"}}) {
		if l.Text != "" && l.Series == "" && !both.MatchString(l.Text) {
			t.Errorf("%s names nothing in Latin letters:\n%s", l.ID, l.Text)
		}
	}
}

func TestWriteJSONLRoundTrip(t *testing.T) {
	want := collect(Options{Seed: 10, Stories: 600, TextBytes: 300})
	var b bytes.Buffer
	if _, err := WriteJSONL(&b, slices.Values(want)); err != nil {
		t.Fatal(err)
	}
	got, err := Decode(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		want[i].Arrived = time.Time{}
		want[i].Published = want[i].Published.Truncate(time.Second)
		want[i].Updated = want[i].Updated.Truncate(time.Second)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-written +read)\n%s", diff)
	}
}

func TestWriteJSONLReportsTheError(t *testing.T) {
	full := errors.New("no space left")
	_, err := WriteJSONL(failing{full}, Generate(Options{Stories: 500}))
	if !errors.Is(err, full) {
		t.Errorf("error = %v", err)
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestDecodeNamesTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"{\"id\":\"a\"}\n{": "line 2",
		"{} {}":             "more than one value",
		"{\"published\":\"0001-01-01T00:00:00+09:00\"}":         "year 0 is out of range",
		"{\"id\":\"a\",\"no\":\"\"}":                            "unknown field",
		"\n\n{\"id\":\"a\",\"published\":\"2026-13-01\"}":       "line 3: published",
		"{\"id\":\"a\",\"published\":\"2026-03-01T99:00:00Z\"}": "published",
		"{\"id\":\"a\",\"updated\":\"yesterday\"}":              "updated",
	} {
		if _, err := Decode([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Decode(%q) = %v, want %q", text, err, want)
		}
	}
}

// What decodes can be written, and reads back as the same.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"id":"a","title":"b","published":"2026-03-02T08:15:00+01:00","labels":{"event":"e"}}`))
	f.Add([]byte("{\"published\":\"2026-03-02\",\"updated\":\"2026-03-02T00:00:00.5Z\"}\n\n{}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		first, err := Decode(data)
		if err != nil {
			return
		}
		var b bytes.Buffer
		if _, err := WriteJSONL(&b, slices.Values(first)); err != nil {
			t.Fatal(err)
		}
		second, err := Decode(b.Bytes())
		if err != nil {
			t.Fatalf("%v in\n%s", err, b.Bytes())
		}
		if diff := cmp.Diff(first, second); diff != "" {
			t.Errorf("(-first +second)\n%s", diff)
		}
	})
}

func TestOptionsValidate(t *testing.T) {
	with := func(change func(*Mix)) *Mix {
		m := DefaultMix()
		change(&m)
		return &m
	}
	for name, c := range map[string]struct {
		options Options
		want    string
	}{
		"zero":             {Options{}, ""},
		"default mix":      {Options{Mix: with(func(*Mix) {})}, ""},
		"unknown language": {Options{Languages: []string{"en", "xx"}}, `language "xx" is not one of en, de, fr, es, zh`},
		"negative share":   {Options{Mix: with(func(m *Mix) { m.Late = -.1 })}, "share of late is -0.1"},
		"too large a sum":  {Options{Mix: with(func(m *Mix) { m.Copies = .95 })}, "add up to 1."},
	} {
		err := c.options.Validate()
		if (c.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func BenchmarkGenerate(b *testing.B) {
	b.ReportAllocs()
	bytes, count := 0, 0
	for b.Loop() {
		for l := range Generate(Options{Stories: 20_000, Seed: 1}) {
			bytes, count = bytes+len(l.Text), count+1
		}
	}
	b.ReportMetric(float64(count)/b.Elapsed().Seconds(), "stories/s")
	b.ReportMetric(float64(bytes)/float64(count), "textB/story")
}

func BenchmarkWriteJSONL(b *testing.B) {
	b.ReportAllocs()
	count := 0
	for b.Loop() {
		n, err := WriteJSONL(discard{}, Generate(Options{Stories: 20_000, Seed: 1}))
		if err != nil {
			b.Fatal(err)
		}
		count += n
	}
	b.ReportMetric(float64(count)/b.Elapsed().Seconds(), "stories/s")
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
