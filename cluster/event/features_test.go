package event

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster/text"
)

// counts is what Features keep of one word.
type counts struct {
	Name              bool
	Title, Lead, Body int
}

func countsOf(f *Features, word string) (counts, bool) {
	i, ok := slices.BinarySearch(f.terms, text.TermOf(text.Stem(word, f.lang)))
	if !ok {
		return counts{}, false
	}
	var c counts
	c.Name, c.Title, c.Lead, c.Body = unpackCounts(f.tf[i])
	return c, true
}

func TestFeaturesCountByPart(t *testing.T) {
	f := sample()
	for word, want := range map[string]counts{
		"bridge":    {Title: 1, Lead: 2, Body: 2},
		"northport": {Name: true, Title: 1, Lead: 1, Body: 1},
		"flint":     {Name: true, Lead: 1, Body: 1},
		"barge":     {Lead: 1, Body: 1},
	} {
		got, ok := countsOf(&f, word)
		if diff := cmp.Diff(want, got); !ok || diff != "" {
			t.Errorf("%s: found %v (-want +got):\n%s", word, ok, diff)
		}
	}
	if _, ok := countsOf(&f, "the"); ok {
		t.Error("function words must not be kept")
	}
	// Wednesday 5 March 2031 names Tuesday the 4th and Friday the 28th of February.
	day := func(d time.Time) int32 { return dayOf(d) }
	want := []int32{day(time.Date(2031, 2, 28, 0, 0, 0, 0, time.UTC)), day(time.Date(2031, 3, 4, 0, 0, 0, 0, time.UTC))}
	if diff := cmp.Diff(want, f.days); diff != "" {
		t.Errorf("days (-want +got):\n%s", diff)
	}
}

func TestFeaturesOfAnyText(t *testing.T) {
	long := strings.Repeat("An unremarkable sentence about nothing in particular, number 7. ", 20_000)
	tests := []struct {
		name  string
		doc   Doc
		empty bool
	}{
		{"nothing", Doc{}, true},
		{"only function words", Doc{Title: "It is what it is", Lang: "en"}, true},
		{"punctuation", Doc{Title: "!!!", Text: "... --- ...", Lang: "en"}, true},
		{"emoji", Doc{Title: "🔥🔥", Lang: "en"}, true},
		{"invalid UTF-8", Doc{Title: "\xff\xfebridge\xff", Lang: "en"}, false},
		{"a headline", Doc{Title: "Bridge closed", Lang: "en"}, false},
		{"a megabyte", Doc{Text: long, Lang: "en"}, false},
		{"one word a thousand times", Doc{Text: strings.Repeat("bridge ", 1000), Lang: "en"}, false},
		{"a megabyte without a space", Doc{Text: strings.Repeat("x", 1<<20), Lang: "en"}, false},
		{"chinese", Doc{Title: "台北車站發生攻擊事件", Text: "警方表示，三人受傷。", Lang: "zh"}, false},
		{"japanese", Doc{Title: "東京で火災、けが人なし", Lang: "ja"}, false},
		{"korean", Doc{Title: "서울에서 화재 발생", Lang: "ko"}, false},
		{"arabic", Doc{Title: "انفجار في ميناء المدينة", Lang: "ar"}, false},
		{"thai", Doc{Title: "ไฟไหม้ตลาดกลางเมือง", Lang: "th"}, false},
		{"unknown language", Doc{Title: "Zorblax frunt", Lang: "und"}, false},
	}
	f, s := NewFeaturiser(), &Scratch{}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := f.Features(tt.doc, s)
			if got.Empty() != tt.empty {
				t.Errorf("empty is %v, %d terms", got.Empty(), len(got.terms))
			}
			if len(got.terms) > maxTerms || got.Words() > bodyWords+500 {
				t.Errorf("%d terms, %d words", len(got.terms), got.Words())
			}
			if !slices.IsSorted(got.terms) {
				t.Error("terms are not sorted")
			}
			if diff := cmp.Diff(got, f.Features(tt.doc, &Scratch{}), allFeatures); diff != "" {
				t.Errorf("a used Scratch matters (-used +fresh):\n%s", diff)
			}
		})
	}
}

func TestTitleCore(t *testing.T) {
	for in, want := range map[string]string{
		"The Latest: Bridge closed":          " Bridge closed",
		"LIVE - Bridge closed":               " Bridge closed",
		"Watch | Bridge closed":              " Bridge closed",
		"Mayor: bridge closed":               "Mayor: bridge closed",
		"Bridge closed":                      "Bridge closed",
		": odd":                              ": odd",
		"A long phrase before the colon: no": "A long phrase before the colon: no",
	} {
		if got := titleCore(in); got != want {
			t.Errorf("titleCore(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPartKeepsOnlyThatPart(t *testing.T) {
	f := sample()
	title := f.part(flagTitle, false)
	if c, ok := countsOf(&title, "bridge"); !ok || c != (counts{Title: 1}) {
		t.Errorf("title part has bridge as %+v, %v", c, ok)
	}
	if _, ok := countsOf(&title, "barge"); ok || title.flags != flagTitle || title.days != nil {
		t.Error("title part holds what only the body has")
	}
	body := f.part(flagBody, false)
	if c, ok := countsOf(&body, "bridge"); !ok || c.Title != 0 || c.Body != 2 || body.flags != flagBody {
		t.Errorf("body part has bridge as %+v, %v", c, ok)
	}
}

func BenchmarkFeatures(b *testing.B) {
	var sb strings.Builder
	for i := range 500 {
		fmt.Fprintf(&sb, "word%d ", i*i%331)
	}
	d := Doc{Title: "Harbour bridge of Northport closed", Text: sb.String()[:3000], Lang: "en", Undated: true}
	f, s := NewFeaturiser(), &Scratch{}
	b.ReportAllocs()
	b.SetBytes(int64(len(d.Text)))
	for b.Loop() {
		f.Features(d, s)
	}
}
