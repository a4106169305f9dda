package cluster

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

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

// A profile is the same for who has cut the words already, as a tick has them from the features, whatever was read before.
func TestProfileOfWordsThatWereCut(t *testing.T) {
	words := rapid.SampledFrom([]string{
		"The", "mayor", "of", "Tolmere", "Ada", "Flint", "said", "on", "Monday", "attacks", "wounded", "eleven", "U.S.", "3,000", "O'Brien's",
		"\"Never", "again.\"", "Überfall", "getötet", "花蓮地震，三人死亡", "總統賴清德表示", "LIVE:", "The Latest:",
	})
	featuriser := event.NewFeaturiser()
	var forEvents event.Scratch
	var forThreads, alone thread.Scratch
	rapid.Check(t, func(t *rapid.T) {
		several := func(name string, most int) string {
			gap := rapid.SampledFrom([]string{" ", " ", " ", "\n", ""}).Draw(t, "gap")
			return strings.Join(rapid.SliceOfN(words, 0, most).Draw(t, name), gap)
		}
		s := Story{ID: "s", Lang: rapid.SampledFrom([]string{"en", "de", "zh", "und", ""}).Draw(t, "language")}
		s.Title, s.Text = several("title", 9), several("text", 400)
		featuriser.Features(eventDoc(&s, s.Text), &forEvents)
		d := thread.Doc{Title: s.Title, Text: s.Text, Lang: s.Lang, Table: featuriser.Background(s.Lang)}
		want := thread.NewProfile(d, &alone)
		d.TitleTokens, d.TextTokens = forEvents.Tokens()
		if diff := cmp.Diff(want, thread.NewProfile(d, &forThreads), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("%q: %q (-cut here +given):\n%s", s.Title, s.Text, diff)
		}
	})
}
