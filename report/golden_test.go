package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/report/internal/fixture"
	"github.com/samestory/samestory/report/internal/typeset"
)

var update = flag.Bool("update", false, "write the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func render(t *testing.T, v View, f Format, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, v, f, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// views is one of each kind, over the fixture.
func views(t *testing.T) map[string]View {
	t.Helper()
	r := fixture.Newsroom()
	now := fixture.Now
	must := func(v View, err error) View {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	out := map[string]View{}
	add := func(name string, v View, err error) { out[name] = must(v, err) }
	{
		v, err := Events(r, Query{Now: now})
		add("events", v, err)
	}
	{
		v, err := Events(r, Query{Now: now, Since: now.AddDate(0, 0, -1), Text: "halden", MinSources: 2, Sort: Newest, Limit: 1})
		add("events-filtered", v, err)
	}
	{
		v, err := Events(r, Query{Now: now, Since: now.AddDate(0, 0, -1), Source: "Nobody", Text: "penguins", MinSources: 4})
		add("events-empty", v, err)
	}
	{
		v, err := EventByID(r, fixture.Attack, now)
		add("event", v, err)
	}
	{
		v, err := EventByID(r, fixture.Merged, now)
		add("event-redirected", v, err)
	}
	{
		v, err := EventByID(r, fixture.Hostile, now)
		add("event-hostile", v, err)
	}
	{
		v, err := Threads(r, Query{Now: now})
		add("threads", v, err)
	}
	{
		v, err := ThreadByID(r, fixture.AttackThread, now)
		add("thread", v, err)
	}
	{
		v, err := StoryByID(r, fixture.Lead, now)
		add("story", v, err)
	}
	{
		v, err := StoryByID(r, fixture.Reprint, now)
		add("story-copy", v, err)
	}
	{
		v, err := StoryByID(r, "und-1", now)
		add("story-untitled", v, err)
	}
	{
		v, err := Duplicates(r, Query{Now: now})
		add("duplicates", v, err)
	}
	{
		v, err := GroupByID(r, fixture.AttackGroup, now)
		add("group", v, err)
	}
	{
		v, err := GroupByID(r, fixture.HostileGroup, now)
		add("group-hostile", v, err)
	}
	{
		v, err := Stories(r, StoriesQuery{Query: Query{Now: now, Limit: 9}})
		add("stories", v, err)
	}
	{
		v, err := Stories(r, StoriesQuery{Query: Query{Now: now, Text: "knife", Lang: "en"}, Event: fixture.Attack, Oldest: true})
		add("stories-of-event", v, err)
	}
	{
		v, err := Stories(r, StoriesQuery{Query: Query{Now: now, Text: "penguins"}})
		add("stories-empty", v, err)
	}
	{
		v, err := Runs(r, Query{Now: now})
		add("runs", v, err)
	}
	{
		v, err := Series(r, Query{Now: now})
		add("series", v, err)
	}
	{
		v, err := Series(r, Query{Now: now, Text: "penguins"})
		add("series-empty", v, err)
	}
	{
		v, err := SeriesByID(r, fixture.OldPrices, now)
		add("one-series", v, err)
	}
	{
		v, err := StoryByID(r, "ledger-0313", now)
		add("story-edition", v, err)
	}
	{
		v, err := Overrides(r, Query{Now: now})
		add("overrides", v, err)
	}
	{
		v, err := Overrides(r, Query{Now: now, Since: now})
		add("overrides-empty", v, err)
	}
	{
		v, err := ListSources(r, SourceQuery{Now: now})
		add("sources", v, err)
	}
	{
		v, err := ListSources(r, SourceQuery{Now: now, Folder: "Coast", Health: HealthFailing})
		add("sources-none", v, err)
	}
	out["sources-empty"] = SourcesView{Meta: newMeta("sources", now), Health: map[string]int{}, Sources: []SourceLine{}, Folders: []FolderLine{}}
	out["edit"] = sampleEdit(t, r)
	out["rebuild"] = sampleRebuild(t, r)
	{
		v, err := Changes(r, ChangesQuery{Now: now})
		add("changes", v, err)
	}
	{
		v, err := Changes(r, ChangesQuery{Now: now, Since: 3, Level: "event", Limit: 1})
		add("changes-more", v, err)
	}
	{
		v, err := Changes(r, ChangesQuery{Now: now, Since: 900})
		add("changes-none", v, err)
	}
	{
		v, err := Revisions(r, fixture.Attack, now)
		add("revisions", v, err)
	}
	out["diff"] = sampleDiff(now)
	{
		v, err := Coverage(r, []string{"Courier"}, Query{Now: now, Limit: 2})
		add("coverage", v, err)
	}
	{
		v, err := Coverage(r, []string{"merid"}, Query{Now: now, Limit: 2})
		add("coverage-unknown", v, err)
	}
	for name, id := range map[string]string{"spread-event": fixture.Attack, "spread-story": fixture.Reprint, "spread-hostile": fixture.Hostile} {
		v, err := Spread(r, id, now)
		add(name, v, err)
	}
	out["events-diff"] = sampleEventsDiff(t)
	out["events-diff-empty"] = sampleNoEventsDiff()
	out["jobs"] = sampleJobs(now)
	out["jobs-empty"] = Jobs(nil, nil, now)
	out["runs-empty"] = RunsView{Meta: newMeta("runs", now), Runs: []RunLine{}}
	out["explain"] = sampleExplain(t, r)
	out["explain-thread"] = sampleExplainThread(t, r)
	out["match"] = sampleMatch(t, r)
	out["match-nothing"] = sampleNoMatch(t, r)
	out["similar"] = sampleSimilar(t, r)
	out["similar-nothing"] = SimilarView{
		Meta: newMeta("similar", now), Story: sampleStory(t, r, fixture.Lead), Events: []SimilarLine{}, Stories: []MatchCopy{},
	}
	for name, text := range map[string]string{"search": "halden", "search-nothing": "penguins"} {
		q := Query{Now: now, Text: text, Limit: 2}
		events, err := Events(r, q)
		if err != nil {
			t.Fatal(err)
		}
		threads, err := Threads(r, q)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = Search(q, &events, &threads)
	}
	return out
}

func TestTables(t *testing.T) {
	for name, v := range views(t) {
		golden(t, "table/"+name+".txt", render(t, v, Table, Options{Width: 120}))
	}
}

func TestTablesOnNarrowAndWideTerminals(t *testing.T) {
	all := views(t)
	for _, name := range []string{"events", "event", "threads", "thread", "duplicates", "series", "one-series", "runs", "jobs", "overrides", "edit", "rebuild", "explain", "explain-thread", "match", "similar", "search", "changes", "revisions", "diff"} {
		for width, label := range map[int]string{60: "narrow", 80: "80", 0: "wide"} {
			golden(t, "table/"+name+"-"+label+".txt", render(t, all[name], Table, Options{Width: width}))
		}
	}
}

func TestTablesFitTheTerminal(t *testing.T) {
	for name, v := range views(t) {
		for _, width := range []int{60, 72, 80, 100, 120, 200} {
			for _, l := range strings.Split(render(t, v, Table, Options{Width: width}), "\n") {
				if n := typeset.Width(l); n > width {
					t.Errorf("%s at width %d: %d cells: %s", name, width, n, l)
				}
			}
		}
	}
}

func TestColour(t *testing.T) {
	all := views(t)
	for _, name := range []string{"events", "runs"} {
		coloured := render(t, all[name], Table, Options{Width: 100, Color: true})
		golden(t, "table/"+name+"-colour.txt", coloured)
		bare := render(t, all[name], Table, Options{Width: 100})
		for _, code := range []string{"\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m"} {
			coloured = strings.ReplaceAll(coloured, code, "")
		}
		if diff := cmp.Diff(bare, coloured); diff != "" {
			t.Errorf("%s: colour changes more than colour (-bare +coloured):\n%s", name, diff)
		}
	}
}

func TestMachineFormats(t *testing.T) {
	for name, v := range views(t) {
		golden(t, "json/"+name+".json", render(t, v, JSON, Options{}))
		golden(t, "jsonl/"+name+".jsonl", render(t, v, JSONL, Options{}))
		golden(t, "csv/"+name+".csv", render(t, v, CSV, Options{}))
		golden(t, "md/"+name+".md", render(t, v, Markdown, Options{}))
	}
}

func TestWriteIsDeterministic(t *testing.T) {
	first, second := views(t), views(t)
	for name := range first {
		for _, f := range []Format{Table, JSON, JSONL, CSV, Markdown} {
			if diff := cmp.Diff(render(t, first[name], f, Options{}), render(t, second[name], f, Options{})); diff != "" {
				t.Errorf("%s as %s:\n%s", name, f, diff)
			}
		}
	}
}
