package cluster

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/samestory/samestory/cluster/event"
	"github.com/samestory/samestory/cluster/neardup"
	"github.com/samestory/samestory/cluster/thread"
)

// exampleFeatures are those of a short story, as the engine makes them.
func exampleFeatures(tb testing.TB) features {
	tb.Helper()
	s := Story{
		ID: "m1", Title: "Fire closes the harbour of Tolmere", Lang: "en",
		Text: "A fire in a warehouse closed the harbour of Tolmere on Monday night. Two workers were taken to hospital.",
	}
	d, err := neardup.New(neardup.DefaultParams())
	if err != nil {
		tb.Fatal(err)
	}
	var forCopies neardup.Scratch
	var forEvents event.Scratch
	var forThreads thread.Scratch
	f := event.NewFeaturiser()
	return features{
		titled: true, print: d.Prepare(neardupDoc(&s), &forCopies), event: f.Features(eventDoc(&s, s.Text), &forEvents),
		profile: thread.NewProfile(thread.Doc{Title: s.Title, Text: s.Text, Lang: s.Lang}, &forThreads),
	}
}

func TestFeaturesRoundTrip(t *testing.T) {
	f := exampleFeatures(t)
	b := f.encode()
	back, err := decodeFeatures(b)
	if err != nil {
		t.Fatal(err)
	}
	if again := back.encode(); !bytes.Equal(b, again) {
		t.Error(cmp.Diff(b, again))
	}
}

func TestDamagedFeaturesAreRefused(t *testing.T) {
	f := exampleFeatures(t)
	b := f.encode()
	for name, damaged := range map[string][]byte{
		"empty":           nil,
		"another version": append([]byte{FeaturesVersion + 1}, b[1:]...),
		"cut":             b[:len(b)-1],
		"more":            append(bytes.Clone(b), 0),
		"a part too long": append([]byte{FeaturesVersion, 0, 0, 0xff}, b[4:]...),
	} {
		if _, err := decodeFeatures(damaged); !errors.Is(err, ErrFeatures) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func FuzzFeatures(f *testing.F) {
	example := exampleFeatures(f)
	f.Add(example.encode())
	f.Add([]byte{FeaturesVersion, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := decodeFeatures(b)
		if err != nil {
			return
		}
		// What can be read can be written and read again.
		if _, err := decodeFeatures(got.encode()); err != nil {
			t.Error(err)
		}
	})
}
