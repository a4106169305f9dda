package event

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestModelRoundTrip(t *testing.T) {
	m, err := DefaultModel()
	if err != nil {
		t.Fatal(err)
	}
	data, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	back, err := DecodeModel(data)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m, back, cmp.AllowUnexported(Model{}, lone{})); diff != "" {
		t.Errorf("(-model +decoded):\n%s", diff)
	}
	if len(m.Report().Sets) == 0 {
		t.Error("the shipped model does not say what it was trained on")
	}
}

func TestDecodeModelRefuses(t *testing.T) {
	good := string(defaultModel)
	tests := []struct{ name, in string }{
		{"nothing", ""},
		{"no JSON", "{"},
		{"another format", strings.Replace(good, `"format": 3`, `"format": 4`, 1)},
		{"another featuriser", strings.Replace(good, `"featuriser": 1`, `"featuriser": 99`, 1)},
		{"an unknown field", strings.Replace(good, `"format"`, `"shape": 1, "format"`, 1)},
		{"a missing weight", strings.Replace(good, `"article": `, `"artikel": `, 1)},
		{"a weight too many", strings.Replace(good, `"article": `, `"artikel": 1, "article": `, 1)},
		{"no link to join at", strings.Replace(good, `"join": `, `"join": -`, 1)},
		{"no favour", strings.Replace(good, `"lone": {`, `"loan": {`, 1)},
		{"a favour below the bound of components", strings.Replace(good, `"favour": 0`, `"favour": 1`, 1)},
		{"no sharpness", strings.Replace(good, `"sharpness": `, `"sharpness": -`, 1)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.in == good {
				t.Fatal("the case changes nothing")
			}
			if _, err := DecodeModel([]byte(tt.in)); !errors.Is(err, ErrModel) {
				t.Errorf("error %v is no ErrModel", err)
			}
		})
	}
}

func TestNewRefusesParams(t *testing.T) {
	for _, p := range []Params{{}, {Granularity: 1, Window: 1e15}, {Granularity: math.NaN(), Window: 1e15}, {Granularity: .5}} {
		if _, err := New(p, nil); !errors.Is(err, ErrParams) {
			t.Errorf("%+v: error %v is no ErrParams", p, err)
		}
	}
}

// labelled is the invented newsroom with the happening as label.
func labelled(seed uint64) LabelledSet {
	set := LabelledSet{Name: "invented"}
	for _, it := range newsroom(seed, 30, 6) {
		set.Stories = append(set.Stories, LabelledStory{it, it.ID[:3]})
	}
	return set
}

func TestTrainIsDeterministicAndLearns(t *testing.T) {
	sets := []LabelledSet{labelled(1), labelled(2)}
	p := DefaultTrainParams()
	m, report, err := Train(context.Background(), sets, p, 2)
	if err != nil {
		t.Fatal(err)
	}
	again, _, err := Train(context.Background(), sets, p, 1)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m, again, cmp.AllowUnexported(Model{}, lone{})); diff != "" {
		t.Errorf("the number of workers matters (-2 +1):\n%s", diff)
	}
	if report.PairLoss > .3 || report.ContextLoss > .3 || report.Sets[0].Recall < .95 {
		t.Errorf("report %+v", report)
	}
	c, err := New(DefaultParams(), m)
	if err != nil {
		t.Fatal(err)
	}
	fresh := labelled(3)
	for _, s := range fresh.Stories {
		c.Add([]Item{s.Item})
	}
	settle(t, c, 1)
	right, pairs := 0, 0
	for i, a := range fresh.Stories {
		for _, b := range fresh.Stories[:i] {
			same := c.EventOf(a.Item.ID) == c.EventOf(b.Item.ID)
			if a.Label == b.Label || same {
				pairs++
				if same && a.Label == b.Label {
					right++
				}
			}
		}
	}
	if right*10 < pairs*9 {
		t.Errorf("of %d pairs that are or should be together, %d are right", pairs, right)
	}
}

func TestTrainNeedsBothKindsOfPairs(t *testing.T) {
	set := labelled(1)
	for i := range set.Stories {
		set.Stories[i].Label = "one"
	}
	for _, sets := range [][]LabelledSet{nil, {set}} {
		if _, _, err := Train(context.Background(), sets, DefaultTrainParams(), 1); !errors.Is(err, ErrTrain) {
			t.Errorf("%d sets: error %v is no ErrTrain", len(sets), err)
		}
	}
}

func TestFitFindsTheLogOdds(t *testing.T) {
	r := &rows{dim: 1}
	r.add([]float64{1}, true, 3)
	r.add([]float64{1}, false, 1)
	w, loss := r.fit(0, []float64{-2}, 1)
	if math.Abs(w[0]-math.Log(3)) > 1e-6 {
		t.Errorf("weight %v, want ln 3", w[0])
	}
	if want := -.75*math.Log(.75) - .25*math.Log(.25); math.Abs(loss-want) > 1e-6 {
		t.Errorf("loss %v, want the entropy %v", loss, want)
	}
}
