package happening_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/samestory/samestory/cluster/happening"
)

func labelled(t testing.TB) happening.LabelledSet {
	t.Helper()
	set := happening.LabelledSet{Name: "tongues"}
	for _, r := range loadReports(t, "testdata/tongues.jsonl") {
		set.Events = append(set.Events, happening.LabelledEvent{Event: eventOf(&r), Happening: r.Happening})
	}
	return set
}

// The same sets give the same weights, and what they say of themselves can be counted by hand: 28 events, 8 happenings.
func TestTrain(t *testing.T) {
	m, err := happening.Train([]happening.LabelledSet{labelled(t)}, happening.DefaultParams())
	if err != nil {
		t.Fatal(err)
	}
	again, err := happening.Train([]happening.LabelledSet{labelled(t)}, happening.DefaultParams())
	if err != nil {
		t.Fatal(err)
	}
	a, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	b, err := again.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a, b) {
		t.Error("two trainings differ")
	}
	r := m.Report().Sets[0]
	if r.Events != 28 || r.Happenings != 8 || r.Pairs != 28+3*5+3+1 {
		t.Errorf("%d events, %d happenings, %d pairs", r.Events, r.Happenings, r.Pairs)
	}
	if r.Apart.BCubed >= r.LinkedOut.BCubed {
		t.Errorf("apart %.3f, linked by weights that have not seen the happening %.3f", r.Apart.BCubed, r.LinkedOut.BCubed)
	}
}

func TestTrainingNeedsSeveralLanguages(t *testing.T) {
	set := labelled(t)
	for i := range set.Events {
		set.Events[i].Lang = "en"
	}
	for name, sets := range map[string][]happening.LabelledSet{"nothing": nil, "one language": {set}} {
		if _, err := happening.Train(sets, happening.DefaultParams()); !errors.Is(err, happening.ErrTooFew) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestModelsThatDoNotFitAreRefused(t *testing.T) {
	m, err := happening.DefaultModel()
	if err != nil {
		t.Fatal(err)
	}
	good, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := happening.DecodeModel(good); err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{
		"no JSON":        []byte("weights"),
		"nothing":        []byte("{}"),
		"another format": bytes.Replace(good, []byte(`"format": 1`), []byte(`"format": 2`), 1),
		"unknown weight": bytes.Replace(good, []byte(`"grams":`), []byte(`"gnats":`), 1),
		"unknown field":  bytes.Replace(good, []byte(`"bias":`), []byte(`"lean":`), 1),
		"wild weight":    bytes.Replace(good, []byte(`"bias": -`), []byte(`"bias": -9999999`), 1),
	} {
		if _, err := happening.DecodeModel(b); !errors.Is(err, happening.ErrModel) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}
