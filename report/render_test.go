package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/report/internal/fixture"
	"github.com/samestory/samestory/report/internal/typeset"
)

func TestNothingThatATerminalObeysGetsThrough(t *testing.T) {
	for name, v := range views(t) {
		for _, f := range []Format{Table, JSON, JSONL, CSV, Markdown} {
			for _, r := range render(t, v, f, Options{Width: 100}) {
				lineEnd := r == '\n' || f == CSV && r == '\r'
				if r < ' ' && !lineEnd || r >= 0x7f && r < 0xa0 || f != CSV && typeset.Invisible(r) {
					t.Fatalf("%s as %s lets %U through", name, f, r)
				}
			}
		}
	}
}

func TestJSONKeepsTheTextThatItEscapes(t *testing.T) {
	title := "<b>\u202Egnp.exe\u202C & \x1b[31m \u009b2J \u200b \U000e0041"
	var b bytes.Buffer
	if err := Write(&b, StoryView{Story: StoryDetail{StoryLine: StoryLine{Title: title}}}, JSON, Options{}); err != nil {
		t.Fatal(err)
	}
	var got StoryView
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Story.Title != title {
		t.Errorf("got %q, want %q", got.Story.Title, title)
	}
	if !strings.Contains(b.String(), "<b>") {
		t.Error("markup characters are escaped for no reason")
	}
}

func TestJSONHasEmptyListsAndNoNullOnes(t *testing.T) {
	for name, v := range views(t) {
		var walk func(path string, v reflect.Value)
		walk = func(path string, v reflect.Value) {
			switch v.Kind() {
			case reflect.Pointer, reflect.Interface:
				if !v.IsNil() {
					walk(path, v.Elem())
				}
			case reflect.Struct:
				for i := range v.NumField() {
					if f := v.Type().Field(i); f.IsExported() && f.Tag.Get("json") != "-" {
						walk(path+"."+f.Name, v.Field(i))
					}
				}
			case reflect.Slice:
				if v.IsNil() {
					t.Errorf("%s: %s is null", name, path)
				}
				for i := range v.Len() {
					walk(path, v.Index(i))
				}
			}
		}
		walk("", reflect.ValueOf(v))
	}
}

func TestJSONFieldsAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("../docs/JSON.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[reflect.Type]bool{}
	var walk func(typ reflect.Type)
	walk = func(typ reflect.Type) {
		switch typ.Kind() {
		case reflect.Pointer, reflect.Slice:
			walk(typ.Elem())
		case reflect.Struct:
			if seen[typ] || typ.PkgPath() == "time" {
				return
			}
			seen[typ] = true
			for i := range typ.NumField() {
				f := typ.Field(i)
				name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				if name == "-" {
					continue
				}
				if name != "" && !bytes.Contains(doc, []byte("`"+name+"`")) {
					t.Errorf("%s.%s: docs/JSON.md does not mention `%s`", typ.Name(), f.Name, name)
				}
				walk(f.Type)
			}
		}
	}
	for _, v := range []any{
		EventsView{},
		EventView{},
		ThreadsView{},
		ThreadView{},
		StoryView{},
		DuplicatesView{},
		SeriesListView{},
		SeriesView{},
		RunsView{},
		SourcesView{},
		OverridesView{},
		EditView{},
		RebuildView{},
		ExplainView{},
		ThreadExplainView{},
		MatchView{},
		SimilarView{},
		SearchView{},
		AssignmentLine{},
		PairLine{},
		ExportStory{},
		ExportEvent{},
	} {
		walk(reflect.TypeOf(v))
	}
}

func TestParseFormat(t *testing.T) {
	for _, s := range []string{"", "table", "json", "jsonl", "csv", "md"} {
		if _, err := ParseFormat(s); err != nil {
			t.Errorf("%q: %v", s, err)
		}
	}
	if _, err := ParseFormat("yaml"); err == nil || !strings.Contains(err.Error(), "jsonl") {
		t.Errorf("an unknown format: %v", err)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestWriteReportsTheErrorOfItsWriter(t *testing.T) {
	v, err := Events(fixture.Newsroom(), Query{Now: fixture.Now})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []Format{Table, JSON, JSONL, CSV, Markdown} {
		if err := Write(brokenPipe{}, v, f, Options{}); !errors.Is(err, os.ErrClosed) {
			t.Errorf("%s: %v", f, err)
		}
	}
}

func TestEscapeMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"plain, 2.5 and +42m":  "plain, 2.5 and +42m",
		"1. item":              `1\. item`,
		"12) item":             `12\) item`,
		"- item":               `\- item`,
		"---":                  `\---`,
		"a|b*c_d`e":            "a\\|b\\*c\\_d\\`e",
		"<script>":             `\<script\>`,
		"[x](javascript:y)":    `\[x\](javascript:y)`,
		"https://evil.example": `https:\//evil.example`,
		"# heading":            `\# heading`,
		"":                     "",
	} {
		if got := escapeMarkdown(in); got != want {
			t.Errorf("escapeMarkdown(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMarkdownLinksOnlyToTheWeb(t *testing.T) {
	out := render(t, views(t)["events"], Markdown, Options{})
	for _, l := range strings.Split(out, "\n") {
		if strings.Contains(l, "](<") && !strings.Contains(l, "](<https://") {
			t.Errorf("a link to elsewhere: %s", l)
		}
	}
	if strings.Contains(out, "](<javascript") {
		t.Error("a script became a link")
	}
}

func TestGridDropsAndCutsColumnsInTheirOrder(t *testing.T) {
	g := grid{
		cols: []col{{name: "a"}, {name: "long", flex: 5, soft: 8}, {name: "b", drop: 2}, {name: "c", drop: 1}},
		rows: [][]cell{{text("aaa"), text("abcdefghijkl"), text("bbb"), text("ccc")}},
	}
	for _, tt := range []struct {
		width int
		shown []int
		long  int
	}{
		{0, []int{0, 1, 2, 3}, 12},
		{27, []int{0, 1, 2, 3}, 12},
		{26, []int{0, 1, 2, 3}, 11},
		{20, []int{0, 1, 2, 3}, 5},
		{19, []int{0, 1, 3}, 9},
		{14, []int{0, 1}, 9},
		{10, []int{0, 1}, 5},
		{2, []int{0, 1}, 5},
	} {
		shown, widths := fit(g, tt.width)
		if diff := cmp.Diff(tt.shown, shown); diff != "" || widths[1] != tt.long {
			t.Errorf("width %d: columns %v, the long one %d; want %v, %d", tt.width, shown, widths[1], tt.shown, tt.long)
		}
	}
}

func TestExplainAddsUpWhatATableHasNoRoomFor(t *testing.T) {
	c := Comparison{Features: []FeatureLine{}, Shared: []TermLine{}}
	for range 40 {
		c.Features = append(c.Features, FeatureLine{Name: "f", Weight: 1, Value: 0.25, Contribution: 0.25})
		c.Shared = append(c.Shared, TermLine{Text: "word", Kind: "word", Weight: 0.1})
	}
	v := ExplainView{Comparison: c}
	table := render(t, v, Table, Options{Width: 100})
	for _, want := range []string{"28 others", "+7.000", "the first 12 of 40"} {
		if !strings.Contains(table, want) {
			t.Errorf("%q is missing in:\n%s", want, table)
		}
	}
	if n := strings.Count(render(t, v, CSV, Options{}), "\r\n"); n != 42 {
		t.Errorf("CSV has %d lines, want header, 40 features and bias", n)
	}
}

func TestListsAreCardsWhereATableWouldSayTooLittle(t *testing.T) {
	v := views(t)["events"]
	for width, cards := range map[int]bool{0: false, 60: true, cardWidth - 1: true, cardWidth: false} {
		if got := !strings.Contains(render(t, v, Table, Options{Width: width}), "HEADLINE"); got != cards {
			t.Errorf("width %d: cards %t", width, got)
		}
	}
	if !strings.Contains(render(t, v, Markdown, Options{Width: 60}), "| headline |") {
		t.Error("Markdown has no table")
	}
}
