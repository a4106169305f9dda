package event

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A story alone is asked for less than two clusters of several stories.
func TestLinkageFavoursAStoryAlone(t *testing.T) {
	// Two pairs of near certainty and a story: every link between the three is .45.
	bonds := []bond{{0, 1, .98}, {2, 3, .98}, {0, 2, .45}, {0, 3, .45}, {1, 2, .45}, {1, 3, .45}, {2, 4, .45}, {3, 4, .45}}
	tests := []struct {
		name          string
		several, lone float64
		want          []int32
	}{
		{"nobody is near enough", .5, .5, []int32{0, 0, 2, 2, 4}},
		{"the story joins", .5, .4, []int32{0, 0, 2, 2, 2}},
		{"the pairs join", .4, .5, []int32{0, 0, 0, 0, 4}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := linkage(5, bonds, joining{several: tt.several, lone: tt.lone}, nil)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Two stories alone come as early as one that joins others, but have nothing that speaks for them: they need more.
func TestLinkageOfTwoStoriesAlone(t *testing.T) {
	for _, tt := range []struct {
		link float64
		want []int32
	}{{.46, []int32{0, 1}}, {.47, []int32{0, 0}}} {
		got := linkage(2, []bond{{0, 1, tt.link}}, joining{several: .6, lone: .4, pair: .47}, nil)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("a link of %v (-want +got):\n%s", tt.link, diff)
		}
	}
}

// What joins first is furthest above what is asked of it, not what has the highest score: of two pairs at .6 that want the
// same story, it goes to nobody whom it needs less for.
func TestLinkageGoesByWhatIsAsked(t *testing.T) {
	bonds := []bond{{0, 1, .99}, {2, 3, .99}, {0, 2, .6}, {0, 3, .6}, {1, 2, .6}, {1, 3, .6}, {2, 4, .58}, {3, 4, .58}}
	if diff := cmp.Diff([]int32{0, 0, 2, 2, 2}, linkage(5, bonds, joining{several: .59, lone: .4}, nil)); diff != "" {
		t.Errorf("the story that is far above its threshold comes first (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int32{0, 0, 0, 0, 4}, linkage(5, bonds, joining{several: .59, lone: .575}, nil)); diff != "" {
		t.Errorf("the pairs come first (-want +got):\n%s", diff)
	}
}

// The favour keeps its level: where nearly all joins are with a story alone these need what they always did, where hardly
// any is the others do.
func TestTheFavourKeepsTheLevel(t *testing.T) {
	c := mustNew(t)
	base := c.threshold()
	last := math.Inf(1)
	for _, shift := range []float64{-10, -3, -1, 0, 1, 2.2, 10} {
		j := c.joining(&language{shift: shift})
		if j.lone >= j.several || j.lone > base || j.several < base || j.several >= last {
			t.Errorf("shift %v: a story alone joins at %.3f, others at %.3f, around %.3f", shift, j.lone, j.several, base)
		}
		if got, want := math.Log(j.several/j.lone), c.model.lone.favour; math.Abs(got-want) > 1e-9 {
			t.Errorf("shift %v: favour of %v, want %v", shift, got, want)
		}
		last = j.several
	}
	if j := c.joining(&language{shift: -10}); math.Abs(j.lone-base) > .001 {
		t.Errorf("where stories alone are all there is they join at %v, not at %v", j.lone, base)
	}
	if j := c.joining(&language{shift: 10}); math.Abs(j.several-base) > .001 {
		t.Errorf("where there are none clusters join at %v, not at %v", j.several, base)
	}
}

// Weights from before the favour are read, and ask the same of all.
func TestModelsWithoutFavour(t *testing.T) {
	from, to := strings.Index(string(defaultModel), `  "lone": {`), strings.Index(string(defaultModel), `  "pair": {`)
	if from < 0 || to < from {
		t.Fatal("the shipped model has another shape")
	}
	old := strings.Replace(string(defaultModel[:from])+string(defaultModel[to:]), `"format": 3`, `"format": 2`, 1)
	m, err := DecodeModel([]byte(old))
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(DefaultParams(), m)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(alike(c.threshold(), m.density), c.joining(&language{shift: 1}), cmp.AllowUnexported(joining{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := DecodeModel([]byte(strings.Replace(string(defaultModel), `"format": 3`, `"format": 2`, 1))); err == nil {
		t.Error("a file of format 2 with a favour is read")
	}
}
