package thread_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/samestory/samestory/cluster/thread"
)

// labelledStation is the fixture with its labels; what belongs to nothing has a thread of its own.
func labelledStation(t *testing.T) thread.LabelledSet {
	stories := loadFixture(t, "testdata/station.jsonl")
	events, idf := eventsOf(stories)
	set := thread.LabelledSet{Name: "station", IDF: idf}
	for i, e := range events {
		label := stories[i].Thread
		if label == "" {
			label = e.ID
		}
		set.Events = append(set.Events, thread.LabelledEvent{Event: e, Thread: label})
	}
	return set
}

// What is learned from a set tells its follow-ups from other news of the place, and is the same each time.
func TestTrain(t *testing.T) {
	set := labelledStation(t)
	m, err := thread.Train([]thread.LabelledSet{set}, thread.DefaultTrainParams())
	if err != nil {
		t.Fatal(err)
	}
	r := m.Report().Sets[0]
	if r.Candidates == 0 || r.FollowUps == 0 || r.FollowUps == r.Candidates {
		t.Fatalf("the set has no candidates of both kinds: %+v", r)
	}
	if r.Fit.Wrong+r.Fit.Missed > 1 {
		t.Errorf("of its %d own candidates %d are taken wrongly and %d missed", r.Candidates, r.Fit.Wrong, r.Fit.Missed)
	}
	if r.LeftOut != nil {
		t.Errorf("a set alone is judged by others: %+v", r.LeftOut)
	}
	a, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	again, err := thread.Train([]thread.LabelledSet{set}, thread.DefaultTrainParams())
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := again.Encode(); !bytes.Equal(a, b) {
		t.Error("a second training gives other weights")
	}
	back, err := thread.DecodeModel(a)
	if err != nil {
		t.Fatal(err)
	}
	if c, _ := back.Encode(); !bytes.Equal(a, c) {
		t.Error("the weights change when they are read and written")
	}
}

// The same lessons take the more, the larger the share of follow-ups is where the weights are used.
func TestTrainShare(t *testing.T) {
	set := labelledStation(t)
	last := -1
	for _, share := range []float64{.02, .25, .9} {
		m, err := thread.Train([]thread.LabelledSet{set}, thread.TrainParams{Share: share, Ridge: .01})
		if err != nil {
			t.Fatal(err)
		}
		e := m.Report().Sets[0].Fit
		taken := m.Report().Sets[0].FollowUps - e.Missed + e.Wrong
		if taken < last {
			t.Errorf("at a share of %g %d are taken, at a smaller one %d", share, taken, last)
		}
		last = taken
	}
}

func TestTrainNothing(t *testing.T) {
	if _, err := thread.Train(nil, thread.DefaultTrainParams()); !errors.Is(err, thread.ErrTrain) {
		t.Errorf("no sets: got %v", err)
	}
}

func TestModel(t *testing.T) {
	m, err := thread.DefaultModel()
	if err != nil {
		t.Fatal(err)
	}
	data, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, from, to string }{
		{"another version of the features", `"features": 1`, `"features": 2`},
		{"another format", `"format": 1`, `"format": 7`},
		{"an unknown weight", `"silence"`, `"weather"`},
		{"an unknown field", `"bias"`, `"Bogus"`},
		{"no JSON", `{`, `[`},
	} {
		broken := strings.Replace(string(data), tt.from, tt.to, 1)
		if broken == string(data) {
			t.Fatalf("%s: the file has no %s", tt.name, tt.from)
		}
		if _, err := thread.DecodeModel([]byte(broken)); !errors.Is(err, thread.ErrModel) {
			t.Errorf("%s: got %v, want ErrModel", tt.name, err)
		}
	}
}
